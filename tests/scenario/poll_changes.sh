#!/bin/bash
# An index that polls an OpenLDAP server without syncprov is, after every kind of change, what a fresh one is.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
. tests/scenario/poll.sh
tap_need slapd

scenario_server one -N -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options)
tap_is "$(ask complete 10000)" ok 'read whole'
same_as_fresh 'nothing changed'
. tests/scenario/changes.sh
tap_done
