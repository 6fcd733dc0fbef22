#!/bin/bash
# dirgate probe finds what is wrong with an OpenLDAP server, and what it says to do mends it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need slapd

dir=$(mktemp -d)
trap 'for one in "$dir"/*/kind; do [ ! -e "$one" ] || server_stop "${one%/kind}"; done; rm -rf "$dir"' EXIT
. tests/scenario/probe_lib.sh
(umask 077 && printf secret >"$dir/password" && printf mistaken >"$dir/mistaken")
for file in examples/respondio/*.ldif; do
	sed '/^version: 1$/d' "$file"
	echo
done | sed 's/^uid: mia$/&\nuserPassword: secret/' >"$dir/all.ldif"

# start NAME OPTION...: a server with the example, and how it is probed.
start() {
	local name=$1
	shift
	mkdir "$dir/$name"
	slapd_start "$dir/$name" -b o=respondio "$@" -l "$dir/all.ldif" || exit 1
	gateway=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
}
stop() { server_stop "$dir/$1" && rm -rf "${dir:?}/$1"; }

# ---- as it should be ----

printf '%s\n' 'access to attrs=userPassword by self =xw by * auth' 'access to * by users read' >"$dir/access"
start good -g 'database monitor' -c -a "$dir/access"
probe "${gateway[@]}" --fail-on=warning
all_well 'a server as it should be'
tap_is "$probed" 0 '… ends with 0'
finds '… is known' ok server OpenLDAP
finds '… tells changes' ok changes RFC
finds '… is read whole' ok reading 'all 75 entries'
finds '… and counted' ok entries 'people 12, workspaces 3, roles 5, groups 4, bindings 9'
finds '… tells its time' ok clock "the server's clock is 0 s"
finds '… its configuration may not be read' not-applicable overlays 'cn=config cannot be read'
"$BUILD/dirgate" probe "${gateway[@]}" >"$dir/table"
tap_is "$(tail -n 1 "$dir/table")" 'All that is needed is there.' 'for people'
before=$(server_search -b o=respondio '*' + | md5sum)
probe "${gateway[@]}"
tap_is "$(server_search -b o=respondio '*' + | md5sum)" "$before" 'nothing is changed'

probe -H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/mistaken"
finds 'a wrong password' failed connection 'Invalid credentials' 'ldapwhoami'
tap_is "$probed" 1 '… ends with 1'
probe -H "$SERVER_URI" -b o=respondo -D "$SERVER_GATEWAY" -y "$dir/password"
finds 'a base that is not there' failed base 'there is no entry o=respondo' 'this server holds: o=respondio'
probe -H ldap://127.0.0.1:1 -b o=respondio
finds 'nobody there' failed connection "Can't contact"

# As one who may read cn=config.
probe -H "$SERVER_LDAPI" -b o=respondio -Y EXTERNAL
finds 'the configuration' ok overlays 'nothing that is configured'
finds '… idle connections' ok idle 'left alone'
ldapmodify -Q -Y EXTERNAL -H "$SERVER_LDAPI" >"$dir/log" 2>&1 <<-'END' || sed 's/^/# /' "$dir/log"
	dn: cn=module{0},cn=config
	changetype: modify
	add: olcModuleLoad
	olcModuleLoad: refint

	dn: olcOverlay=refint,olcDatabase={2}mdb,cn=config
	changetype: add
	objectClass: olcOverlayConfig
	objectClass: olcRefintConfig
	olcOverlay: refint
	olcRefintAttribute: manager dgGrantsRole member
END
probe -H "$SERVER_LDAPI" -b o=respondio -Y EXTERNAL
finds 'refint' warning overlays 'dgGrantsRole (refint), member (refint)' 'ldapdelete'
paste overlays
probe -H "$SERVER_LDAPI" -b o=respondio -Y EXTERNAL
finds '… is gone when what was said is done' ok overlays

# ---- without ... ----

# mended NAME CHECK: what was said is done, and all is well.
mended() {
	paste "$2"
	probe "${gateway[@]}"
	finds "$1" ok "$2"
}
stop good
start nosync -N -c
probe -H "$SERVER_URI" -b o=respondio
finds 'nobody in particular' warning identity anonymous
tap_is "$probed" 0 '… is a warning'
probe -H "$SERVER_URI" -b o=respondio --fail-on=warning
tap_is "$probed" 1 '… that may be asked for'
probe "${gateway[@]}"
finds 'no syncprov' warning changes 'Critical extension is unavailable' 'olcOverlay=syncprov,olcDatabase={1}mdb'
paste changes
probe "${gateway[@]}"
finds '… mended' ok changes
stop nosync

cp "$dir/all.ldif" "$dir/kept.ldif"
printf '%s\n' 'dn: o=respondio' 'objectClass: organization' 'o: respondio' >"$dir/all.ldif"
start schema -n
probe "${gateway[@]}"
finds 'no schema' failed schema 'is not there' 'schema/openldap/dirgate.ldif'
finds '… so there is nothing of ours' failed entries 'an empty policy is not taken for one'
stop schema
mv "$dir/kept.ldif" "$dir/all.ldif"

start limits -c -d 'sizelimit 10'
ldapadd -x -H "$SERVER_URI" -D "$SERVER_ADMIN" -w secret >/dev/null <<-END
	dn: cn=second,ou=services
	objectClass: organizationalRole
	objectClass: simpleSecurityObject
	cn: second
	userPassword: secret
END
gateway=(-H "$SERVER_URI" -b o=respondio -D "cn=second,ou=services" -y "$dir/password")
probe "${gateway[@]}"
finds 'a size limit' failed reading 'Size limit exceeded (4)' 'dn.exact="cn=second,ou=services" size=unlimited'
mended '… mended' reading
stop limits

cat >"$dir/access" <<-END
	access to attrs=userPassword by * auth
	access to attrs=dgGrantsRole by * none
	access to * by * read
END
start hidden -c -a "$dir/access"
probe "${gateway[@]}"
finds 'an attribute that is hidden' failed rights 'dgBinding show no dgGrantsRole' 'attrs=entry,dgGrantsRole'
mended '… mended' rights
stop hidden

echo 'access to * by dn.exact=cn=other read by * auth' >"$dir/access"
start nothing -c -a "$dir/access"
probe "${gateway[@]}"
finds 'no rights' failed base 'or it may not be seen' 'to dn.subtree="o=respondio"'
mended '… mended' base
all_well '… and nothing more is missing, nor are they too many'
stop nothing

echo 'access to * by * read' >"$dir/access"
start open -c -a "$dir/access"
probe "${gateway[@]}"
finds 'passwords that may be read' warning passwords 'more than the gateway needs' 'attrs=userPassword by dn.exact='
mended '… mended' passwords
stop open

# ---- time ----

fake=$(echo /usr/lib/*/faketime/libfaketime.so.1)
if [ -e "$fake" ]; then
	start late -g 'database monitor'
	env LD_PRELOAD="$fake" FAKETIME=-10m tests/servers/slapd.sh restart "$dir/late"
	probe "${gateway[@]}"
	finds 'a clock that is behind' failed clock 's behind ours'
	stop late
else
	tap_ok 0 'a clock that is behind # SKIP apt-get install faketime'
fi
stamp=$(date -u -d '+1 hour' +%Y%m%d%H%M%S).000000Z#000000#007#000000
sed -i "0,/^objectClass: dgOrganization/s//objectClass: dgOrganization\nentryCSN: $stamp/" "$dir/all.ldif"
start ahead
probe "${gateway[@]}"
finds 'a change in the future' failed clock 'in the future'
finds '… is told by its server id' ok position 'server id 007'
# Two of which one lags.
first=("${gateway[@]}")
sed -i "s/^entryCSN: .*/entryCSN: 20250101000000.000000Z#000000#007#000000/" "$dir/all.ldif"
start second
probe "${first[@]}" -H "$SERVER_URI"
finds 'a replica that lags' warning replicas "$SERVER_URI counter 007 is"
probe "${gateway[@]}" -H "$SERVER_URI"
finds '… and one that does not' ok replicas 'has all'
stop ahead
stop second

# ---- encryption ----

start tls -t
tls=(-H "$SERVER_LDAPS" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
probe "${tls[@]}" --ca-file "$SERVER_CA"
finds 'a certificate that ends soon' warning encryption 'days more' 'openssl s_client -connect'
finds '… version and cipher' warning encryption 'TLS1.'
probe "${tls[@]}"
finds 'an authority that is not known' failed connection "" 'openssl s_client -connect'
# A sanitizer has to be loaded first.
if [ -e "$fake" ] && [ -z "${SANITIZE:-}" ]; then
	LD_PRELOAD=$fake FAKETIME=+40d "$BUILD/dirgate" probe --json "${tls[@]}" --ca-file "$SERVER_CA" >"$dir/findings" 2>&1
	finds 'a certificate that has expired' failed connection 'its certificate has expired at' 'renew'
fi
stop tls

# ---- what is no directory ----

"$BUILD/dirgate" probe --ldif examples/respondio >"$dir/log" 2>&1
tap_is "$?" 3 'LDIF is refused'
tap_ok "$(grep -q 'see lint' "$dir/log"; echo $?)" '… and told where to look'
tap_done
