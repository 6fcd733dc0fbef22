#!/bin/bash
# A decision that demands, with Dirgate-At-Least, the entryCSN of a write that has just ended knows of that write: always,
# under concurrent writers, on one OpenLDAP server and on two that replicate each other.  TRIES: how often (2000).
set -u
. tests/scenario/daemon_lib.sh

tap_need slapd
writers=8 tries=${TRIES:-2000}
first=$dir/first second=$dir/second

stop_servers() {
	local one
	for one in "$first" "$second"; do
		[ ! -e "$one/kind" ] || server_stop "$one" || true
	done
	cleanup
}
trap stop_servers EXIT

binding() { # NAME ROLE
	printf '\ndn: cn=%s,ou=red,o=acme\nobjectClass: dgBinding\ncn: %s\ndgGrantsRole: cn=%s,o=acme\nmember: uid=ada,o=acme\n' "$1" "$1" "$2"
}
{
	sed 1d "$policy"
	printf '\ndn: cn=sharer,o=acme\nobjectClass: dgRole\ncn: sharer\ndgPermission: docs.share\n'
	for ((i = 0; i < writers; i++)); do
		printf '\ndn: uid=w%d,o=acme\nobjectClass: inetOrgPerson\nuid: w%d\ncn: Writer\nsn: %d\n' $i $i $i
		binding "w$i" reader
	done
	binding shared0 sharer
	binding shared1 sharer
} >"$dir/policy.ldif"

# gateway_over RECONCILE SERVER [SERVER]: follows the first of them that works, and reads it whole so often besides; $port
gateway_over() {
	server_use "$2"
	(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
	cat >"$dir/dirgate.yaml" <<-END
		sources:
		  - name: acme
		    uri: [$SERVER_URI${3:+, $(. "$3/env" && echo "$SERVER_URI")}]
		    base: o=acme
		    bind: { dn: "$SERVER_GATEWAY", password_file: password }
		    reconcile: $1
		listen:
		  - address: 127.0.0.1:0
		at_least_wait: 30s
		limits: { threads: 2 }
	END
	gateway_start --config "$dir/dirgate.yaml"
	eventually ready
	port=${url##*:}
}

# all_right NAME URI...: writes and asks
all_right() {
	local name=$1 said status=0
	said=$("$BUILD/tests/scenario/at_least" "$port" "$writers" "$tries" "$SERVER_ADMIN" "$SERVER_PASSWORD" "${@:2}" 2>&1) || status=$?
	sed 's/^/# /' <<<"$said"
	tap_is "$status $(grep -o 'wrong.*broken.*' <<<"$said")" '0 wrong 0 late 0 broken 0' "$name"
}

# demand TOKEN: the status of a question with it, and how long it took is in $took
demand() {
	local begun=$EPOCHREALTIME
	status=$(curl -sS -o "$dir/body" -w '%{http_code}' -H "Dirgate-At-Least: $1" "$url/v1/users/ada/permissions?workspace=red")
	took=$(awk -v from="$begun" -v to="$EPOCHREALTIME" 'BEGIN { printf "%d", (to - from) * 1000 }')
}

# ---- one server ----

slapd_start "$first" -b o=acme -g 'serverID 1' -l "$dir/policy.ldif"
gateway_over 1s "$first"

page=$(curl -sS "$url/v1/users?limit=1" | jq -r .page.next_token)
csn=$(server_modify -e postread=entryCSN <<-END | sed -n 's/^entryCSN: //p'
	dn: cn=readers,ou=red,o=acme
	changetype: modify
	add: member
	member: uid=bob,o=acme
END
)
tap_is "$(curl -sS -H 'Content-Type: application/json' -H "Dirgate-At-Least: $csn" "$url/access/v1/evaluation" -d '{
	"subject":{"type":"user","id":"bob"},"action":{"name":"docs.read"},"resource":{"type":"workspace","id":"red"}}')" \
	'{"decision":true}' 'the entryCSN as ldapmodify prints it'
tap_is "$(curl -sS -H "Dirgate-At-Least: $csn" "$url/v1/users?limit=1&token=$page" | jq -r .reason)" page-expired \
	'the next page of a list that began before is not from after it'
tap_is "$(curl -sS "$url/v1/users?limit=1&token=$page" | jq -r '.users | length')" 1 'who does not demand it has that page'
all_right "$tries decisions after writes on one server" "$SERVER_URI"
gateway_stop
tap_is "$status" 0 'SIGTERM'

# ---- the end of patience ----

sed -i 's/at_least_wait: .*/at_least_wait: 300ms/' "$dir/dirgate.yaml"
gateway_start --config "$dir/dirgate.yaml"
eventually ready
future=20991231235959.000000Z#000000#001#000000
demand "$future"
tap_is "$status $(jq -r .reason "$dir/body")" '503 not-fresh-enough' 'a write that never comes'
[ "$took" -ge 300 ]
tap_ok $? "is waited for: $took ms"
question='"subject":{"type":"user","id":"ada"},"action":{"name":"docs.read"},"resource":{"type":"workspace","id":"red"}'
for route in /access/v1/evaluation /access/v1/evaluations /access/v1/search/subject; do
	tap_is "$(curl -sS -H 'Content-Type: application/json' -H "Dirgate-At-Least: $future" "$url$route" \
		-d "{$question,\"evaluations\":[{},{}]}" | jq -r .reason)" not-fresh-enough "$route waits"
done
for route in /v1/users /v1/users/ada '/v1/users/ada/explain?action=docs.read' /v1/users/ada/workspaces /v1/workspaces/red/matrix \
	/v1/roles /v1/organization /v1/lint; do
	tap_is "$(curl -sS -H "Dirgate-At-Least: $future" "$url$route" | jq -r .reason)" not-fresh-enough "$route waits"
done
demand "acme:$future"
tap_is "$status" 503 'the same, for one source'
demand "20991231235959Z#000000#001#000000"
tap_is "$status" 400 'no token'
[ "$took" -lt 300 ]
tap_ok $? "is not waited for: $took ms"
gateway_stop
sed -i 's/at_least_wait: .*/at_least_wait: 60s/' "$dir/dirgate.yaml"
gateway_start --config "$dir/dirgate.yaml"
eventually ready
for i in {1..20}; do curl -s -o /dev/null -H "Dirgate-At-Least: $future" "$url/v1/users/ada/permissions?workspace=red" & done
sleep 0.5
begun=$SECONDS
gateway_stop
tap_is "$status" 0 'SIGTERM while requests wait'
[ $((SECONDS - begun)) -lt 10 ]
tap_ok $? 'does not wait for them'
server_stop "$first"

# ---- two servers that replicate each other ----

# mirror_start DIR NUMBER PORT OTHER_PORT OPTION...
mirror_start() {
	slapd_start "$1" -b o=acme -g "serverID $2" -p "$3" \
		-d "syncrepl rid=00$2 provider=ldap://127.0.0.1:$4 searchbase=o=acme type=refreshAndPersist bindmethod=simple binddn=cn=gateway,ou=services credentials=secret retry=\"1 +\"" \
		-d 'multiprovider on' "${@:5}"
}
rm -r "$first"
ports=("$(server_port)" "$(server_port)")
mirror_start "$first" 1 "${ports[0]}" "${ports[1]}" -l "$dir/policy.ldif"
mirror_start "$second" 2 "${ports[1]}" "${ports[0]}"
has_all() { [ "$(server_search -b o=acme dn | grep -c '^dn:')" = "$(grep -c '^dn:' "$dir/policy.ldif")" ]; }
tap_run 'the second server has what the first has' eventually has_all
gateway_over 1s "$first"

csn=$(server_use "$second" && server_modify -e postread=entryCSN <<-END | sed -n 's/^entryCSN: //p'
	dn: cn=readers,ou=red,o=acme
	changetype: modify
	add: member
	member: uid=bob,o=acme
END
)
tap_is "$(cut -d '#' -f 3 <<<"$csn")" 002 'a write to the other server'
demand "$csn"
tap_is "$status" 200 'is waited for'
uri=$SERVER_URI
other=$(. "$second/env" && echo "$SERVER_URI")
all_right "$tries decisions after writes on two servers, one of them followed" "$uri" "$other"
gateway_stop

# ---- one of them dies ----

gateway_over 1h "$first" "$second"
(sleep 0.3 && server_kill "$first") &
killer=$!
all_right "$tries decisions while the server that is followed dies" "$other"
wait "$killer"
followed() { curl -s "$url/readyz" | jq -r '.sources[0] | "\(.state) \(.server) \(has("last_error"))"'; }
follows_other() { [ "$(followed)" = "following $other true" ]; }
tap_run 'the other one is followed' eventually follows_other
gateway_stop
tap_done
