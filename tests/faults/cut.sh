#!/bin/bash
# The network between the gateway and the directory goes away: no packet comes, nobody says so. The directory lives on, and is
# changed meanwhile.
set -u
. tests/faults/lib.sh

story 'the directory is cut off'
far_away
directory
gateway
witness

breaks there ip link set far down
goes_on
expect_stale
goes_on
heals there ip link set far up
expect_right

# and shorter than the limit: whatever was changed meanwhile is known soon
breaks there ip link set far down
goes_on
heals there ip link set far up
the_end
