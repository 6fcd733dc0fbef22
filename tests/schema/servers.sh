#!/bin/bash
# What tests/servers promises to tests, with slapd; 389ds.sh and ad.sh look at the others.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"
tap_need slapd

work=$(mktemp -d)
trap 'server_stop "$work/slapd"; rm -rf "$work"' EXIT
cat >"$work/acme.ldif" <<-END
	dn: o=acme
	objectClass: organization
	o: acme

	dn: cn=lena,o=acme
	objectClass: person
	cn: lena
	sn: Lena
	userPassword: hers
END
cat >"$work/example.ldif" <<-END
	dn: dc=example,dc=org
	objectClass: organization
	objectClass: dcObject
	o: example
	dc: example
END
tap_run "a server with two suffixes and TLS starts" "$servers_dir/slapd.sh" start "$work/slapd" -t -d "sizelimit 1" \
	-b o=acme -l "$work/acme.ldif" -b dc=example,dc=org -l "$work/example.ldif"
server_use "$work/slapd"
tap_is "$SERVER_BASE" o=acme "the first suffix is the base"
tap_is "$(server_search -b dc=example,dc=org 1.1 | sed -n 's/^dn: //p')" dc=example,dc=org "the second has its content"

whoami() { LDAPTLS_CACERT=$SERVER_CA ldapwhoami -x -D "$SERVER_GATEWAY" -w "$SERVER_PASSWORD" "$@" 2>/dev/null; }
tap_is "$(whoami -H "$SERVER_LDAPS")" "dn:$SERVER_GATEWAY" "ldaps"
tap_is "$(whoami -H "$SERVER_URI" -ZZ)" "dn:$SERVER_GATEWAY" "StartTLS"
tap_is "$(whoami -H "$SERVER_LDAPI")" "dn:$SERVER_GATEWAY" "the local socket"
tap_is "$(whoami -H "$SERVER_URI" -e '!authzid=dn:cn=lena,o=acme')" "dn:cn=lena,o=acme" "the gateway may act for a person"
tap_is "$(SERVER_ADMIN=$SERVER_GATEWAY server_search -b o=acme 1.1 | grep -c '^dn:')" 2 "the gateway has no size limit"
tap_is "$(ldapsearch -x -H "$SERVER_URI" -LLL -b o=acme '(userPassword=*)' 1.1)" "" "nobody reads passwords"

uri=$SERVER_URI pid=$SERVER_PID
server_rename -r cn=lena,o=acme cn=helena
server_kill
tap_is "$(cat "/proc/$pid/cmdline" 2>/dev/null | tr -d '\0')" "" "kill -9 ends it"
server_restart
tap_is "$SERVER_URI" "$uri" "after a restart it is at the same address"
tap_is "$(server_search -b o=acme '(sn=Lena)' 1.1 | sed -n 's/^dn: //p')" cn=helena,o=acme "and has what it had"
! "$servers_dir/slapd.sh" start "$work/slapd" 2>/dev/null
tap_ok $? "a second start in the same folder is refused"
tap_run "stop" server_stop
tap_run "stop, when it is stopped" server_stop
tap_done
