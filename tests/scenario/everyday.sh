#!/bin/bash
# The everyday changes of an example's README.md: each is applied to a real OpenLDAP, and the commands below it print what
# the page says, and something else than before.
#   everyday.sh [EXAMPLE]     a folder of examples/ (respondio)
set -u
. tests/scenario/daemon_lib.sh
tap_need slapd

example=${1:-respondio}
page=examples/$example/README.md
export TZ=UTC PATH=$BUILD:$PATH NO_COLOR=1
for file in "examples/$example"/*.ldif; do
	sed '/^version: 1$/d' "$file"
	echo
done >"$dir/$example.ldif"
slapd_start "$dir/slapd" -b "o=$example" -l "$dir/$example.ldif"
(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
gateway_start -H "$SERVER_URI" -b "o=$example" -D "$SERVER_GATEWAY" -y "$dir/password" --listen 127.0.0.1:0
export DIRGATE_URL=$url
tap_run 'ready' eventually ready

# Each change with what follows it: steps/N.title, .ldif (none: only looked at), .console
mkdir "$dir/steps"
awk -v steps="$dir/steps/" '
	/^```ldif$/ { count++; open = steps count ".ldif"; print title >(steps count ".title"); next }
	/^```console$/ {
		if (answered == count) print title >(steps (++count) ".title")
		answered = count
		open = steps count ".console"
		next
	}
	/^```/ { open = ""; next }
	open != "" { print >open; next }
	/^#+ / { title = $0; sub(/^#+ /, "", title) }' "$page"

# printed FILE: the commands of the page and what they print now
printed() {
	local command
	sed -n 's/^\$ //p' "$1" | while read -r command; do
		echo "\$ $command"
		bash -c "$command" 2>&1
	done
}
as_written() { printed "$1" | diff "$1" -; }

for ((step = 1; ; step++)); do
	[ -e "$dir/steps/$step.title" ] || break
	title=$(cat "$dir/steps/$step.title") console=$dir/steps/$step.console
	if [ -e "$dir/steps/$step.ldif" ]; then
		! as_written "$console" >/dev/null
		tap_ok $? "$title: not so before"
		tap_run "$title: ldapmodify" server_modify -f "$dir/steps/$step.ldif"
	fi
	eventually as_written "$console"
	tap_run "$title: as written" as_written "$console"
done
[ "$step" -gt 10 ]
tap_ok $? 'there are changes on the page'
gateway_stop
tap_is "$status" 0 'SIGTERM'
tap_done
