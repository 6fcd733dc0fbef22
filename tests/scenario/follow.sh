# For scenarios that follow a directory with the program follow.c. Bash; source it after tests/servers/lib.sh and tap.sh.

build=${BUILD:-build/plain}
scratch=$(mktemp -d)
follow_PID=
server_dirs=()

# Everything that a scenario started ends with it.
scenario_end() {
	follow_end
	local dir
	for dir in ${server_dirs[@]+"${server_dirs[@]}"}; do
		server_alive "$dir" && { kill -CONT "$(cat "$dir/pid")" 2>/dev/null; server_stop "$dir"; }
	done
	rm -rf "$scratch"
}
trap scenario_end EXIT

# scenario_begin START NAME OPTION...: a server in its own folder; scenario_server: a slapd.
scenario_server() { scenario_begin slapd_start "$@"; }
scenario_begin() {
	local start=$1 dir=$scratch/$2
	shift 2
	server_dirs+=("$dir")
	"$start" "$dir" "$@"
	(umask 077 && echo "$SERVER_PASSWORD" >"$scratch/password")
}

# How to reach the current server as the gateway does.
gateway_options() { echo -H "$SERVER_URI" -b "$SERVER_BASE" -D "$SERVER_GATEWAY" -y "$scratch/password"; }

# follow_start OPTION...: the program runs until follow_end.
follow_start() {
	follow_end
	coproc follow { exec "$build/tests/scenario/follow" "$@" 2>>"$scratch/follow.log"; }
	follow_pid=$follow_PID
	exec {follow_in}>&"${follow[1]}" {follow_out}<&"${follow[0]}" # coproc's own are closed in subshells
	eval "exec ${follow[1]}>&- ${follow[0]}<&-"
}

follow_end() {
	[ -n "${follow_pid:-}" ] || return 0
	exec {follow_in}>&- {follow_out}<&-
	wait "$follow_pid" 2>/dev/null || { tap_ok 1 "follow ended well"; tail -n 40 "$scratch/follow.log" | sed 's/^/# /'; }
	follow_pid=
}

# ask COMMAND: its answer.
ask() {
	local line
	echo "$*" >&"$follow_in"
	read -r line <&"$follow_out" && echo "$line"
}

# The index as text.
follow_dump() {
	local line
	echo dump >&"$follow_in"
	while IFS= read -r line <&"$follow_out" && [ "$line" != . ]; do echo "$line"; done
}

# The index as somebody sees it who begins now.
fresh_dump() {
	printf 'complete 20000\ndump\n' | "$build/tests/scenario/follow" "$@" 2>>"$scratch/fresh.log" |
		sed -e '1{/^ok$/d}' -e '/^\.$/d'
}

# Until the index has come as far as the server.
follow_catch_up() {
	ask wait "$(server_search -s base -b "$SERVER_BASE" contextCSN | sed -n 's/^contextCSN: //p')"
}

# same_as_fresh NAME [now]: the followed index, once it has caught up, is what a fresh one is.
same_as_fresh() {
	local caught=reached
	[ $# -gt 1 ] || caught=$(follow_catch_up)
	[ "$caught" = reached ] || echo "# $caught"
	# shellcheck disable=SC2046 # a list of options
	fresh_dump $(gateway_options) >"$scratch/fresh"
	follow_dump >"$scratch/followed"
	tap_run "$1" diff "$scratch/fresh" "$scratch/followed"
	[ -s "$scratch/fresh" ] || tap_ok 1 "$1: the fresh index is not empty"
}
