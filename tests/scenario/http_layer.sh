#!/bin/bash
# The HTTP layer over real sockets: statuses, keep-alive, limits, shapes of smuggling, batches.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/servers/tap.sh

server=${BUILD:-build/plain}/tests/scenario/http_server
work=$(mktemp -d) pids=()
finish() {
	local pid
	for pid in "${pids[@]}"; do kill "$pid"; done 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT

# start OPTION...: another server; its port in $port.
start() {
	local out=$work/out.${#pids[@]}
	mkfifo "$out.in"
	"$server" "$@" tests/scenario/http.ldif <"$out.in" >"$out" &
	pids+=($!)
	exec {input}>"$out.in"
	for _ in {1..100}; do
		port=$(sed -n 's/^listening //p' "$out")
		[ -z "$port" ] || return 0
		sleep 0.05
	done
	echo "Bail out! the server does not start"
	exit 1
}

alice='"subject":{"type":"user","id":"alice"}' sales='"context":{"workspace":"sales"}'
record='"resource":{"type":"record","id":"1"}'
action() { printf '"action":{"name":"records.%s"}' "$1"; }
question() { printf '{%s,%s,%s,%s}' "$alice" "$(action "$1")" "$record" "$sales"; }

# post PATH BODY [CURL OPTION...]: the answer's body
post() {
	local path=$1 body=$2
	shift 2
	curl -s -H 'Content-Type: application/json' --data-binary "$body" "$@" "http://127.0.0.1:$port$path"
}
evaluate() { post /access/v1/evaluation "$@"; }
batch() { post /access/v1/evaluations "$@"; }
status() { curl -s -o "$work/body" -w '%{http_code}' "$@"; }
header() { curl -s -o /dev/null -D - "${@:2}" | tr -d '\r' | sed -n "s/^$1: //Ip"; }

# raw TEXT [SECONDS]: what comes back for octets sent as they are, in one piece, until the other side closes or the
# time is over
raw() {
	printf "$1" >"$work/raw" # bash would write line by line
	exec 3<>"/dev/tcp/127.0.0.1/$port"
	cat "$work/raw" >&3
	timeout "${2:-2}" cat <&3 | tr -d '\r'
	exec 3<&- 3>&-
}
first_line() { head -n 1 | cut -d ' ' -f 2; }

start
url=http://127.0.0.1:$port

# ---- decisions ----
tap_is "$(evaluate "$(question read)")" '{"decision":true}' 'an allow is exactly {"decision":true}'
tap_is "$(evaluate "$(question fly)")" '{"decision":false}' 'a deny is exactly {"decision":false}'
tap_is "$(evaluate "$(question export)")" '{"decision":true,"context":{"obligations":["mask=phone"]}}' \
	'obligations always come along'
tap_is "$(evaluate "{$alice,$(action write),$record,\"context\":{\"workspace\":\"sales\",\"dirgate\":{\"reason\":true}}}")" \
	'{"decision":false,"context":{"reason":"missing-property","missing":"status"}}' 'the reason, when asked for'
tap_is "$(evaluate '{"subject":{"type":"user","id":"bob"},"action":{"name":"records.read"},"resource":{"type":"record","id":"1"},"context":{"workspace":"sales","dirgate":{"at":"2019-12-31T23:59:59Z","reason":true}}}')" \
	'{"decision":false,"context":{"reason":"outside-time"}}' 'at another time'
[[ $(evaluate "{$alice,$(action read),$record,\"context\":{\"workspace\":\"sales\",\"dirgate\":{\"explain\":true}}}") == \
	*'"explanation":{"subject":{"id":"alice","dn":"uid=alice,ou=people,o=acme"}'*'"value":"records.read"'* ]]
tap_ok $? 'an explanation names the entries'
tap_is "$(curl -s "$url/v1/users/alice/explain?workspace=sales&action=records.write&resource_type=record&property.status=active" |
	grep -o '"outcome":"[a-z]*","reason":"[a-z-]*"')" '"outcome":"allow","reason":"granted"' 'an explanation of a user'
[[ $(curl -s "$url/v1/users/alice/permissions?workspace=sales") == *'"name":"records.write","filter":"(status=active)"'* ]]
tap_ok $? 'effective permissions with what they depend on'
tap_is "$(status "$url/v1/users/nobody/permissions?workspace=sales") $(status "$url/v1/users/alice/permissions?workspace=none")" \
	'404 404' 'an unknown user, an unknown workspace: 404'

# ---- batches ----
items="\"evaluations\":[{$(action read)},{$(action fly)},{$(action read)}]"
defaults="$alice,$record,$sales"
tap_is "$(batch "{$defaults,$items}")" '{"evaluations":[{"decision":true},{"decision":false},{"decision":true}]}' 'execute_all'
tap_is "$(batch "{$defaults,\"options\":{\"evaluations_semantic\":\"deny_on_first_deny\"},$items}")" \
	'{"evaluations":[{"decision":true},{"decision":false}]}' 'deny_on_first_deny'
tap_is "$(batch "{$defaults,\"options\":{\"evaluations_semantic\":\"permit_on_first_permit\"},$items}")" \
	'{"evaluations":[{"decision":true}]}' 'permit_on_first_permit'
tap_is "$(batch "{$defaults,\"options\":{\"evaluations_semantic\":\"deny_on_first_deny\"},\"evaluations\":[{},{$(action read)}]}" |
	grep -o '"decision":[a-z]*,"context":{"error":{"status":[0-9]*')" \
	'"decision":false,"context":{"error":{"status":400' 'an item that is no question counts as a deny'
tap_is "$(batch "{$defaults,\"evaluations\":[{$(action read)},7,{$(action read)}]}" | grep -o '"decision":[a-z]*' | tr '\n' ' ')" \
	'"decision":true "decision":false "decision":true ' 'one item in error does not stop the others'
tap_is "$(batch "{$defaults,$(action read),\"evaluations\":[]}")" '{"decision":true}' 'no evaluations: one decision'

# ---- statuses ----
json='Content-Type: application/json'
tap_is "$(status "$url/livez") $(status "$url/readyz") $(status "$url/version")" '200 200 200' 'alive, ready, some version'
tap_is "$(status "$url/nothing") $(status -X POST "$url/livez") $(status -X OPTIONS "$url/livez") $(status "$url/v1/users/%zz/permissions")" \
	'404 405 405 400' '404, 405, 400'
tap_is "$(header Allow "$url/access/v1/evaluation") / $(header Allow -X POST "$url/livez")" 'POST / GET, HEAD' 'Allow'
tap_is "$(status -H "$json" -d '{' "$url/access/v1/evaluation") $(status -H "$json" -d '' "$url/access/v1/evaluation") $(status -H "$json" -d '{}' "$url/access/v1/evaluation")" \
	'400 400 400' 'no JSON, no body, no question: 400'
tap_is "$(status -H 'Content-Type: text/plain' -d "$(question read)" "$url/access/v1/evaluation")" 400 'another Content-Type: 400'
tap_is "$(header Content-Type -H "$json" -d '{}' "$url/access/v1/evaluation")" application/problem+json 'problems are problem+json'
tap_is "$(curl -sI "$url/version" | tr -d '\r' | sed -n '1p;s/^Content-Length: //p' | tr '\n' ' ')" 'HTTP/1.1 200 OK 35 ' \
	'HEAD has the headers of GET'
tap_is "$(header X-Request-ID -H 'X-Request-ID: a, "b" ü' "$url/nothing")" 'a, "b" ü' 'X-Request-ID comes back'
tap_is "$(raw 'GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\tb\r\nConnection: close\r\n\r\n' | first_line)" 400 \
	'X-Request-ID with a control character: 400'
tap_is "$(header Dirgate-Snapshot -H "$json" -d "$(question read)" "$url/access/v1/evaluation")" test-1 'Dirgate-Snapshot'
at_least() { status -H "$json" -H "Dirgate-At-Least: $1" -d "$(question read)" "$url/access/v1/evaluation"; }
tap_is "$(at_least test-1) $(at_least test-2) $(at_least nonsense)" '200 503 400' 'Dirgate-At-Least'

# ---- connections ----
tap_is "$(curl -s -w '%{num_connects} ' -o /dev/null "$url/livez" -o /dev/null "$url/nothing" -o /dev/null "$url/readyz")" '1 0 0 ' \
	'GET keeps the connection, 404 too'
tap_is "$(curl -s -w '%{num_connects} ' -H "$json" -d "$(question read)" -o /dev/null "$url/access/v1/evaluation" \
	-o /dev/null "$url/access/v1/evaluation" -o /dev/null "$url/livez" -o /dev/null "$url/access/v1/evaluation")" '1 0 0 0 ' \
	'POST keeps the connection, answered or refused'
body=$(question read)
tap_is "$(raw "POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\n$json\r\nContent-Length: ${#body}\r\n\r\n${body}GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" |
	grep -o 'HTTP/1.1 200' | wc -l)" 2 'two requests in one piece'
tap_is "$(raw "POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\n$json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n$(printf %x ${#body})\r\n$body\r\n0\r\n\r\n" |
	tail -n 1)" '{"decision":true}' 'a chunked body'
tap_is "$(raw 'GET /livez HTTP/1.0\r\n\r\n' | first_line)" 200 'HTTP/1.0 without Host'
tap_is "$(raw 'GET http://x/livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' | first_line)" 200 'the absolute form'

# ---- shapes of smuggling: refused, and the connection ends, so that nothing after it is taken for a request ----
smuggled='GET /version HTTP/1.1\r\nHost: x\r\n\r\n'
refused() {
	local answer
	answer=$(raw "$1$smuggled" 3)
	tap_is "$(first_line <<<"$answer") $(grep -c '"name":"dirgate"' <<<"$answer")" "${3-400} 0" "$2"
}
head="POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\n$json\r\n"
refused "${head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" 'Transfer-Encoding and Content-Length'
refused "${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" 'Content-Length and Transfer-Encoding'
refused "${head}Content-Length: 0\r\nContent-Length: 4\r\n\r\n" 'Content-Length twice'
refused "${head}Content-Length: 4\r\nContent-Length: 4\r\n\r\n" 'the same Content-Length twice'
refused "${head}Content-Length: 4, 4\r\n\r\n" 'Content-Length as a list'
refused "${head}Content-Length: +4\r\n\r\n" 'Content-Length with a sign'
refused "${head}Content-Length: 0x4\r\n\r\n" 'Content-Length in hexadecimal'
refused "${head}Content-Length: \r\n\r\n" 'Content-Length without a number'
refused "${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" 'another transfer coding'
refused "${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" 'a transfer coding that ends in chunked'
refused "${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" 'Transfer-Encoding twice'
refused "${head}Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n" 'a chunk without a size'
refused "${head}Content-Length : 4\r\n\r\n" 'a space before the colon'
refused "${head}X: a\rContent-Length: 4\r\n\r\n" 'CR in a value'
refused "GET /livez HTTP/1.1\r\n Content-Length: 4\r\nHost: x\r\n\r\n" 'a space before the first field'
refused "${head}Host: y\r\nContent-Length: 4\r\n\r\n" 'Host twice'
refused "POST /access/v1/evaluation HTTP/1.1\r\n$json\r\nContent-Length: 0\r\n\r\n" 'no Host'
refused 'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n' 'GET with a body'
refused 'GET /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n' 'GET with a chunked body'
refused 'GET /live z HTTP/1.1\r\nHost: x\r\n\r\n' 'a space in the target' ''

# ---- limits ----
start -b 1000 -n 3 -m 2048 -r 1 -i 2
url=http://127.0.0.1:$port
long=$(printf '%01001d' 0)
tap_is "$(status -H "$json" -d "$long" "$url/access/v1/evaluation")" 413 'a body that is declared too long'
tap_is "$(status -H "$json" -H 'Transfer-Encoding: chunked' -d "$long" "$url/access/v1/evaluation")" 413 'a chunked body that gets too long'
tap_is "$(status -H "$json" -d "$(printf '%01000d' 0)" "$url/access/v1/evaluation")" 400 'the longest body'
tap_is "$(status -H "$json" -d "{$defaults,\"evaluations\":[1,2,3,4]}" "$url/access/v1/evaluations")" 413 'a batch that is too long'
tap_is "$(status -H "$json" -d "{$defaults,\"evaluations\":[1,2,3]}" "$url/access/v1/evaluations")" 200 'the longest batch'
tap_is "$(status -H "X: $(printf '%03000d' 0)" "$url/livez")" 431 'a head that is too long'
fields=()
for i in {1..70}; do fields+=(-H "X$i: y"); done
start
tap_is "$(status "${fields[@]}" "http://127.0.0.1:$port/livez")" 431 'too many header fields'
tap_is "$(status -H "$json" -H 'Expect: 100-continue' -d "$(question read)" "http://127.0.0.1:$port/access/v1/evaluation") $(cat "$work/body")" \
	'200 {"decision":true}' 'Expect: 100-continue'

# A client that sends an octet now and then is busy, but not for ever.
start -r 1 -i 1
slow() {
	exec 3<>"/dev/tcp/127.0.0.1/$port"
	local began=$SECONDS
	printf "$1" >&3
	while [ $((SECONDS - began)) -lt 8 ] && printf x >&3 2>/dev/null; do sleep 0.3; done
	exec 3<&- 3>&-
	[ $((SECONDS - began)) -lt 6 ]
}
trap '' PIPE
slow 'GET /livez HTTP/1.1\r\nX: '
tap_ok $? 'a slow head is cut off'
slow "${head}Content-Length: 1000\r\n\r\n"
tap_ok $? 'a slow body is cut off'
trap - PIPE
raw '' 5 >/dev/null
tap_ok $? 'a connection on which nothing is said is closed'

# ---- nothing to decide on ----
start -s stale
url=http://127.0.0.1:$port
tap_is "$(status -H "$json" -d "$(question read)" "$url/access/v1/evaluation") $(grep -o '"reason":"[a-z-]*"' "$work/body")" \
	'503 "reason":"stale"' 'stale: 503, never a deny'
tap_is "$(status -H "$json" -d "{$defaults,$items}" "$url/access/v1/evaluations")" 503 'stale: a batch'
for kind in subject resource action; do
	tap_is "$(status -H "$json" -d '{"subject":{"type":"user","id":"a"},"action":{"name":"x"},"resource":{"type":"r","id":"1"}}' \
		"$url/access/v1/search/$kind")" 503 "stale: a search for a $kind"
done
tap_is "$(status "$url/readyz") $(jq -c '[.ready, .reason, (.sources[] | .name, .state, .age_ms)]' "$work/body")" \
	'503 [false,"stale","ldif","following",90000]' 'readiness says why not'
tap_is "$(status -H 'Accept: text/plain' "$url/readyz") $(sed -n '2s/, 0 entries.*//p' "$work/body")" '503 ldif: ldif, following' \
	'and in words'
tap_is "$(header Retry-After "$url/readyz") $(status "$url/livez")" '1 200' 'Retry-After; alive all the same'

# ---- where it listens ----
tap_is "$("$server" -l 0.0.0.0:0 tests/scenario/http.ldif </dev/null 2>&1 | grep -c 'set a loopback address')" 1 \
	'an address that others reach is refused, and says what to set'
tap_is "$("$server" -l '[::]:0' tests/scenario/http.ldif </dev/null 2>&1 | grep -c 'set a loopback address')" 1 'in IPv6, too'
start -l "unix:$work/socket"
tap_is "$(curl -s --unix-socket "$work/socket" http://x/livez) $(stat -c %a "$work/socket")" '{"live":true} 660' 'a Unix socket'
tap_is "$("$server" -l "unix:$work/socket" tests/scenario/http.ldif </dev/null 2>&1 | grep -c 'in use')" 1 'one that is in use stays'
disown "${pids[-1]}"
kill -KILL "${pids[-1]}"
start -l "unix:$work/socket"
tap_is "$(curl -s --unix-socket "$work/socket" http://x/livez)" '{"live":true}' 'one that was left behind is replaced'

exec {input}>&-
wait "${pids[-1]}"
tap_is "$? $(find "$work" -name socket)" '0 ' 'it ends with nothing left over'

tap_done
