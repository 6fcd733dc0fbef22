# shellcheck shell=bash
# For tests of the gateway; source it in the top folder, with $BUILD set.
. tests/servers/lib.sh
. tests/servers/tap.sh

[ -x "$BUILD/dirgated" ] || tap_skip 'dirgated was not built'
dir=$(mktemp -d)
gateway='' url=''
gateway_under=() # a command that runs it, such as env NAME=VALUE
log=$dir/log
policy=tests/scenario/daemon.ldif

cleanup() {
	local kind
	[ -z "$gateway" ] || kill -KILL "$gateway" 2>/dev/null || true
	for kind in "$dir"/*/kind; do
		[ ! -e "$kind" ] || server_stop "${kind%/kind}" || true
	done
	rm -rf "$dir"
}
trap cleanup EXIT

# eventually COMMAND...: at most 20 seconds, whether it succeeds
eventually() {
	local try
	for try in {1..400}; do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.05
	done
	return 1
}

# gateway_start OPTION...: on a free port (unless a configuration says where), and wait until it listens
gateway_start() {
	: >"$log"
	"${gateway_under[@]}" "$BUILD/dirgated" "$@" 2>"$log" &
	gateway=$!
	eventually grep -q event=listening "$log" || { cat "$log"; return 1; }
	url=$(sed -n 's/.*event=listening.* at="\(.*\)"/\1/p' "$log" | head -n 1)
}

# Ends it; its exit status is in $status.
gateway_stop() {
	status=0
	kill -TERM "$gateway" 2>/dev/null
	wait "$gateway" || status=$?
	gateway=''
}

ready() { curl -fsS "$url/readyz"; }

# ask WHO WHAT WHERE [TYPE]: true, false, or the status and reason of an error; WHO is a user if TYPE is not given
ask() {
	curl -sS -H 'Content-Type: application/json' "$url/access/v1/evaluation" -d "{\"subject\":{\"type\":\"${4:-user}\",\"id\":\"$1\"},
		\"action\":{\"name\":\"$2\"},\"resource\":{\"type\":\"workspace\",\"id\":\"$3\"}}" |
		jq -r 'if has("decision") then .decision else "\(.status) \(.reason)" end'
}

# answers WANTED WHO WHAT WHERE [TYPE]
answers() { [ "$(ask "${@:2}")" = "$1" ]; }
