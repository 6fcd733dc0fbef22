#!/bin/bash
# schema/openldap/dirgate.ldif and indexes.ldif in a running slapd that is configured by cn=config, with the
# commands of schema/README.md.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"
tap_need slapd

work=$(mktemp -d)
trap 'server_stop "$work/slapd"; rm -rf "$work"' EXIT
slapd_start "$work/slapd" -c -n || exit 1
base=$SERVER_BASE
. "$project_dir/tests/schema/checks.sh"

commands_run openldap "s|ldapi:///|$SERVER_LDAPI|"
tap_is "$(ldapsearch -Q -Y EXTERNAL -H "$SERVER_LDAPI" -LLL -b cn=config '(olcSuffix=o=acme)' olcDbIndex |
	sed -n 's/^olcDbIndex: \(dg.*\) eq$/\1/p' | sort)" "$indexed" "the indexes are there"
entries_write "organization" groupOfNames >"$work/entries.ldif"
check_all "$work/entries.ldif"
check_exact
server_restart
tap_is "$(found "(objectClass=dgRole)")" 2 "all is there after a restart"
tap_done
