#!/bin/bash
# schema/openldap/dirgate.schema and indexes.conf in a slapd that is configured by slapd.conf.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"
tap_need slapd

work=$(mktemp -d)
trap 'server_stop "$work/slapd"; rm -rf "$work"' EXIT
slapd_start "$work/slapd" || exit 1
base=$SERVER_BASE
. "$project_dir/tests/schema/checks.sh"

entries_write "organization" groupOfNames >"$work/entries.ldif"
check_all "$work/entries.ldif"
check_exact
tap_done
