#!/bin/sh
# Runs tests and counts them.
#   tests/run.sh [-b BUILD] [-j JOBS] FAMILY...      "all" is every family
#
# A test is a program or a script that prints TAP ("ok 1 - name", "not ok 2 - name", "ok 3 # SKIP why"), or that just
# ends with 0.  Ending with 77 skips it, the last line it printed says why.  Tests find the build tree in $BUILD and
# run in the top folder.  A family is a folder here: its test_*.c (see the Makefile) and its executable *.test, *.sh
# and *.py.  What a test prints is kept in BUILD/log.
set -eu

cd "$(dirname "$0")/.."
families='house unit fuzz cases schema property scenario fake faults oracle library cli policy'
build=build/plain jobs=2

usage() {
	echo "usage: tests/run.sh [-b BUILD] [-j JOBS] all | FAMILY...   families: $families" >&2
	exit 2
}

# The most seconds a test of the family may take.
limit_of() {
	case $1 in
	scenario | fake | oracle | property | cli | policy) limit=300 ;;
	faults) limit=$((120 * ${FAULTS_ROUNDS:-1})) ;;
	*) limit=120 ;;
	esac
	[ -z "${SANITIZE:-}" ] || limit=$((limit * 4))
	echo "$limit"
}

list() {
	case $1 in
	house) ls tests/layers.sh tests/headers.sh tests/sizes.sh ;;
	fuzz) programs "tests/fuzz/fuzz_*.c" ;;
	unit) programs "tests/unit/*/test_*.c" ;;
	*) programs "tests/$1/test_*.c" ;;
	esac
	[ ! -d "tests/$1" ] || find "tests/$1" -maxdepth 1 -type f -perm -u+x \
		\( -name '*.test' -o -name '*.sh' -o -name '*.py' \) ! -name 'run.sh' | sort
}

# The programs built of the sources that match the pattern.
programs() {
	for source in $1; do
		[ ! -e "$source" ] || echo "$build/${source%.c}"
	done
}

count_lines() {
	grep -c "$1" "$log" || true
}

# Runs one test; one line for people on standard output, and the counts in a file.
run_one() {
	family=$1 test=$2
	name=${test#"$build"/} name=${name#tests/}
	log=$build/log/$name.log
	mkdir -p "$(dirname "$log")"
	case $test in /*) program=$test ;; *) program=./$test ;; esac
	counts=$results/$(echo "$name" | tr / _)
	echo '0 1 0' >"$counts" # a failure, should this script not come to its end
	began=$(date +%s) status=0 note=
	timeout -k 10 "$(limit_of "$family")" "$program" >"$log" 2>&1 </dev/null || status=$?
	took=$(($(date +%s) - began))

	skipped=$(count_lines '^ok .*# [Ss][Kk][Ii][Pp]')
	passed=$(($(count_lines '^ok ') - skipped))
	failed=$(count_lines '^not ok ')
	plan=$(sed -n 's/^1\.\.\([0-9][0-9]*\)$/\1/p' "$log" | tail -n 1)
	total=$((passed + failed + skipped))
	if [ "$status" = 77 ]; then
		skipped=$((skipped + 1)) note=$(tail -n 1 "$log")
	elif [ "$status" = 124 ] || [ "$status" = 137 ]; then
		failed=$((failed + 1)) note="ended after $took seconds"
	elif [ -n "$plan" ] && [ "$plan" != "$total" ]; then
		failed=$((failed + 1)) note="only $total of $plan tests ran, exit status $status"
	elif [ "$status" != 0 ] && [ "$failed" = 0 ]; then
		failed=1 note="exit status $status"
	elif [ "$total" = 0 ]; then
		passed=1
	fi
	echo "$passed $failed $skipped" >"$counts"
	report
}

# One write for all lines, so that tests that run side by side do not mix theirs.
report() {
	word=ok
	[ "$skipped" = 0 ] || word=SKIP
	[ "$failed" = 0 ] || word=FAIL
	line=$(printf '%-4s %-44s %4d passed' "$word" "$name" "$passed")
	[ "$failed" = 0 ] || line="$line, $failed failed"
	[ "$skipped" = 0 ] || line="$line, $skipped skipped"
	[ "$took" -lt 2 ] || line="$line  (${took} s)"
	[ -z "$note" ] || line="$line: $note"
	if [ "$failed" != 0 ]; then
		line=$(printf '%s\n' "$line" && { grep -A 12 '^not ok' "$log" | head -n 40
			echo "... the end of $log:"; tail -n 25 "$log"; } | sed 's/^/     | /')
	elif [ "$skipped" != 0 ]; then
		line=$(printf '%s\n' "$line"; grep '^ok .*# [Ss][Kk][Ii][Pp]' "$log" | sed 's/^/     | /')
	fi
	printf '%s\n' "$line"
}

run_family() {
	width=1
	case $1 in unit | fuzz | cases | property) width=$jobs ;; esac
	list "$1" | sort -u | xargs -r -P "$width" -n 1 tests/run.sh -b "$build" -r "$results" -1 "$1" || true
}

one='' results=''
while getopts b:j:r:1: option; do
	case $option in
	b) build=$OPTARG ;;
	j) jobs=$OPTARG ;;
	r) results=$OPTARG ;;
	1) one=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
if [ -n "$one" ]; then
	run_one "$one" "$1"
	exit
fi
# shellcheck disable=SC2086 # a list of words
[ "$1" != all ] || set -- $families

BUILD=$(mkdir -p "$build" && cd "$build" && pwd)
export BUILD SANITIZE="${SANITIZE:-}" CMOCKA_MESSAGE_OUTPUT=TAP
# A sanitizer must not end the process before our own code sees that there is no memory.
common=allocator_may_return_null=1
export ASAN_OPTIONS="${ASAN_OPTIONS:-$common:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
# Nor is it to wait at the end, for which tests look.
export TSAN_OPTIONS="${TSAN_OPTIONS:-$common:halt_on_error=1:second_deadlock_stack=1:atexit_sleep_ms=0}"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
began=$(date +%s)
for family in "$@"; do
	case " $families " in *" $family "*) run_family "$family" ;; *) usage ;; esac
done
echo "$(($(date +%s) - began)) seconds, ${SANITIZE:-plain} build"
find "$results" -type f -exec cat {} + | awk '
	{ passed += $1; failed += $2; skipped += $3 }
	END {
		printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
		exit failed > 0 || passed == 0
	}'
