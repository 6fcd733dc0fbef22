#!/bin/bash
# Every way to prove to a directory server who the gateway is, on a real OpenLDAP and a real Kerberos realm: it works,
# and what is wrong is said with what to do about it.
set -u
. tests/scenario/binds_lib.sh
tap_need slapd
tap_need kdc
liar_need

trap 'liar_end; kdc_end; cleanup' EXIT
kdc_end() { [ ! -e "$dir/kdc/pid" ] || kdc_stop "$dir/kdc"; }

kdc_start "$dir/kdc" -k ldap/localhost=ldap.keytab -k gateway=gateway.keytab -k other=other.keytab \
	-k gone=gone.keytab -w alice=alicepw || exit 1
# The gateway is in the realm, with nobody's tickets; a variable that is set could help it by accident.
unset KRB5CCNAME KRB5_CLIENT_KTNAME KRB5_KTNAME
export KRB5_CONFIG=$KDC_CONFIG

# server COMMAND...: as a server of the realm
server() { KRB5_KTNAME=$dir/kdc/ldap.keytab "$@"; }
server slapd_start "$dir/slapd" -b o=acme -l "$dir/policy.ldif" -a "$dir/access" -t \
	-g 'sasl-host localhost' -g 'sasl-cbinding tls-endpoint' \
	-g 'authz-regexp "^uid=([^,/]*),cn=(gssapi|scram-sha-256),cn=auth$" "cn=$1,ou=services"' \
	-g 'authz-regexp "^cn=gateway,o=test$" "cn=gateway,ou=services"' \
	-g "authz-regexp \"^gidNumber=$(id -g)[+]uidNumber=$(id -u),cn=peercred,cn=external,cn=auth\$\" \"cn=gateway,ou=services\"" ||
	exit 1
tls=$dir/slapd/tls
local_uri=ldap://localhost:${SERVER_URI##*:}   # Kerberos knows services by name
local_ldaps=ldaps://localhost:${SERVER_LDAPS##*:}
ca="ca: $SERVER_CA"

# ---- passwords ----

simple="dn: \"$SERVER_GATEWAY\", password_file:"
says ok 'simple' "$SERVER_URI" "$simple password"
says ok 'simple, ldaps' "$SERVER_LDAPS" "$simple password" "$ca"
says ok 'simple, StartTLS' "$SERVER_URI" "$simple password" "$ca, starttls: yes"
says 'Invalid credentials (49); check the bind DN' 'a wrong password' "$SERVER_URI" "$simple mistaken"
says 'that this identity may see it' 'nobody reads without a name' "$SERVER_URI"

scram='mech: SCRAM-SHA-256, user: gateway, password_file:'
says ok 'SCRAM-SHA-256' "$SERVER_URI" "$scram password"
says ok 'SCRAM-SHA-256 in TLS' "$SERVER_LDAPS" "$scram password" "$ca"
says 'check the bind DN' 'SCRAM-SHA-256 with a wrong password' "$SERVER_URI" "$scram mistaken"
says 'needs user and password_file' 'SCRAM-SHA-256 without a user' "$SERVER_URI" 'mech: SCRAM-SHA-256, password_file: password'
says 'mech: "PLAIN"' 'a mechanism that shows the password' "$SERVER_LDAPS" 'mech: PLAIN' "$ca"

# ---- EXTERNAL ----

says ok 'EXTERNAL on a local socket' "$SERVER_LDAPI" 'mech: EXTERNAL'
client="certificate: $tls/client.crt, key: $tls/client.key"
says ok 'EXTERNAL with a certificate, ldaps' "$SERVER_LDAPS" 'mech: EXTERNAL' "$ca, $client"
says ok 'EXTERNAL with a certificate, StartTLS' "$SERVER_URI" 'mech: EXTERNAL' "$ca, $client, starttls: yes"
says 'needs a client certificate' 'EXTERNAL without a certificate' "$SERVER_LDAPS" 'mech: EXTERNAL' "$ca"

# ---- GSSAPI ----

gssapi='mech: GSSAPI, keytab:'
says ok 'GSSAPI' "$local_uri" "$gssapi $dir/kdc/gateway.keytab"
says ok 'GSSAPI in TLS' "$local_ldaps" "$gssapi $dir/kdc/gateway.keytab" "$ca"
says ok 'GSSAPI in StartTLS' "$local_uri" "$gssapi $dir/kdc/gateway.keytab" "$ca, starttls: yes"
printf 'rkt %s\nrkt %s\nwkt %s\n' "$dir/kdc/other.keytab" "$dir/kdc/gateway.keytab" "$dir/both.keytab" | ktutil >/dev/null
says ok 'GSSAPI: the principal of several' "$local_uri" "$gssapi $dir/both.keytab, user: gateway"
says 'that this identity may see it' 'GSSAPI: the first of several' "$local_uri" "$gssapi $dir/both.keytab"
says 'holds no key for it' 'GSSAPI: none of them' "$local_uri" "$gssapi $dir/both.keytab, user: nobody"
says 'ldap/HOST' 'GSSAPI: a host that the KDC knows by another name' "$SERVER_URI" "$gssapi $dir/kdc/gateway.keytab"
says 'keytab is for mech GSSAPI' 'a keytab for nothing' "$SERVER_URI" "$simple password, keytab: $dir/kdc/gateway.keytab"
says 'set a keytab, or run kinit' 'GSSAPI without tickets' "$local_uri" 'mech: GSSAPI'
cp "$dir/kdc/gateway.keytab" "$dir/open.keytab"
chmod 644 "$dir/open.keytab"
says "chmod o= $dir/open.keytab" 'a keytab that others can read' "$local_uri" "$gssapi $dir/open.keytab"
(umask 077 && echo nonsense >"$dir/broken.keytab")
says 'keytab' 'a keytab that is none' "$local_uri" "$gssapi $dir/broken.keytab"
# Somebody between, whose certificate is believed: what it passes on is bound to the other certificate.
server_certificate "$tls" between /CN=localhost "subjectAltName=DNS:localhost,DNS:$(hostname)" serverAuth
liar between between "${SERVER_LDAPS##*:}"
says 'ends the TLS' 'GSSAPI through a proxy that ends the TLS' "ldaps://localhost:$port" "$gssapi $dir/kdc/gateway.keytab" "$ca"
says ok 'which passes on what is not bound' "ldaps://localhost:$port" "$simple password" "$ca"
liar_end

# Two sources, two keytabs, at the same time: the one may read, the other may not.
{
	source_write "$local_uri" "$gssapi $dir/kdc/gateway.keytab" | sed '/^listen/,$d'
	source_write "$local_uri" "$gssapi $dir/kdc/other.keytab" |
		sed -e 1d -e 's/name: acme/name: other/'
} >"$dir/two.yaml"
"$BUILD/dirgated" --check --config "$dir/two.yaml" >"$dir/two" 2>&1
grep -q '^ok     source acme: 6 entries' "$dir/two" && grep -q '^wrong  source other: .*may see it' "$dir/two"
tap_ok $? 'two sources with a keytab each'
kadmin() { KRB5_KDC_PROFILE=$dir/kdc/kdc.conf /usr/sbin/kadmin.local "$@" >>"$dir/kadmin.log" 2>&1; }
kadmin change_password -randkey other
says 'write the keytab anew' 'a keytab that is out of date' "$local_uri" "$gssapi $dir/kdc/other.keytab"
kadmin delete_principal -force gone
says 'the KDC does not know it' 'a principal that is gone' "$local_uri" "$gssapi $dir/kdc/gone.keytab"

kadmin ktadd -k "$dir/unused.keytab" ldap/localhost
says 'those of the KDC' "the server's keytab is out of date" "$local_uri" "$gssapi $dir/kdc/gateway.keytab"
kadmin ktadd -k "$dir/kdc/ldap.keytab" ldap/localhost
says ok 'and is not any more' "$local_uri" "$gssapi $dir/kdc/gateway.keytab"

# ---- clocks ----

fake=$(echo /usr/lib/*/faketime/libfaketime.so.1)
if [ -e "$fake" ]; then
	server env LD_PRELOAD="$fake" FAKETIME=-1h "$servers_dir/slapd.sh" restart "$dir/slapd"
	says 'is its clock right' "the server's clock is wrong" "$local_uri" "$gssapi $dir/kdc/gateway.keytab"
	server server_restart "$dir/slapd"
	LD_PRELOAD=$fake FAKETIME=-1h says ok 'ours is: the KDC tells the time' "$local_uri" "$gssapi $dir/kdc/gateway.keytab"
else
	echo 'ok - clocks that are wrong # SKIP apt-get install faketime'
	tap_count=$((tap_count + 1))
fi

tickets=FILE:$dir/tickets
KRB5CCNAME=$tickets kinit -k -t "$dir/kdc/gateway.keytab" -l 3 gateway
KRB5CCNAME=$tickets says ok 'GSSAPI with the tickets of kinit' "$local_uri" 'mech: GSSAPI'
expired_at=$(($(date +%s) + 4))

# ---- the tool ----

# tool OPTION...: what dirgate says of the directory
tool() { "$BUILD/dirgate" users -b o=acme --json "$@" 2>&1; }
# finds NAME OPTION...
finds() {
	tool "${@:2}" | grep -q '"ada"'
	tap_ok $? "dirgate: $1"
}
finds simple -H "$SERVER_URI" -D "$SERVER_GATEWAY" -y "$dir/password"
finds SCRAM-SHA-256 -H "$SERVER_LDAPS" --ca-file="$SERVER_CA" -Y SCRAM-SHA-256 -U gateway -y "$dir/password"
finds EXTERNAL -H "$SERVER_LDAPS" --ca-file="$SERVER_CA" -Y EXTERNAL --certificate="$tls/client.crt" --key="$tls/client.key"
finds GSSAPI -H "$local_uri" -Y GSSAPI --keytab="$dir/kdc/gateway.keytab"
cp "$tls/client.key" "$dir/open.key"
chmod 644 "$dir/open.key"
tool -H "$SERVER_LDAPS" --ca-file="$SERVER_CA" -Y EXTERNAL --certificate="$tls/client.crt" --key="$dir/open.key" |
	grep -q "chmod o= $dir/open.key"
tap_ok $? 'dirgate: a key that others can read'
tap_run 'dirgate: an unknown mechanism' eval 'tool -H "$SERVER_URI" -Y PLAIN | grep -q "write EXTERNAL, GSSAPI or SCRAM-SHA-256"'

# ---- tickets that end while the gateway runs ----

# They live 5 s; the connection is lost when they are long gone, and comes back without help.
source_write "$local_uri" "$gssapi $dir/kdc/gateway.keytab" >"$dir/dirgate.yaml"
kadmin modify_principal -maxlife '5 seconds' gateway
gateway_start --config "$dir/dirgate.yaml"
tap_run 'GSSAPI: decisions' eventually answers true ada docs.read red
started=$(date +%s)
while [ "$(date +%s)" -le "$expired_at" ]; do sleep 0.2; done
KRB5CCNAME=$tickets says 'run kinit again' 'GSSAPI with tickets of kinit that have ended' "$local_uri" 'mech: GSSAPI'
while [ "$(date +%s)" -le $((started + 6)) ]; do sleep 0.2; done
server server_restart "$dir/slapd"
lost() { grep -q 'event=source-lost' "$log"; }
tap_run 'the tickets have ended, and the connection with them' eventually lost
tap_run 'it is back by itself' eventually answers true ada docs.read red
kdc_stop "$dir/kdc"
server server_restart "$dir/slapd"
tap_run 'no KDC: in the end nothing can be decided' eventually answers '503 stale' ada docs.read red
says 'is the KDC that krb5.conf names running?' 'no KDC' "$local_uri" "$gssapi $dir/kdc/gateway.keytab"
"$servers_dir/kdc.sh" restart "$dir/kdc"
tap_run 'the KDC is back: decisions' eventually answers true ada docs.read red

# ---- a password that changes while the gateway runs ----

gateway_stop
source_write "$SERVER_URI" "$simple rotating" >"$dir/dirgate.yaml"
(umask 077 && echo secret >"$dir/rotating")
gateway_start --config "$dir/dirgate.yaml"
tap_run 'a password: decisions' eventually answers true ada docs.read red
server_modify >/dev/null <<-END
	dn: $SERVER_GATEWAY
	changetype: modify
	replace: userPassword
	userPassword: another
END
echo another >"$dir/rotating"
server server_restart "$dir/slapd"
sleep 1
tap_run 'the new password is read at the next connection' eventually answers true ada docs.read red
gateway_stop
tap_is "$status" 0 'SIGTERM'
tap_done
