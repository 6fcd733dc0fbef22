#!/bin/bash
# schema/389ds/60dirgate.ldif and indexes.ldif in a running 389 Directory Server, with the commands of
# schema/README.md.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"
tap_need 389ds
PATH=$PATH:/usr/sbin # dsconf, for users other than root too

work=$(mktemp -d)
trap 'server_kill "$work/ds"; rm -rf "$work"' EXIT
ds389_start "$work/ds" -n -t || exit 1
base=$SERVER_BASE
. "$project_dir/tests/schema/checks.sh"

commands_run 389 "s|/etc/dirsrv/slapd-INSTANCE|$work/ds/conf|; s|ldapi://%2Frun%2Fslapd-INSTANCE.socket|$SERVER_LDAPI|
	s|dsconf INSTANCE|dsconf -D 'cn=Directory Manager' -w $SERVER_PASSWORD $SERVER_URI|"
tap_is "$(server_search -b cn=index,cn=userRoot,cn="ldbm database",cn=plugins,cn=config '(cn=dg*)' cn |
	sed -n 's/^cn: //p' | sort)" "$indexed" "the indexes are there"
entries_write organization groupOfNames >"$work/entries.ldif"
check_all "$work/entries.ldif"
check_exact

# The server of the tests: TLS, and an account for the gateway that follows changes.
change "$base" "add: aci" 'aci: (targetattr="*")(version 3.0; acl "read"; allow (read, search, compare) userdn="ldap:///all";)' \
	>/dev/null
as_gateway() { LDAPTLS_CACERT=$SERVER_CA ldapsearch -x -D "$SERVER_GATEWAY" -w "$SERVER_PASSWORD" -LLL -b "$base" "$@"; }
tap_is "$(as_gateway -H "$SERVER_LDAPS" '(objectClass=dgRole)' 1.1 | grep -c '^dn:')" 2 "ldaps"
tap_is "$(as_gateway -H "$SERVER_URI" -ZZ '(objectClass=dgRole)' 1.1 | grep -c '^dn:')" 2 "StartTLS"
tap_is "$(as_gateway -H "$SERVER_URI" -E '!sync=ro' '(objectClass=dgRole)' cn | grep -c '^dn:')" 2 "content synchronization"
server_kill
server_restart
tap_is "$(found "(objectClass=dgRole)")" 2 "all is there after a restart"
tap_done
