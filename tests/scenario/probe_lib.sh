# shellcheck shell=bash
# For tests of dirgate probe. Source it in the top folder, with $dir set.
BUILD=${BUILD:-build/plain}

# probe OPTION...: the findings are in $dir/findings, one JSON object a line, the exit status in $probed.
probe() {
	"$BUILD/dirgate" probe --json "$@" >"$dir/findings" 2>"$dir/errors" </dev/null
	probed=$?
}

# finds NAME STATE CHECK [FOUND [REMEDY]]: the check's finding has that state, and the words.
finds() {
	local got
	got=$(jq -r --arg check "$3" 'select(.check == $check) | .state' "$dir/findings")
	[ "$got" = "$2" ] &&
		jq -r --arg check "$3" 'select(.check == $check) | .found' "$dir/findings" | grep -qF -- "${4:-}" &&
		jq -r --arg check "$3" 'select(.check == $check) | .remedy // ""' "$dir/findings" | grep -qF -- "${5:-}"
	tap_ok $? "$1"
	[ "$tap_failed" -le "${tap_told:-0}" ] || {
		jq -c --arg check "$3" 'select(.check == $check)' "$dir/findings" | sed 's/^/# /'
		sed 's/^/# /' "$dir/errors"
		tap_told=$tap_failed
	}
}

# all_well NAME: nothing failed, and nothing is a warning but the checks that are named.
all_well() {
	local name=$1 bad
	shift
	bad=$(jq -r 'select(.state == "failed" or .state == "warning") | .check' "$dir/findings" | sort)
	tap_is "$bad" "$(printf '%s\n' "$@" | sort | sed '/^$/d')" "$name"
}

# remedy CHECK: what is to be pasted.
remedy() { jq -r --arg check "$1" 'select(.check == $check) | .remedy' "$dir/findings"; }

# The remedy as it is pasted, at another socket than the machine's own server.
paste() {
	remedy "$1" | sed "s|ldapi:///|$SERVER_LDAPI|" >"$dir/paste.sh"
	bash "$dir/paste.sh" >"$dir/pasted" 2>&1 || sed 's/^/# /' "$dir/pasted"
}
