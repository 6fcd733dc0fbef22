#!/bin/bash
# The directory hangs: its connections stay open and nothing comes (SIGSTOP). Later it goes on as if nothing had been.
set -u
. tests/faults/lib.sh

story 'the directory hangs'
directory
gateway
witness

breaks hung
expect_stale
heals wakes
the_end
