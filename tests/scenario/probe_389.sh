#!/bin/bash
# dirgate probe on a 389 Directory Server: as it should be, and with what is wrong there.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need 389ds

dir=$(mktemp -d)
trap 'for one in "$dir"/*/kind; do [ ! -e "$one" ] || server_kill "${one%/kind}"; done; rm -rf "$dir"' EXIT
. tests/scenario/probe_lib.sh
(umask 077 && printf secret >"$dir/password")
for file in examples/respondio/*.ldif; do
	sed '/^version: 1$/d' "$file"
	echo
done >"$dir/all.ldif"
mkdir "$dir/one" "$dir/bare"
ds389_start "$dir/one" -b o=respondio -l "$dir/all.ldif" || exit 1
gateway=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
manager=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_ADMIN" -y "$dir/password")

# As pasted, but for who is asked for the password, and where the server is.
paste_389() {
	remedy "$1" | sed "s|ldapmodify -x -D \"cn=Directory Manager\" -W|ldapmodify -x -H $SERVER_URI -D '$SERVER_ADMIN' -w secret|
		s|DN-OF-THE-GATEWAY|$SERVER_GATEWAY|" >"$dir/paste.sh"
	bash "$dir/paste.sh" >"$dir/pasted" 2>&1 || sed 's/^/# /' "$dir/pasted"
}

probe "${gateway[@]}"
finds 'whoever connects may read' warning anonymous 'without saying who it is' 'nsslapd-allow-anonymous-access'
server_modify >/dev/null <<-END
	dn: cn=config
	changetype: modify
	replace: nsslapd-allow-anonymous-access
	nsslapd-allow-anonymous-access: rootdse
END
probe "${gateway[@]}" --fail-on=warning
all_well 'a server as it should be'
tap_is "$probed" 0 '… ends with 0'
finds '… is known' ok server '389 Directory Server, 389-Directory/'
finds '… and who we are' ok identity "$SERVER_GATEWAY"
finds '… tells changes' ok changes RFC
finds '… tells its time' ok clock "the server's clock is 0 s"
finds '… does not say how far it is' not-applicable position
finds '… nor what is configured' not-applicable overlays 'cn=config cannot be read'

probe "${manager[@]}"
finds 'idle connections' warning idle 'everything is read again' 'nsIdleTimeout: 0'
paste_389 idle
server_modify >/dev/null <<-END
	dn: cn=referential integrity postoperation,cn=plugins,cn=config
	changetype: modify
	replace: nsslapd-pluginEnabled
	nsslapd-pluginEnabled: on

	dn: $SERVER_GATEWAY
	changetype: modify
	replace: nsSizeLimit
	nsSizeLimit: 10
END
probe "${manager[@]}"
finds 'referential integrity is told' ok overlays 'out of member (referint), uniquemember (referint)'
probe "${gateway[@]}"
finds 'a size limit' failed reading 'Size limit exceeded (4)' 'nsPagedSizeLimit: -1'
paste_389 reading
probe "${gateway[@]}"
finds '… mended' ok reading

# Rules about what may be read: the base's own, in place of the one that lets everybody read.
rule() {
	server_modify >"$dir/log" 2>&1 <<-END || sed 's/^/# /' "$dir/log"
		dn: o=respondio
		changetype: modify
		replace: aci
		aci: $1
	END
}
rule '(targetattr != "userPassword || dgGrantsRole")(version 3.0; acl "all but one"; allow (read,search) userdn="ldap:///all";)'
probe "${gateway[@]}"
finds 'an attribute that is hidden' failed rights 'dgBinding show no dgGrantsRole' 'acl "dirgate reads"'
paste_389 rights
probe "${gateway[@]}"
finds '… mended' ok rights
rule '(targetattr = "dc")(version 3.0; acl "nothing"; allow (read) userdn="ldap:///all";)'
probe "${gateway[@]}"
finds 'no rights' failed base 'or it may not be seen' 'acl "dirgate reads"'
paste_389 base
probe "${gateway[@]}"
all_well '… mended'

printf '%s\n' 'dn: o=respondio' 'objectClass: organization' 'o: respondio' >"$dir/all.ldif"
server_kill "$dir/one"
ds389_start "$dir/bare" -b o=respondio -l "$dir/all.ldif" -n -N || exit 1
probe -H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password"
finds 'no schema' failed schema 'is not there' '60dirgate.ldif'
finds 'no content synchronization' warning changes 'no content synchronization' 'cn=Content Synchronization,cn=plugins'
tap_done
