#!/bin/bash
# The directory is killed while it is read, over and over, after more and more of it has come.
set -u
. tests/faults/lib.sh

octets() { awk '$1 == "near:" { print $2 }' /proc/net/dev; }
# received COUNT: so many octets have come over the line since `begun` was noted
received() { [ "$(octets)" -gt $((begun + $1)) ]; }

story 'half a refresh'
far_away
directory
there tc qdisc add dev far root tbf rate 200kbit burst 3kb latency 10s
gateway
witness

breaks server_kill
for count in 500 2000 5000 9000; do
	begun=$(octets)
	heals server_restart
	expect "killed after $count octets" received $count
	breaks server_kill
done
expect_stale
heals server_restart
the_end
