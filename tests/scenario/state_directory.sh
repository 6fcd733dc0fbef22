#!/bin/bash
# What a gateway keeps on the disk: it is killed while the directory is down, and answers at once when it is started
# again, for as long as that is not too old; what it must not believe; a disk that is full.
set -u
. tests/scenario/daemon_lib.sh

tap_need slapd
trap 'umount "$dir/state" 2>/dev/null; cleanup' EXIT
sed 1d "$policy" >"$dir/policy.ldif"
slapd_start "$dir/slapd" -b o=acme -l "$dir/policy.ldif"
(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
state=$dir/state
mkdir -m 0700 "$state"
cat >"$dir/dirgate.yaml" <<-END
	sources:
	  - name: acme
	    uri: $SERVER_URI
	    base: o=acme
	    bind: { dn: "$SERVER_GATEWAY", password_file: password }
	    heartbeat: 200ms
	    heartbeat_limit: 1s
	    connect_timeout: 1s
	    behind_limit: 1s
	listen:
	  - address: 127.0.0.1:0
	max_staleness: 4s
	state_directory: state
END
start() { gateway_start --config "$dir/dirgate.yaml"; }
kill_gateway() {
	kill -KILL "$gateway"
	wait "$gateway" 2>/dev/null
	gateway=''
}
# of_source FILTER [URL]: what /readyz says of the source
of_source() { curl -s "$url/readyz" | jq -r ".sources[0] | $1"; }
says() { [ "$(of_source "$1")" = "$2" ]; }
# member add|delete: bob, who may read then
member() {
	printf 'dn: cn=readers,ou=red,o=acme\nchangetype: modify\n%s: member\nmember: uid=bob,o=acme\n' "$1" | server_modify >/dev/null
}
milliseconds() { date +%s%3N; }
token() { curl -sI -H 'Content-Type: application/json' "$url/v1/workspaces" | tr -d '\r' | sed -n 's/^[Dd]irgate-[Ss]napshot: //p'; }

# ---- it is written ----

start
tap_run 'ready' eventually ready
tap_run 'the journal is written' eventually says .journal written
tap_is "$(stat -c %a "$state/acme.index")" 600 'for the gateway alone'
tap_is "$(ls "$state")" acme.index 'nothing is left over'
member add
tap_run 'a member more' eventually answers true bob docs.read red
member delete
tap_run 'a member less' eventually answers false bob docs.read red
sleep 1.3
before=$(token)
tap_is "${before%%:*}" acme 'a token'

# ---- killed while the directory is down ----

server_kill "$dir/slapd"
kill_gateway
start
tap_is "$(ask ada docs.read red)" true 'both killed, the gateway started again: it answers'
tap_is "$(ask bob docs.read red)" false 'a right that was revoked stays revoked'
age=$(of_source .age_ms)
[ "$age" -gt 0 ] && [ "$age" -lt 4000 ]
tap_ok $? "its age is the true one: $age ms"
tap_is "$(of_source '[.state, .loaded, .entries] | @csv')" '"lost",true,6' 'what it says of the source'
tap_is "$(token)" "$before" 'the token is as it was'
tap_run 'the log says so' eventually grep -q 'event=source-resumed source=acme entries=6' "$log"
tap_run 'until it is too old' eventually answers '503 stale' ada docs.read red
tap_is "$(curl -s -o /dev/null -w '%{http_code}' "$url/readyz")" 503 'not ready'
kill_gateway
start
tap_is "$(ask ada docs.read red)" '503 stale' 'started again: too old from the beginning'
server_restart "$dir/slapd"
tap_run 'the server is back: decisions again' eventually answers true ada docs.read red
tap_run 'ready again' eventually ready

# ---- a revocation just before the end ----

for round in 1 2 3; do
	member add
	eventually answers true bob docs.read red
	sleep "0.$((round * 3))"
	revoked=$(milliseconds)
	member delete
	kill_gateway
	server_kill "$dir/slapd"
	start
	read -r answer age now < <(echo "$(ask bob docs.read red) $(of_source .age_ms) $(milliseconds)")
	[ "$answer" = false ] || [ "$age" -ge "$((now - revoked - 50))" ]
	tap_ok $? "round $round: revoked $((now - revoked)) ms ago, known as of $age ms ago: $answer"
	server_restart "$dir/slapd"
	tap_run 'and nobody says so when the server is back' eventually answers false bob docs.read red
	eventually says .state following
done

# ---- what is not believed ----

gateway_stop
tap_is "$status" 0 'SIGTERM'
server_stop "$dir/slapd"
cp "$dir/dirgate.yaml" "$dir/as-it-was.yaml"
# refused WHY NAME: the journal as it is there now is not taken
refused() {
	start
	tap_is "$(ask ada docs.read red)" '503 not-loaded' "$2: cannot decide"
	grep -q "event=journal-ignored source=acme .*$1" "$log"
	tap_ok $? "$2: the log says why"
	kill_gateway
}
cp -p "$state/acme.index" "$dir/good.index"
sed -i 's/heartbeat_limit: 1s/heartbeat_limit: 2s/' "$dir/dirgate.yaml"
refused 'another configuration' 'another configuration'
cp "$dir/as-it-was.yaml" "$dir/dirgate.yaml"
printf 'X' | dd of="$state/acme.index" bs=1 seek=3000 conv=notrunc 2>/dev/null
refused 'broken at octet' 'an octet that is another'
cp -p "$dir/good.index" "$state/acme.index"
chmod 0640 "$state/acme.index"
refused 'mode must be 0600' 'a file that others can read'
chmod 0777 "$state"
status=0
"$BUILD/dirgated" --config "$dir/dirgate.yaml" 2>"$log" || status=$?
tap_is "$status" 1 'a folder that others can write in: refused'
grep -q "others can write in .*state, .*chmod 0700 it" "$log"
tap_ok $? 'and what to do'
chmod 0700 "$state"

# ---- a disk that is full ----

server_restart "$dir/slapd"
if mount -t tmpfs -o size=64k,mode=0700 none "$state" 2>/dev/null; then
	start
	tap_run 'a small disk: written' eventually says .journal written
	head -c 1000000 /dev/zero >"$state/filler" 2>/dev/null
	for i in {1..80}; do
		printf 'dn: uid=bob,o=acme\nchangetype: modify\nreplace: title\ntitle: %s%s\n' "$i" "$(printf '%0400d' 0)"
		echo
	done | server_modify >/dev/null
	tap_run 'a full disk: given up' eventually says .journal given-up
	tap_is "$(of_source .journal_error | grep -c 'No space left on device')" 1 'and why'
	grep -q 'event=journal-given-up source=acme .*No space left' "$log"
	tap_ok $? 'the log says so'
	tap_is "$(of_source .state)" following 'followed all the same'
	member add
	tap_run 'changes count' eventually answers true bob docs.read red
	tap_run 'ready' ready
	rm "$state/filler"
	kill -HUP "$gateway"
	tap_run 'room again, and read whole again: written' eventually says .journal written
	gateway_stop
	umount "$state"
else
	echo 'ok - a full disk # SKIP a file system cannot be mounted here'
	tap_count=$((tap_count + 1))
fi
tap_done
