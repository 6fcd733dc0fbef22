#!/bin/bash
# There is no memory, at each allocation in the life of a gateway: it is started, asked, follows changes, and is
# ended. The one allocation that fails ends it with a word, or costs a connection, or an answer; it never allows
# what was not granted. FAULTS_ALLOCATIONS: how many of them (16).
set -u
. tests/faults/lib.sh

module=$BUILD/tests/faults/no_memory.so
[ -e "$module" ] || tap_skip 'not in this build'

member() { printf 'dn: cn=team,ou=groups,o=acme\nchangetype: modify\n%s: member\nmember: uid=w1,ou=people,o=acme\n' "$1" | server_modify >/dev/null; }
lives() { kill -0 "$gateway" 2>/dev/null; }
begins() { grep -q event=listening "$log" || ! lives; }
# answered WANTED WHO: eventually so, or never again
answered() {
	local answer
	answer=$(ask "$2" docs.read red 2>&1)
	[ "$answer:$2" != true:bob ] || wrong=1
	[ "$answer" = "$1" ] || ! lives
}
soon() { local try; for try in {1..250}; do ! "$@" || return 0; sleep 0.02; done; return 1; }

# It ended as memory.h ends it, or by a library's assertion; or one that was not yet begun told what is missing. A library may
# have stumbled (SIGSEGV).
said_why() {
	case $status in
	134) grep -q -e event=out-of-memory -e 'Assertion .* failed' "$log" ;;
	1 | 127) [ -s "$log" ] ;;
	139) echo "# at allocation $at a library stumbled" ;;
	*) return 1 ;;
	esac
}

# life VARIABLE: of a gateway; what is wrong is in $wrong and $stuck, its end in $status
life() {
	wrong='' stuck='' status=0
	: >"$log"
	env "$1" LD_PRELOAD="$module" "$BUILD/dirgated" --config "$dir/dirgate.yaml" 2>"$log" &
	gateway=$!
	soon begins || stuck=start
	url=$(sed -n 's/.*event=listening.* at="\(.*\)"/\1/p' "$log" | head -n 1)
	soon answered true w1 || stuck=grant
	soon answered false bob || stuck=none
	member delete
	soon answered false w1 || stuck=revocation
	member add
	soon answered true w1 || stuck='second grant'
	kill -TERM "$gateway" 2>/dev/null
	wait "$gateway" 2>/dev/null || status=$?
	gateway=''
} 2>/dev/null # what bash has to say of a process that was aborted

story 'no memory'
directory
person bob | server_add >/dev/null
member add
gateway && gateway_stop
life NO_MEMORY_COUNT="$dir/count"
tap_is "$status$wrong$stuck" 0 'a life with all the memory it wants'
total=$(cat "$dir/count")
step=$((total / ${FAULTS_ALLOCATIONS:-16}))
[ "$step" -gt 0 ] || step=1
declare -A found=([wrong]='' [stuck]='' [silent]='')
survived=0 ended=0
for ((at = 1 + RANDOM % step; at <= total; at += step)); do
	life NO_MEMORY_AT=$at
	if [ "$status" = 0 ]; then survived=$((survived + 1)); else ended=$((ended + 1)); fi
	[ -z "$wrong" ] || found[wrong]+=" $at"
	[ -z "$stuck" ] || found[stuck]+=" $at:$stuck"
	[ "$status" = 0 ] || said_why || found[silent]+=" $at:$status"
done
echo "# of $total allocations each $step. failed: $survived lives went on, $ended ended"
tap_is "${found[wrong]}" '' 'nothing wrong is allowed'
tap_is "${found[stuck]}" '' 'it goes on, or ends'
tap_is "${found[silent]}" '' 'where it ends it says why'
tap_done
