#!/bin/bash
# What an answer over HTTP costs, beside a bare server that does the least (floor.c): the same body, keep-alive, the
# server on one core, the load generator (wrk) on another, rounds interleaved.  CPU time of the server for each request is
# what to look at; requests a second swing with whatever else the machine does.
#
#   ROUNDS=5 SECONDS_EACH=3 CONNECTIONS=64 tests/bench/bench_http.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build/plain} rounds=${ROUNDS:-5} each=${SECONDS_EACH:-3} connections=${CONNECTIONS:-64}
work=$(mktemp -d) pids=()
trap 'kill "${pids[@]}" 2>/dev/null; rm -rf "$work"' EXIT
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2; exit 77; }

# 1,000 people, 200 groups, 100 workspaces, 10 roles, 10,000 memberships.
directory() {
	awk 'BEGIN {
		srand(1)
		print "dn: o=acme\nobjectClass: organization\nobjectClass: dgOrganization\no: acme\n"
		for (r = 0; r < 10; r++) {
			print "dn: cn=r" r ",o=acme\nobjectClass: dgRole\ncn: r" r
			for (p = 0; p < 5; p++)
				print "dgPermission: records.p" (r * 5 + p)
			print ""
		}
		for (u = 0; u < 1000; u++)
			print "dn: uid=u" u ",o=acme\nobjectClass: inetOrgPerson\nuid: u" u "\ncn: u" u "\nsn: u\n"
		for (g = 0; g < 200; g++) {
			print "dn: cn=g" g ",o=acme\nobjectClass: groupOfNames\ncn: g" g
			for (m = 0; m < 10; m++)
				print "member: uid=u" int(rand() * 1000) ",o=acme"
			print ""
		}
		for (w = 0; w < 100; w++) {
			print "dn: ou=w" w ",o=acme\nobjectClass: organizationalUnit\nobjectClass: dgWorkspace\nou: w" w "\n"
			for (r = 0; r < 10; r++) {
				print "dn: cn=b" r ",ou=w" w ",o=acme\nobjectClass: dgBinding\ncn: b" r "\ndgGrantsRole: cn=r" r ",o=acme"
				for (m = 0; m < 9; m++)
					print "member: uid=u" int(rand() * 1000) ",o=acme"
				print "member: cn=g" int(rand() * 200) ",o=acme\n"
			}
		}
	}'
}

# Bodies for wrk: 1,000 questions, or the same body a hundred at a time.
script() {
	cat <<-'END'
	local bodies, count = {}, tonumber(os.getenv("ITEMS"))
	local function one()
		return string.format('"subject":{"type":"user","id":"u%d"},"action":{"name":"records.p%d"},"resource":{"type":"record","id":"1","properties":{"workspace":"w%d"}}',
			math.random(0, 999), math.random(0, 49), math.random(0, 99))
	end
	for i = 1, 1000 do
		local body = "{" .. one() .. "}"
		if count > 1 then
			local items = {}
			for k = 1, count do items[k] = "{" .. one() .. "}" end
			body = '{"evaluations":[' .. table.concat(items, ",") .. "]}"
		end
		bodies[i] = wrk.format("POST", count > 1 and "/access/v1/evaluations" or "/access/v1/evaluation",
			{["Host"] = "localhost", ["Content-Type"] = "application/json"}, body)
	end
	local at = 0
	function request()
		at = at % 1000 + 1
		return bodies[at]
	end
	END
}

# start NAME COMMAND...
start() {
	local name=$1 fifo=$work/$1.in
	shift
	mkfifo "$fifo"
	taskset -c 0 "$@" <"$fifo" >"$work/$name.out" &
	pids+=($!)
	eval "pid_$name=$!"
	exec {input}>"$fifo"
	until grep -q listening "$work/$name.out"; do sleep 0.1; done
}

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# measure NAME ITEMS: one round; a line "requests cpu_us p99_us errors" in $work/NAME.ITEMS
measure() {
	local name=$1 port pid before after
	port=$(sed -n 's/listening //p' "$work/$name.out")
	eval "pid=\$pid_$name"
	before=$(ticks "$pid")
	ITEMS=$2 taskset -c 1 wrk -t 1 -c "$connections" -d "${each}s" --latency -s "$work/wrk.lua" "http://127.0.0.1:$port" >"$work/wrk.out"
	after=$(ticks "$pid")
	awk -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" '
		/99%/ { p99 = $2; unit = p99; gsub(/[0-9.]/, "", unit); p99 += 0; if (unit == "ms") p99 *= 1000; if (unit == "s") p99 *= 1e6 }
		/requests in/ { requests = $1 }
		/Requests\/sec/ { rate = $2 }
		/Non-2xx|Socket errors/ { errors = 1 }
		END { print rate, ticks / hertz * 1e6 / requests, p99, errors + 0 }' "$work/wrk.out" >>"$work/$name.$2"
}

# median FILE COLUMN
median() { sort -g -k "$2,$2" "$1" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }
report() {
	printf '%-34s %9.0f req/s (%.0f .. %.0f)  %7.2f us CPU  p99 %6.0f us%s\n' "$1" "$(median "$2" 1)" \
		"$(sort -g "$2" | head -n 1 | cut -d ' ' -f 1)" "$(sort -g "$2" | tail -n 1 | cut -d ' ' -f 1)" \
		"$(median "$2" 2)" "$(median "$2" 3)" "$(grep -q ' 1$' "$2" && echo '  ERRORS')"
}

directory >"$work/acme.ldif"
script >"$work/wrk.lua"
start floor "$build/tests/bench/floor"
start dirgate "$build/tests/scenario/http_server" "$work/acme.ldif"
for ((round = 0; round < rounds; round++)); do
	measure floor 1
	measure dirgate 1
	[ "$round" -gt 2 ] || measure dirgate 100
done
report 'floor, {"decision":true}' "$work/floor.1"
report 'dirgate, one evaluation' "$work/dirgate.1"
report 'dirgate, a batch of 100' "$work/dirgate.100"
awk -v a="$(median "$work/dirgate.1" 2)" -v b="$(median "$work/floor.1" 2)" -v c="$(median "$work/dirgate.1" 3)" \
	-v d="$(median "$work/floor.1" 3)" -v e="$(median "$work/dirgate.100" 2)" 'BEGIN {
		printf "CPU time %.2f of the floor, p99 %.2f of it; in a batch %.0f decisions a second of CPU\n", a / b, c / d, 1e8 / e }'
