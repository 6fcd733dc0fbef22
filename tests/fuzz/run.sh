#!/bin/sh
# Runs the fuzz targets of a build tree, one after the other, with clang's libFuzzer; `make fuzz` builds them.
#   tests/fuzz/run.sh -b BUILD NAME SECONDS     an empty NAME is every target, an empty SECONDS a minute
# What they find new goes to BUILD/corpus, what breaks them to BUILD/broken-*.
set -eu

[ "${1:-}" = -b ] && [ $# = 4 ] || { echo "usage: tests/fuzz/run.sh -b BUILD NAME SECONDS" >&2; exit 2; }
build=$2 only=$3 seconds=${4:-60}

for source in tests/fuzz/fuzz_${only:-*}.c; do
	name=$(basename "$source" .c) name=${name#fuzz_}
	[ -e "$source" ] || { echo "there is no fuzz target ${only:-yet}" >&2; exit 2; }
	mkdir -p "$build/corpus/$name"
	echo "== $name, $seconds seconds"
	"$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix="$build/broken-$name-" "$build/corpus/$name" "tests/fuzz/corpus/$name"
done
