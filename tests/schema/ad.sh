#!/bin/bash
# schema/ad/dirgate.ldf in a Samba domain controller, with the command of schema/README.md. Making the domain
# and loading the schema take about ten seconds.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"
tap_need samba
[ "$(id -u)" = 0 ] || { echo "1..0 # SKIPPED: run as root" && exit 77; }

work=$(mktemp -d)
trap 'server_stop "$work/ad"; rm -rf "$work"' EXIT
samba_start "$work/ad" -n || exit 1
base=OU=acme,$SERVER_BASE
. "$project_dir/tests/schema/checks.sh"

commands_run ad "s|DC=example,DC=com|$SERVER_BASE|g; s|-H ldaps://dc1.example.com|-H $SERVER_URI -w $SERVER_PASSWORD|; s| -W||"
tap_is "$(server_search -b "CN=Schema,CN=Configuration,$SERVER_BASE" \
	'(&(lDAPDisplayName=dg*)(searchFlags:1.2.840.113556.1.4.803:=1))' lDAPDisplayName |
	sed -n 's/^lDAPDisplayName: //p' | sort)" "$indexed" "the indexes are there"
entries_write organizationalUnit group >"$work/entries.ldif"
check_all "$work/entries.ldif"
server_restart
tap_is "$(found "(objectClass=dgRole)")" 2 "all is there after a restart"
tap_done
