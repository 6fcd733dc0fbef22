#!/bin/bash
# The directory's disk is full: it answers, and refuses all writes; then it is killed. The disk with the gateway's log is full as well.
set -u
. tests/faults/lib.sh

many() { for i in {1..500}; do person "late$i"; done; }

story 'the disks are full'
small_disk "$dir/slapd/db0" 4m
small_disk "$dir/logs" 64k
log=$dir/logs/log
directory
gateway
witness

full "$dir/logs"
full "$dir/slapd/db0"
tell pause
! many | server_add >/dev/null 2>&1
tap_ok $? 'no write is taken'
tell resume
expect_right # the directory lives, so the index is proven to be true

breaks server_kill
heals server_restart
expect_right
free "$dir/slapd/db0"
goes_on
the_end
