#!/bin/bash
# The gateway on LDIF files: start, decisions, SIGHUP with changed and broken files and settings, SIGTERM.
set -u
. tests/scenario/daemon_lib.sh

cp "$policy" "$dir/policy.ldif"
with_bob() { sed '/^member: /a member: uid=bob,o=acme' "$policy"; }

# ---- files ----

gateway_start --ldif "$dir/policy.ldif" --listen 127.0.0.1:0
tap_run 'ready' eventually ready
tap_is "$(ready | jq -c '.sources[0] | [.name, .state, .loaded]')" '["ldif","following",true]' 'the source, as readyz shows it'
tap_is "$(ask ada docs.read red)" true 'allowed'
tap_is "$(ask ada docs.write red)" false 'not allowed'
tap_is "$(ask bob docs.read red)" false 'not a member'
token=$(curl -sS -o /dev/null -D - "$url/v1/users/ada/permissions?workspace=red" | tr -d '\r' | sed -n 's/^Dirgate-Snapshot: //ip')
tap_is "${token%%:*}" ldif 'a snapshot token'
at_least() { curl -sS -o "$dir/body" -w '%{http_code}' -H "Dirgate-At-Least: $1" "$url/v1/users/ada/permissions?workspace=red"; }
tap_is "$(at_least "$token")" 200 'a demand that is met'
tap_is "$(at_least "ldif:time=99999999999999999999")" 503 'a demand that is not met yet'
tap_is "$(at_least 'no token')" 400 'a demand that is no token'

with_bob >"$dir/policy.ldif"
kill -HUP "$gateway"
tap_run 'SIGHUP: changed files count' eventually answers true bob docs.read red

echo 'nonsense' >>"$dir/policy.ldif"
kill -HUP "$gateway"
tap_run 'SIGHUP: broken files are told, with their line' eventually grep -q "source-lost .*policy.ldif:36: " "$log"
tap_is "$(ask bob docs.read red)" true 'broken files: what was read stays'
tap_run 'broken files: still ready' ready

cp "$policy" "$dir/policy.ldif"
kill -HUP "$gateway"
tap_run 'SIGHUP: mended files count' eventually answers false bob docs.read red

gateway_stop
tap_is "$status" 0 'SIGTERM: ends with 0'
! curl -s "$url/livez" >/dev/null
tap_ok $? 'SIGTERM: nobody listens any more'

echo 'nonsense' >"$dir/broken.ldif"
"$BUILD/dirgated" --ldif "$dir/broken.ldif" --listen 127.0.0.1:0 2>"$log"
tap_is $? 1 'files that are broken at the start end it'
grep -q "start-failed .*broken.ldif:1: " "$log"
tap_ok $? 'with their line'

# ---- settings ----

# configure [LINE...]: files, and further lines
configure() {
	printf '%s\n' 'listen: [{ address: "127.0.0.1:0" }]' 'max_staleness: 1s' "$@" >"$dir/dirgate.yaml"
}
files='sources: [{ name: policy, ldif: policy.ldif }]'
# The number of lines of the log so far: what comes after them is new.
mark() { lines=$(wc -l <"$log"); }
logged() { tail -n "+$((lines + 1))" "$log" | grep -q "$1"; }
sighup() { mark; kill -HUP "$gateway"; }

configure "$files"
gateway_start --config "$dir/dirgate.yaml"
tap_run 'a configuration' eventually answers true ada docs.read red
tap_is "$(ask ada docs.read red robot)" false 'a type of subjects that is not set'

configure "$files" 'subject_types: [robot]'
sighup
tap_run 'SIGHUP: settings over the same index' eventually answers true ada docs.read red robot

configure "$files" 'subject_typos: [robot]'
sighup
tap_run 'SIGHUP: an unknown key is told' \
	eventually logged 'dirgate.yaml:4: unknown key \\*"subject_typos\\*"; did you mean \\*"subject_types\\*"?'
tap_is "$(ask ada docs.read red robot)" true 'broken settings: the old ones stay'

configure "$files" 'time_zone: UTC'
sighup
tap_run 'SIGHUP: what needs a restart is told' eventually logged 'configuration-needs-restart setting=time_zone'
tap_run 'SIGHUP: the rest counts' eventually answers false ada docs.read red robot

mkdir "$dir/other"
with_bob >"$dir/other/policy.ldif"
configure 'sources: [{ name: policy, ldif: other }]'
sighup
tap_run 'SIGHUP: other sources, other index' eventually answers true bob docs.read red

# files_stay NAME: for longer than max_staleness; readyz says that it is so.
files_stay() {
	tap_run "$1: told" eventually logged "source-lost .*stays in force"
	sleep 1.5
	tap_is "$(ask bob docs.read red)" true "$1: what was read does not become stale"
	tap_is "$(ready | jq -c '[.ready, (.sources[0] | .state, .age_ms > 1000, (.error | contains("stays in force")))]')" \
		'[true,"lost",true,true]' "$1: ready, with the true age and the reason"
}
mark
echo 'nonsense' >>"$dir/other/policy.ldif"
files_stay 'broken files'
mark
mv "$dir/other" "$dir/elsewhere"
files_stay 'files that are gone'
mv "$dir/elsewhere" "$dir/other"
with_bob >"$dir/other/policy.ldif"
ready_again() { [ "$(ready | jq -r '.sources[0].state')" = following ]; }
tap_run 'files that are back are followed' eventually ready_again

configure 'sources: [{ name: policy, ldif: broken.ldif }]'
sighup
tap_run 'SIGHUP: sources that cannot be read are refused' eventually logged 'configuration-refused .*broken.ldif:1: '
tap_is "$(ask bob docs.read red)" true 'refused sources: the old ones stay'

# Two indexes take turns while questions come in on four connections; each request has one of them, whole.
questions="$url/v1/users/ada/permissions?workspace={red$(printf ',red%.0s' {1..499})}"
for client in {1..4}; do
	curl -sS -o /dev/null -w '%{http_code}\n' "$questions" >"$dir/codes.$client" 2>&1 &
	clients+=($!)
done
for turn in {1..10}; do
	configure "sources: [{ name: turn$turn, ldif: [policy.ldif] }]"
	sighup
	eventually logged configuration-in-force
done
wait "${clients[@]}"
tap_is "$(sort "$dir"/codes.* | uniq -c | tr -s ' ')" ' 2000 200' 'SIGHUP: every request is answered meanwhile'
configure 'sources: [{ name: policy, ldif: other }]'
sighup
eventually logged configuration-in-force

echo nonsense >>"$dir/other/policy.ldif"
sighup
eventually logged source-lost
sleep 2
tap_is "$(ask bob docs.read red)" true 'files that were read never grow old'
gateway_stop
tap_is "$status" 0 'SIGTERM'
tap_done
