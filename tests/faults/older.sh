#!/bin/bash
# The only directory is restored from a backup: what was revoked since then is granted in there. It is not believed before it has
# been so for some time (behind_limit), and then it is the truth.
set -u
. tests/faults/lib.sh

restore() { rm -r "$SERVER_DIR/db0" && cp -r "$dir/backup" "$SERVER_DIR/db0"; }
behind() { [ "$(counted behind)" -gt 0 ]; }
went_back() { [ "$(counted went_back)" = 1 ]; }

story 'restored from a backup'
directory
gateway
witness
tell pause
server_kill && cp -r "$SERVER_DIR/db0" "$dir/backup" && server_restart
tell resume
expect_right
goes_on

tell pause
breaks server_kill
restore
heals server_restart
expect 'it is seen that the directory is older' behind
expect_stale
tell begin
tell become unknown
expect 'in the end it is believed' went_back
tell resume
the_end
