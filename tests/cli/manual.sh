#!/bin/bash
# The examples of dirgate(1) are true: what stands after "$ " is run, what follows is what it prints.
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh

BUILD=${BUILD:-build/plain}
dir=$(mktemp -d)
gateway=
trap '[ -z "$gateway" ] || { kill "$gateway" && wait "$gateway"; } 2>/dev/null; rm -rf "$dir"' EXIT
export TZ=UTC PATH=$BUILD:$PATH

address=127.0.0.1:$(server_port)
export DIRGATE_URL=http://$address
dirgated --ldif examples/respondio --listen "$address" >"$dir/log" 2>&1 &
gateway=$!
for _ in {1..200}; do
	! curl -fsS "$DIRGATE_URL/readyz" >/dev/null 2>&1 || break
	sleep 0.05
done

# One file for each example: the command, then what it prints.
awk -v dir="$dir" '
	/^\.Bd -literal/ { inside = 1; next }
	/^\.Ed/ { inside = 0 }
	inside && /^\$ / { count++; sub(/^\$ /, ""); }
	inside { print >(dir "/example" count) }' src/cli/dirgate.1
for example in "$dir"/example*; do
	command=$(head -n 1 "$example")
	tap_is "$(bash -c "$command" 2>&1)" "$(tail -n +2 "$example")" "$command"
done
[ "$tap_count" -ge 8 ]
tap_ok $? 'there are examples'
tap_done
