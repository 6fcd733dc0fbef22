#!/bin/bash
# An index that follows an OpenLDAP server is, after every kind of change, what a fresh one is.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need slapd

scenario_server one -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options)
tap_is "$(ask complete 10000)" ok 'read whole'
same_as_fresh 'nothing changed'
tap_is "$(ask entry cn=laser,ou=printers,o=acme)" nothing 'what means nothing is not read'
tap_is "$(ask entry uid=gone,ou=people,o=acme)" node 'a member that is not there is only a node'

. tests/scenario/changes.sh
tap_is "$(ask wait nonsense | grep -o 'no snapshot token')" 'no snapshot token' 'a token that is none'
tap_is "$(ask wait "$(ask token)")" reached 'its own token'
state=$(ask state)
tap_is "$(grep -o 'following.*loads=1 reconnects=0' <<<"$state" | sed 's/ .*loads/ loads/')" \
	'following loads=1 reconnects=0' 'all of it without reading whole again'
tap_done
