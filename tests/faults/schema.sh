#!/bin/bash
# The directory comes back without our schema: everybody is there, the policy is not.
set -u
. tests/faults/lib.sh

story 'the schema is lost'
directory
gateway
witness

breaks server_kill
cp "$SERVER_DIR/slapd.conf" "$dir/whole.conf"
grep -v '^include .*/indexes.conf' "$dir/whole.conf" | grep -v dirgate.schema >"$SERVER_DIR/slapd.conf"
tell pause
heals server_restart
expect_stale
breaks server_kill
cp "$dir/whole.conf" "$SERVER_DIR/slapd.conf"
heals server_restart
tell resume
the_end
