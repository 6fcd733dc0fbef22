#!/bin/bash
# tests/deps.sh says what it installs and installs no more than is missing; with a package manager that only notes what it is told.
set -u
. tests/servers/tap.sh

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for tool in sh awk cat printf env; do ln -s "$(command -v $tool)" "$dir/$tool"; done

# fake NAME SCRIPT: a program of that name, in front of all others
fake() {
	printf '#!/bin/sh\n%s\n' "$2" >"$dir/$1"
	chmod +x "$dir/$1"
}
# installed PACKAGE...: what dpkg-query knows
installed() { fake dpkg-query "printf 'installed %s\\n' $*"; }
# deps [GROUP...]: its output in $output, its exit status in $status
deps() {
	status=0
	output=$(unset DEPS && PATH=$dir sh tests/deps.sh "$@" 2>&1) || status=$?
}

all=$(sed -n "/^packages='/,/^'/p" tests/deps.sh | awk 'NF > 2 { print $1 }')
fake id 'echo 1000'
fake apt-get ':'
fake sudo "echo \"\$@\" >$dir/asked"

# shellcheck disable=SC2086 # a list
installed $all
deps
tap_is "$status $output" '0 ' 'nothing is missing: nothing is said'
# shellcheck disable=SC2086
installed ${all/jq/}
deps
tap_is "$status" 0 'one is missing'
tap_is "$(grep -c '^  ' <<<"$output") $(grep -o '^  jq .*' <<<"$output")" '1   jq                           JSON' 'it is named, with what it is for'
tap_is "$(grep -o 'missing=.* sh' "$dir/asked")" 'missing=jq sh' 'it is asked for, through sudo'
deps build
tap_is "$status $output" '0 ' 'another group does not want it'
rm "$dir/sudo"
deps
tap_is "$status $(tail -n 1 <<<"$output")" '1   apt-get install --no-install-recommends jq' 'neither root nor sudo'
rm "$dir/apt-get"
deps servers
tap_is "$status $(grep -c ' servers ' <<<"$output") $(grep -c ' build ' <<<"$output")" "1 $(grep -cE '^[a-z0-9-]+ +servers ' tests/deps.sh) 0" \
	'another system: what to look for'
tap_is "$(DEPS=have PATH=$dir sh tests/deps.sh 2>&1)" '' 'DEPS=have: nothing is looked at'
tap_done
