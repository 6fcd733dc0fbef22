# Test results in the Test Anything Protocol. Bash; source it, call the checks, end with tap_done.

tap_count=0
tap_failed=0

# tap_ok STATUS NAME: passed if STATUS is 0.
tap_ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=$((tap_failed + 1))
	fi
}

# tap_is GOT WANTED NAME
tap_is() {
	[ "$1" = "$2" ]
	tap_ok $? "$3"
	[ "$1" = "$2" ] || printf '# got:    %s\n# wanted: %s\n' "${1//$'\n'/$'\n'#         }" "${2//$'\n'/$'\n'#         }"
}

# tap_run NAME COMMAND...: passed if COMMAND succeeds; what it printed is shown only if it does not.
tap_run() {
	local name=$1 output status
	shift
	output=$("$@" 2>&1)
	status=$?
	tap_ok $status "$name"
	[ $status -eq 0 ] || sed 's/^/# /' <<<"$output"
}

# tap_skip WHY: end the test, as skipped.
tap_skip() {
	echo "1..0 # SKIP $1"
	echo "SKIPPED: ${0##*/}: $1" >&2
	exit 77
}

# tap_need SERVER: end the test, as skipped, if SERVER cannot run here.
tap_need() {
	local package
	! package=$(server_missing "$1") || tap_skip "apt-get install $package"
	[ "$1" != samba ] || [ "$(id -u)" = 0 ] || tap_skip "a Samba server needs root"
}

tap_done() {
	echo "1..$tap_count"
	exit $((tap_failed > 0))
}
