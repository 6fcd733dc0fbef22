#!/bin/bash
# An index that polls a 389 Directory Server without content synchronization is what a fresh one is.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
. tests/scenario/poll.sh
tap_need 389ds

scenario_begin ds389_start one -N -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options)
tap_is "$(ask complete 10000)" ok 'read whole'
same_as_fresh 'nothing changed'
. tests/scenario/changes.sh

# --- limits of its own, which hold for pages, too ---
limit() { # ATTRIBUTE VALUE WORDS
	printf '%s\n' "dn: $SERVER_GATEWAY" 'changetype: modify' "replace: $1" "$1: $2" | server_modify >/dev/null
	# shellcheck disable=SC2046
	follow_start $(gateway_options)
	ask complete 10000 >"$scratch/answer"
	tap_run "$1: $3" grep -q "$3" "$scratch/answer"
	tap_is "$(ask state | grep -o '^[a-z]*')" incomplete "$1: nothing is published"
	printf '%s\n' "dn: $SERVER_GATEWAY" 'changetype: modify' "replace: $1" "$1: -1" | server_modify >/dev/null
	tap_is "$(ask until 20000 s0:following)" ok "$1: lifted, it is read"
}
limit nsPagedSizeLimit 5 'Size limit exceeded.*nsPagedSizeLimit'
limit nsPagedLookThroughLimit 5 'Administrative limit exceeded.*nsPagedLookThroughLimit'
tap_done
