#!/bin/bash
# One of two directories is restored from an old backup, and the other one dies: nothing older is served.
set -u
. tests/faults/lib.sh

behind() { [ "$(counted behind)" -gt 0 ]; }

story 'a second directory that is older'
directory second
second=$SERVER_DIR second_uri=$SERVER_URI
server_kill
directory first
uri="[$SERVER_URI, $second_uri]"
first=$SERVER_DIR
server_kill
rm -r "$second/db0" && cp -r "$first/db0" "$second/db0"
server_restart
gateway 'behind_limit: 60s'
witness

server_use "$second" && server_restart
server_use "$first"
server_kill
expect 'the other one is tried, and is behind' behind
expect_stale
server_restart
the_end
