#!/bin/bash
# A 389 Directory Server hangs, is killed, and comes back.
set -u
. tests/faults/lib.sh

story 'a 389 Directory Server hangs and is killed'
directory_389
gateway
witness

breaks hung
expect_stale
heals wakes
expect_right

breaks server_kill
expect_stale
heals server_restart
the_end
