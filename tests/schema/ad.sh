#!/bin/bash
# schema/ad/dirgate.ldf in a Samba domain controller, with the command of schema/README.md. Making the domain
# and loading the schema take about ten seconds.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"
tap_need samba

work=$(mktemp -d)
trap 'server_stop "$work/ad"; rm -rf "$work"' EXIT
samba_start "$work/ad" -n || exit 1
base=OU=acme,$SERVER_BASE
. "$project_dir/tests/schema/checks.sh"

commands_run ad "s|DC=example,DC=com|$SERVER_BASE|g; s|-H ldaps://dc1.example.com|-H $SERVER_URI -w $SERVER_PASSWORD|; s| -W||"
tap_is "$(server_search -b "CN=Schema,CN=Configuration,$SERVER_BASE" \
	'(&(lDAPDisplayName=dg*)(searchFlags:1.2.840.113556.1.4.803:=1))' lDAPDisplayName |
	sed -n 's/^lDAPDisplayName: //p' | sort)" "$indexed" "the indexes are there"
entries_write organizationalUnit group | sed 's/0000Z$/0000.0Z/' >"$work/entries.ldif"
check_all "$work/entries.ldif"
tap_is "$(found "(dgPermission=CONTACTS.READ)")" 1 "here permissions ignore case in searches"

# The server of the tests: TLS in its own network, and an account for the gateway that sees what was deleted.
as_gateway() {
	LDAPTLS_CACERT=$SERVER_CA server_inside ldapsearch -x -H "$SERVER_LDAPS" -D "$SERVER_GATEWAY" \
		-w "$SERVER_PASSWORD" -LLL -o ldif-wrap=no "$@"
}
tap_is "$(as_gateway -b "$base" '(objectClass=dgRole)' 1.1 | grep -c '^dn:')" 2 "ldaps"
tap_is "$(as_gateway -b "CN=Deleted Objects,$SERVER_BASE" -E '!1.2.840.113556.1.4.417' '(objectClass=dgRestriction)' name |
	grep -c '^dn:')" 1 "the gateway sees what was deleted"
server_restart
tap_is "$(found "(objectClass=dgRole)")" 2 "all is there after a restart"
tap_done
