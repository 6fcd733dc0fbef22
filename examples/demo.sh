#!/usr/bin/env bash
# The tour: a private OpenLDAP with four example organizations, the gateway on it, questions, a change by ldapmodify, the
# changed answer.  `make demo` runs it; ONCE=1 ends after the tour, else it stays up until Ctrl-C.
# Everything is on loopback, in a temporary folder, and ended by pid when the script ends.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/servers/lib.sh

BUILD=${BUILD:-build/plain}
dir=$(mktemp -d)
organizations=(respondio cemantica spaces sagicc)
gateway=

cleanup() {
	[ -z "$gateway" ] || { kill "$gateway" && wait "$gateway"; } 2>/dev/null || true
	[ ! -e "$dir/slapd/kind" ] || server_stop "$dir/slapd" || true
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 0' INT TERM

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }

# ---- a directory ----

title '1. A directory: OpenLDAP with our schema and the four organizations of examples/'
mkdir "$dir/slapd"
databases=()
for organization in "${organizations[@]}"; do
	for file in "examples/$organization"/*.ldif; do
		sed '/^version: 1$/d' "$file"
		echo
	done >"$dir/$organization.ldif"
	databases+=(-b "o=$organization" -l "$dir/$organization.ldif")
	echo "  o=$organization, $(grep -c '^dn:' "$dir/$organization.ldif") entries"
done
slapd_start "$dir/slapd" "${databases[@]}"
(umask 077 && printf '%s' "$SERVER_PASSWORD" >"$dir/password")
echo "slapd listens at $SERVER_URI"

# ---- the gateway ----

title '2. The gateway follows it'
address=127.0.0.1:$(server_port)
url=http://$address
{
	echo 'sources:'
	for organization in "${organizations[@]}"; do
		printf '  - name: %s\n    uri: [%s]\n    base: o=%s\n' "$organization" "$SERVER_URI" "$organization"
		printf '    bind: { dn: "%s", password_file: %s }\n' "$SERVER_GATEWAY" "$dir/password"
	done
	printf 'listen:\n  - address: %s\n' "$address"
} >"$dir/dirgate.yaml"
show "dirgated --config dirgate.yaml    # one source for each organization, in $SERVER_URI"
"$BUILD/dirgated" --config "$dir/dirgate.yaml" >"$dir/gateway.log" 2>&1 &
gateway=$!
for _ in $(seq 200); do
	! curl -fsS "$url/readyz" >/dev/null 2>&1 || break
	kill -0 "$gateway" 2>/dev/null || { cat "$dir/gateway.log" >&2; exit 1; }
	sleep 0.05
done
show "curl -H 'Accept: text/plain' $url/readyz"
curl -fsS -H 'Accept: text/plain' "$url/readyz"

# ---- questions ----

evaluation() {
	printf '{"subject":{"type":"user","id":"%s"},"action":{"name":"%s"},' "$1" "$2"
	printf '"resource":{"type":"workspace","id":"%s"},"context":{"dirgate":{"reason":true}}}' "$3"
}
ask() {
	show "curl $url/access/v1/evaluation -d '$(evaluation "$@")'"
	curl -fsS -H 'Content-Type: application/json' -d "$(evaluation "$@")" "$url/access/v1/evaluation" && echo
}

title '3. May Jonas read the dashboard of support?'
ask jonas dashboard.view respondio/support
title '   And Mia, its manager?'
ask mia dashboard.view respondio/support

title '4. Why may Mia not export contacts?'
show "dirgate explain mia contacts.export -w respondio/support -s $url"
"$BUILD/dirgate" explain mia contacts.export -w respondio/support -s "$url" || true

# ---- a change ----

title '5. An administrator makes Jonas a manager, with ldapmodify'
cat >"$dir/change.ldif" <<-LDIF
	dn: cn=managers,ou=support,ou=workspaces,o=respondio
	changetype: modify
	add: member
	member: uid=jonas,ou=people,o=respondio
	-

	dn: cn=berlin,ou=groups,o=respondio
	changetype: modify
	delete: member
	member: uid=jonas,ou=people,o=respondio
	-
LDIF
cat "$dir/change.ldif"
show "ldapmodify -H $SERVER_URI -D $SERVER_ADMIN -w ... -f change.ldif"
python3 - "$address" "$(evaluation jonas dashboard.view respondio/support)" \
	ldapmodify -x -H "$SERVER_URI" -D "$SERVER_ADMIN" -w "$SERVER_PASSWORD" -f "$dir/change.ldif" <<-'PYTHON'
	import http.client, subprocess, sys, time
	address, body, command = sys.argv[1], sys.argv[2], sys.argv[3:]
	connection = http.client.HTTPConnection(address, timeout=5)
	def allowed():
	    connection.request("POST", "/access/v1/evaluation", body, {"Content-Type": "application/json"})
	    return b'"decision":true' in connection.getresponse().read()
	assert not allowed()
	subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
	start, questions = time.perf_counter(), 0
	while not allowed():
	    questions += 1
	    if time.perf_counter() - start > 10:
	        sys.exit("the change did not arrive within 10 seconds")
	took = (time.perf_counter() - start) * 1000
	print(f"The gateway allowed it {took:.1f} ms after ldapmodify had returned, {questions} denials in between.")
PYTHON
ask jonas dashboard.view respondio/support

title '6. What Jonas may do there now, and by which way'
show "dirgate permissions jonas -w respondio/support -s $url"
"$BUILD/dirgate" permissions jonas -w respondio/support -s "$url"

title '7. The other organizations, each with its own rules: the policies of four products, as data'
check() {
	show "dirgate check $*"
	"$BUILD/dirgate" check "$@" -s "$url" || true
}
check cemantica/lena records.read -w cemantica/emea -r journey:onboarding
check cemantica/lena records.read -w cemantica/retail -r journey:onboarding
check spaces/edgar content.create -w spaces/gallery
check spaces/edgar content.create -w spaces/workshop
check sagicc/elena cases.read -w sagicc/retail -r case:4712
check sagicc/dario cases.read -w sagicc/retail -r case:4712
show "dirgate test examples/*/policy.yaml"
"$BUILD/dirgate" test examples/*/policy.yaml >"$dir/tests"
echo "$(grep -c '^ok ' "$dir/tests") expectations hold, such as:"
grep '^ok ' "$dir/tests" | sed -n '5p;300p;500p;700p'

if [ -n "${ONCE:-}" ]; then
	title 'That was the tour.'
	exit 0
fi
title "It stays up until Ctrl-C."
cat <<-TEXT
	gateway    $url           (log: $dir/gateway.log)
	directory  $SERVER_URI    as $SERVER_ADMIN, password in $dir/password
	try        ldapmodify -x -H $SERVER_URI -D $SERVER_ADMIN -y $dir/password
	           $BUILD/dirgate check lena messages.read -w respondio/support -s $url
	           curl '$url/v1/users/mia/explain?workspace=respondio%2Fsupport&action=contacts.export'
TEXT
wait "$gateway"
