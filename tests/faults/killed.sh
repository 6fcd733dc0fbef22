#!/bin/bash
# The directory is killed (kill -9) while it is followed, and comes back.
set -u
. tests/faults/lib.sh

story 'the directory is killed while it is followed'
directory
gateway
witness

breaks server_kill
expect_stale
heals server_restart
expect_right

# and shorter than the limit: decisions go on
breaks server_kill
heals server_restart
the_end
