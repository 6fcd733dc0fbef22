#!/bin/bash
# A server is asked what it is, and followed in the way that suits it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need slapd

gateway_options() { echo -H "$SERVER_URI" -b "$SERVER_BASE" -D "$SERVER_GATEWAY" -y "$scratch/password" -K auto; }

# becomes NAME KIND OPTION...: what it is followed as.
becomes() {
	local name=$1 kind=$2
	shift 2
	follow_start "$@"
	ask complete 20000 >"$scratch/answer"
	tap_is "$(ask kind 0)" "$kind" "$name"
	tap_is "$(cat "$scratch/answer")" ok "$name: it is read"
}

scenario_server sync -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046 # a list of options
becomes 'OpenLDAP with syncprov' content-sync $(gateway_options)
scenario_server no-sync -N -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046
becomes 'OpenLDAP without it, which lists the control all the same' poll $(gateway_options)
tap_is "$(server_search -s base -b '' supportedControl | grep -c 1.3.6.1.4.1.4203.1.9.1.1)" 1 'it does'

# --- one that is down at first ---
server_kill
# shellcheck disable=SC2046
follow_start $(gateway_options)
tap_is "$(ask until 5000 s0:failed)" ok 'a server that is down'
tap_is "$(ask kind 0)" auto 'what it is is not known'
server_restart
tap_is "$(ask until 15000 s0:following)" ok 'it comes'
tap_is "$(ask kind 0)" poll 'and is asked then'
# shellcheck disable=SC2046
set -- $(gateway_options)
follow_start "${@/o=acme/ou=none,o=acme}"
ask complete 5000 >"$scratch/answer"
tap_run 'a base that is not there' grep -q 'No such object.*check the base' "$scratch/answer"

if ! server_missing 389ds >/dev/null; then
	scenario_begin ds389_start ds -b o=acme -l tests/scenario/sync.ldif
	# shellcheck disable=SC2046
	becomes '389 Directory Server' content-sync $(gateway_options)
	becomes '389 to somebody who may not synchronize' poll -H "$SERVER_URI" -b o=acme -K auto
fi
tap_done
