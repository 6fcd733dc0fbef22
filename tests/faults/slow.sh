#!/bin/bash
# The directory is slow: its process gets a tenth of the time, then the line to it carries 4 KB a second.
set -u
. tests/faults/lib.sh

story 'the directory is slow'
far_away
directory
gateway 'reconcile: 1s' # so it is read whole all the time as well
witness

(while hung && sleep 0.1 && wakes && sleep 0.01; do :; done) 2>/dev/null &
crawl=$!
others+=("$crawl")
goes_on
expect_right
kill "$crawl"
wakes

there tc qdisc add dev far root tbf rate 32kbit burst 2kb latency 10s
goes_on
there tc qdisc del dev far root
the_end
