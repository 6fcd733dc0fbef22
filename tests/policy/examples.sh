#!/bin/bash
# The policy tests of the examples, on their LDIF and on a slapd that holds the same entries: equal output, and nothing
# is left changed.  What it prints are the points of both.
#   tests/policy/examples.sh [POLICY.YAML...]
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need slapd

BUILD=${BUILD:-build/plain}
export TZ=UTC
dir=$(mktemp -d)
slapd=
cleanup() {
	[ -z "$slapd" ] || server_stop "$slapd"
	rm -rf "$dir"
}
trap cleanup EXIT

# All that the directory says, but for what only servers write.
contents() { server_search -b "$base" '(objectClass=*)' | awk '/^dn:/ { dn = $0 } NF { print dn, $0 }' | sort; }

# Adds a name to each point, and counts them.
points() {
	local line
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			tap_count=$((tap_count + 1))
			[ "${line%%ok *}" = '' ] || tap_failed=$((tap_failed + 1))
			echo "${line%%ok *}ok $tap_count - $2: ${line#* - }"
			;;
		'# '*) echo "$line" ;;
		esac
	done <"$1"
}

run_example() {
	local example=$1 name file base before
	name=$(basename "$example")
	for file in "$example"/*.ldif; do
		sed '/^version: 1$/d' "$file"
		echo
	done >"$dir/$name.ldif"
	base=$(sed -n 's/^dn: //p' "$dir/$name.ldif" | head -n 1)
	"$BUILD/dirgate" test "$example/policy.yaml" >"$dir/$name.on-ldif" 2>&1
	points "$dir/$name.on-ldif" "$name"
	grep -q '^1\.\.[1-9]' "$dir/$name.on-ldif"
	tap_ok $? "$name: on LDIF, to its end"
	mkdir "$dir/$name"
	slapd_start "$dir/$name" -b "$base" -l "$dir/$name.ldif" && slapd=$dir/$name
	tap_ok $? "$name: slapd takes the entries"
	[ -n "$slapd" ] || return
	(umask 077 && printf '%s' "$SERVER_PASSWORD" >"$dir/password")
	before=$(contents)
	"$BUILD/dirgate" test "$example/policy.yaml" -H "$SERVER_URI" -b "$base" -D "$SERVER_ADMIN" -y "$dir/password" \
		--allow-changes >"$dir/$name.on-slapd" 2>&1
	tap_run "$name: slapd says the same" diff "$dir/$name.on-ldif" "$dir/$name.on-slapd"
	tap_is "$(contents)" "$before" "$name: slapd is as it was"
	server_stop "$slapd"
	slapd=
}

[ $# -gt 0 ] || set -- examples/*/policy.yaml
for example; do
	run_example "${example%/policy.yaml}"
done
tap_done
