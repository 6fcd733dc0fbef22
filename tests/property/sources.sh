#!/bin/bash
# How a directory came to be known never changes an answer.  Random organizations are read
#   - from an LDIF file, from the same entries shuffled over several files, and followed on an OpenLDAP server;
#   - followed through many small changes on that server, and afresh from an LDIF file of what it has in the end;
# and each gateway is asked the same questions.  Which answers are right is for tests/oracle to say.
#
#   SECONDS_MAX=n SEED=n REQUESTS=n CHANGES=n   how long (40), from which directory on, of how many questions and changes
#
# Half of the servers have the schema of dirgate, and refuse values that are none of their kind, which are then left out
# of all sources; the other half have one without syntaxes, and take them.
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need slapd

BUILD=${BUILD:-build/plain}
requests=${REQUESTS:-200} changes=${CHANGES:-150}
end=$((SECONDS + ${SECONDS_MAX:-40}))
dir=$(mktemp -d)
gateways=()
cleanup() {
	gateways_end
	[ ! -e "$dir/slapd/kind" ] || server_stop "$dir/slapd"
	rm -rf "$dir"
}
# All of them have to end well.
gateways_end() {
	local pid bad=0
	[ ${#gateways[@]} -eq 0 ] || kill "${gateways[@]}"
	for pid in ${gateways[@]+"${gateways[@]}"}; do wait "$pid" || bad=1; done
	gateways=()
	return $bad
}
trap cleanup EXIT

sources() { python3 tests/property/sources.py "$@"; }

# The schema with neither syntaxes nor single values.
sed -E 's/EQUALITY .*/EQUALITY octetStringMatch/; s/SYNTAX [0-9.]+( SINGLE-VALUE)?/SYNTAX 1.3.6.1.4.1.1466.115.121.1.40/' \
	schema/openldap/dirgate.schema | sed -E 's/(EQUALITY octetStringMatch).*/\1/' >"$dir/loose.schema"

# gateway_start NAME SOURCE: a gateway on that source, its address in FOLDER/NAME.url.
gateway_start() {
	local name=$1 source=$2
	{
		echo "sources: [{ name: $name, $source }]"
		echo 'listen: [{ address: "127.0.0.1:0" }]'
		jq -r 'to_entries[] | "\(.key): \(.value | tojson)"' "$dir/now/settings.json"
	} >"$dir/now/$name.yaml"
	: >"$dir/now/$name.log"
	"$BUILD/dirgated" --config "$dir/now/$name.yaml" 2>>"$dir/now/$name.log" &
	gateways+=($!)
	for _ in {1..400}; do
		url=$(sed -n 's/.*event=listening.* at="\(.*\)"/\1/p' "$dir/now/$name.log")
		[ -z "$url" ] || { echo "$url" >"$dir/now/$name.url" && return; }
		sleep 0.02
	done
	sed 's/^/# /' "$dir/now/$name.log"
	return 1
}

# answers NAME [TOKEN]: what that gateway says, a line each, once it has come as far as the token.
answers() {
	local try
	for try in {1..100}; do
		curl -sS -H 'Content-Type: application/json' ${2:+-H "Dirgate-At-Least: $2"} -d "@$dir/now/requests.json" \
			"$(cat "$dir/now/$1.url")/access/v1/evaluations" >"$dir/now/$1.json"
		! jq -e .evaluations "$dir/now/$1.json" >/dev/null || break
		sleep 0.05
	done
	jq -c '.evaluations[]' "$dir/now/$1.json" >"$dir/now/$1.answers"
	[ "$(wc -l <"$dir/now/$1.answers")" = "$requests" ] || { cat "$dir/now/$1.json" "$dir/now/$1.log"; return 1; }
}

# same ONE OTHER: the first answers that differ, with their questions.
same() {
	paste "$dir/now/$1.answers" "$dir/now/$2.answers" <(jq -c '.evaluations[]' "$dir/now/requests.json") |
		awk -F '\t' -v names="$1 $2" '$1 != $2 {
			split(names, name, " ")
			if (++differ <= 3) printf "%s\n%s: %s\n%s: %s\n", $3, name[1], $1, name[2], $2
		} END { if (differ) print differ " answers differ"; exit differ > 0 }'
}

server_token() { server_search -s base -b dc=example contextCSN | sed -n 's/^contextCSN: //p'; }

# One random directory; its checks are one test each.
round() {
	local seed=$1 form=$2 counts schema=()
	rm -rf "$dir/now" "$dir/slapd"
	mkdir "$dir/now" "$dir/slapd"
	counts=$(sources directory "$dir/now" "$seed" "$requests" "$form") || return
	[ "$form" = strict ] || schema=(-n -s "$dir/loose.schema")
	slapd_start "$dir/slapd" -S -b dc=example "${schema[@]}" -s tests/property/sources.schema -l "$dir/now/server.ldif" || return
	(umask 077 && echo "$SERVER_PASSWORD" >"$dir/now/password")
	gateway_start ordered 'ldif: ordered.ldif' || return
	gateway_start shuffled 'ldif: shuffled' || return
	gateway_start followed "uri: \"$SERVER_URI\", base: \"dc=example\", bind: { dn: \"$SERVER_GATEWAY\", password_file: password }" || return
	answers ordered && answers shuffled && answers followed || return
	entries=$((entries + ${counts% *})) refused=$((refused + ${counts#* }))
	tap_run "$seed, $form: shuffled" same ordered shuffled
	tap_run "$seed, $form: followed" same ordered followed

	sources changes "$dir/now" "$seed" "$changes"
	server_modify -c -f "$dir/now/changes.ldif" >"$dir/now/changes.log" 2>&1
	asked_for=$((asked_for + $(grep -c '^changetype' "$dir/now/changes.ldif")))
	declined=$((declined + $(grep -c '^ldap_' "$dir/now/changes.log")))
	server_search -b dc=example >"$dir/now/end.ldif"
	sources requests "$dir/now" "$((seed + 1))" "$requests" end.ldif || return
	gateway_start afresh 'ldif: end.ldif' || return
	answers afresh && answers followed "$(server_token)" || return
	tap_run "$seed, $form: changed" same afresh followed
}

entries=0 refused=0 asked_for=0 declined=0 directories=0
seed=${SEED:-1}
while [ "$SECONDS" -lt "$end" ]; do
	[ $((seed % 2)) = 0 ] && form=strict || form=loose
	round "$seed" "$form"
	tap_ok $? "$seed, $form: to the end"
	gateways_end
	tap_ok $? "$seed, $form: the gateways end well"
	server_kill "$dir/slapd"
	seed=$((seed + 1)) directories=$((directories + 1))
done
echo "# $directories directories, $entries entries; $refused values left out, which the server refuses"
echo "# $asked_for changes, of which the server refused $declined"
tap_done
