#!/bin/bash
# Long lists over HTTP: sent in parts, broken off, read page by page; and questions that say too much.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/servers/tap.sh

build=${BUILD:-build/plain}
work=$(mktemp -d) pid='' stub=''
finish() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	[ -z "$stub" ] || kill "$stub" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT

people=3500
{
	cat tests/scenario/http.ldif
	for ((i = 0; i < people; i++)); do
		printf '\ndn: uid=u%d,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: u%d\ncn: Number %d\nsn: %d\n' $i $i $i $i
	done
} >"$work/people.ldif"
mkfifo "$work/in"
"$build/tests/scenario/http_server" "$work/people.ldif" <"$work/in" >"$work/out" &
pid=$!
exec 9>"$work/in"
for _ in {1..200}; do
	port=$(sed -n 's/^listening //p' "$work/out")
	[ -z "$port" ] || break
	sleep 0.05
done
[ -n "$port" ] || { echo "Bail out! the server does not start"; exit 1; }
url=http://127.0.0.1:$port

# raw TEXT: what comes back for octets sent as they are
raw() {
	exec 3<>"/dev/tcp/127.0.0.1/$port"
	printf "$1" >&3
	timeout 3 cat <&3 | tr -d '\r'
	exec 3<&- 3>&-
}
status() { curl -s -o "$work/body" -w '%{http_code}' "$@"; }

# ---- in parts ----
want='Host: x\r\nAccept: text/csv\r\n\r\n' last='GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
tap_is "$(curl -s -H 'Accept: text/csv' "$url/v1/users" | wc -l)" $((people + 3)) 'all rows and a head'
tap_is "$(curl -s --http1.0 -H 'Accept: text/csv' "$url/v1/users" | wc -l)" $((people + 3)) 'for HTTP/1.0, too'
tap_is "$(raw "GET /v1/users HTTP/1.1\r\n$want$last" | grep -ac '^HTTP/1.1 200\|{"live":true}')" 3 'the next request on the connection is answered'
raw "HEAD /v1/users HTTP/1.1\r\n$want$last" >"$work/head"
tap_is "$(sed -n '1,/^$/d; p' "$work/head" | wc -c) $(grep -ci '^connection: close' "$work/head")" '0 1' \
	'HEAD: nothing after the head, where a client would look for the next answer'
tap_is "$(curl -s -H 'Accept: text/csv;q=nan, application/json;q=1e999' "$url/v1/users?limit=1" | head -c 1)" '{' 'weights that are no numbers'

# Readers that leave in the middle, or do not read, are in nobody's way.
for _ in {1..30}; do
	curl -s --max-time 0.03 -H 'Accept: text/csv' "$url/v1/users" 2>/dev/null | head -c 2000 >/dev/null
done
for fd in {20..29}; do
	eval "exec $fd<>/dev/tcp/127.0.0.1/$port"
	printf "GET /v1/users HTTP/1.1\r\n$want" >&$fd
done
tap_is "$(status --max-time 3 "$url/v1/users?limit=1000")" 200 'others are answered while some do not read'

# ---- page by page ----
first=$(curl -s "$url/v1/users?limit=7" | sed 's/.*"next_token":"\([0-9a-f]*\)".*/\1/')
id=${first:0:16} answers=''
for position in 0 1 ffffffff 100000000 ffffffffffffffff "${first:16}"; do
	answers="$answers $(status "$url/v1/users?token=$id$position")"
done
for token in '' "$id" "${first}g" "${first%?}G" "${id}00000000000000001" "%00$first" " $first"; do
	answers="$answers $(status -G --data-urlencode "token=$token" "$url/v1/users")"
done
tap_is "$answers" ' 200 200 200 200 200 200 400 400 400 400 400 400 400' 'a token gives what its list has, or is none'
tap_is "$(status "$url/v1/workspaces?token=$first") $(status "$url/v1/users?q=x&token=$first")" '400 400' 'and not another list'

# ---- questions that say too much ----
# ask PATH PROPERTIES REST: the status, and how long it took in tenths of a second
ask() {
	local begun=$EPOCHREALTIME status
	python3 -c "print('{\"subject\":{\"type\":\"user\",\"id\":\"u1\"},\"action\":{\"name\":\"records.write\"},\"resource\":{\"type\":\"record\",\"id\":\"1\",\"properties\":{' +
		','.join(f'\"é{i}\":1' for i in range($2)) + '}},\"context\":{\"workspace\":\"sales\"}$3}')" >"$work/question"
	status=$(status --max-time 10 -H 'Content-Type: application/json' --data-binary "@$work/question" "$url/access/v1/$1")
	echo "$status $(awk -v from="$begun" -v to="$EPOCHREALTIME" 'BEGIN { print to - from < 5 ? "soon" : to - from }')"
}
items=",\"evaluations\":[$(printf '{},%.0s' {1..999}){}]"
tap_is "$(ask evaluation 999 '')" '200 soon' 'many properties'
tap_is "$(ask evaluation 70000 '')" '400 soon' 'too many'
tap_is "$(ask search/subject 70000 '')" '400 soon' 'too many, for a search'
tap_is "$(ask search/subject 999 '') $(grep -c '"next_token":"[0-9a-f]' "$work/body")" '200 soon 1' 'a search with many: shorter pages'
tap_is "$(ask evaluations 90 "$items")" '200 soon' 'a batch with many'
tap_is "$(ask evaluations 999 "$items") $(jq -r .reason "$work/body")" '413 soon too-many-items' 'a batch with too many'
tap_is "$(ask evaluations 70000 "$items")" '413 soon' 'a batch with far too many'

# ---- the tool reads all pages, in memory that grows with their sum ----
python3 - "$work/stub" 9>&- <<'PY' &
import http.server, json, os, sys
class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_POST(self):
        page = json.loads(self.rfile.read(int(self.headers['Content-Length'])))['page']
        number = int(page.get('token', '0'))
        rows = [{'type': 'user', 'id': f'p{number}-{i}'} for i in range(1000)]
        body = json.dumps({'page': {'next_token': str(number + 1) if number < 99 else ''}, 'results': rows}).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
server = http.server.HTTPServer(('127.0.0.1', 0), Stub)
with open(sys.argv[1] + '.new', 'w') as out:
    out.write(str(server.server_port))
os.rename(sys.argv[1] + '.new', sys.argv[1])
server.serve_forever()
PY
stub=$!
for _ in {1..100}; do
	[ ! -e "$work/stub" ] || break
	sleep 0.05
done
read -r rows kilobytes < <(python3 - "$build/dirgate" "http://127.0.0.1:$(<"$work/stub")" <<'PY'
import resource, subprocess, sys
out = subprocess.run([sys.argv[1], 'who', 'records.read', '--resource=record:1', '--server=' + sys.argv[2]], stdout=subprocess.PIPE, text=True).stdout
print(len(set(out.split())), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
)
[ "$rows" -ge 100000 ] && [ "$kilobytes" -lt 400000 ]
tap_ok $? "$rows results on 100 pages in $kilobytes kilobytes"

# ---- the end, while some still read ----
exec 9>&-
wait "$pid"
tap_is $? 0 'it ends while lists are being sent'
pid=
tap_done
