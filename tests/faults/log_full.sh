#!/bin/bash
# Nobody takes what the gateway logs: its standard error is a pipe whose reader stands still.
set -u
. tests/faults/lib.sh

story 'nobody reads the log'
mkfifo "$dir/pipe"
cat "$dir/pipe" >>"$log" &
reader=$!
others+=("$reader")
gateway_under=(bash -c 'exec "$@" 2>"$0"' "$dir/pipe")
directory
gateway
witness

kill -STOP "$reader"
dd if=/dev/zero of="$dir/pipe" bs=4k oflag=nonblock 2>/dev/null # until it is full
breaks server_kill
expect_stale
heals server_restart
expect_right
kill -CONT "$reader"
server_kill && server_restart
expect 'then the log says how much it lacks' grep -aq event=log-lines-lost "$log"
the_end
