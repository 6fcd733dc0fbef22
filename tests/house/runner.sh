#!/bin/sh
# The runner itself: what it counts as passed, failed and skipped, and that a failure is one to the outside.
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/results"

# A test that prints TEXT and ends with STATUS counts as "PASSED FAILED SKIPPED".
counts() {
	wanted=$1 text=$2 status=$3
	printf '#!/bin/sh\nprintf "%%b" "%s"\nexit %s\n' "$text" "$status" >"$scratch/planted"
	chmod +x "$scratch/planted"
	rm -f "$scratch"/results/*
	tests/run.sh -b "$scratch" -r "$scratch/results" -1 unit "$scratch/planted" >/dev/null
	found=$(cat "$scratch"/results/*)
	if [ "$found" = "$wanted" ]; then
		echo "ok - counted as $wanted with exit status $status"
	else
		printf 'not ok - %s, exit status %s: wanted %s, found %s\n' "$text" "$status" "$wanted" "$found"
	fi
}

counts '1 0 0' 'fine\n' 0
counts '0 1 0' 'broken\n' 1
counts '2 0 0' 'ok 1 - a\nok 2 - b\n1..2\n' 0
counts '1 1 0' 'ok 1 - a\nnot ok 2 - b\n' 1
counts '0 1 0' 'not ok 1 - a\n' 0
counts '1 0 1' 'ok 1 - a\nok 2 - b # SKIP no server\n' 0
counts '0 0 1' 'no server here\n' 77
counts '1 1 0' '1..3\nok 1 - a\n' 139
counts '1 1 0' '1..2\nok 1 - a\n' 0
counts '1 1 0' 'ok 1 - a\n' 1
