# shellcheck shell=bash
# For scenarios with the fake server. Bash; source it in the top folder.
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh

fake_PID=
fake_pid=
trap 'fake_end; scenario_end' EXIT

# fake_start SCRIPT...: a server that obeys them; SERVER_URI and SERVER_BASE are its own.
fake_start() {
	fake_scripts=("$@")
	coproc fake { exec "$build/tests/fake/fake_ldap" "$@" 2>>"$scratch/fake.log"; }
	fake_pid=$fake_PID
	exec {fake_in}>&"${fake[1]}" {fake_out}<&"${fake[0]}"
	eval "exec ${fake[1]}>&- ${fake[0]}<&-"
	read -r SERVER_URI <&"$fake_out" || { cat "$scratch/fake.log"; exit 1; }
	SERVER_BASE=o=acme
}

fake_end() {
	[ -n "$fake_pid" ] || return 0
	exec {fake_in}>&- {fake_out}<&-
	wait "$fake_pid" 2>/dev/null || { echo '# the fake server did not end well'; sed 's/^/# /' "$scratch/fake.log"; }
	fake_pid=
}

# fake LINE...: obeyed, one after the other. fake_count KIND: how many there were.
fake() {
	local line answer
	for line in "$@"; do
		echo "$line" >&"$fake_in"
		read -r answer <&"$fake_out"
		[ "$answer" = ok ] || tap_ok 1 "fake: $line: $answer"
	done
}
fake_count() {
	local answer
	echo "count $1" >&"$fake_in"
	read -r answer <&"$fake_out" && echo "$answer"
}

# until_count KIND NUMBER: until there were more than so many, at most three seconds.
until_count() {
	local try
	for try in {1..60}; do
		[ "$(fake_count "$1")" -le "$2" ] || return 0
		sleep 0.05
	done
	return 1
}

# Milliseconds of a clock.
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# follow_fake OPTION...: follow the fake server until its first state is published; every state is noted.
follow_fake() {
	follow_options=("$@")
	follow_start -H "$SERVER_URI" -b "$SERVER_BASE" -t "${answer_ms:-700}" -c 700 -B 300 -S "$@"
	tap_is "$(ask complete 5000)" ok 'read whole'
	truth=$(ask digest)
}

# only_true NAME [DIGEST...]: all that was published since it was asked last is the truth, or one of these states.
only_true() {
	local name=$1 one wrong=
	shift
	for one in $(ask seen); do
		case " $truth $* " in *" $one "*) ;; *) wrong+=" $one" ;; esac
	done
	tap_is "$wrong" '' "$name: nothing was published that the server did not have"
}

# said NAME WORDS: the error or the warning has them, soon.
said() {
	local try answer
	for try in {1..60}; do
		answer=$(ask error 0)
		[[ $answer != *"$2"* ]] || break
		sleep 0.05
	done
	[[ $answer == *"$2"* ]]
	tap_ok $? "$1: it says \"$2\""
	[[ $answer == *"$2"* ]] || echo "# $answer"
}

# recovers NAME: the fault is over; it comes back by itself, and is true.
recovers() {
	fake clear
	tap_is "$(ask until 15000 s0:following)" ok "$1: it comes back by itself"
	tap_is "$(ask digest)" "$truth" "$1: and is true"
	only_true "$1"
}

# lost_by NAME WORDS LINE...: the connection is lost, and what these lines say happens to those that follow.
lost_by() {
	local name=$1 words=$2 began connected
	shift 2
	fake "$@"
	began=$(now_ms)
	connected=$(fake_count connect)
	fake 'send close'
	tap_is "$(ask until 5000 s0:lost)" ok "$name: it is lost"
	until_count connect "$connected" || tap_ok 1 "$name: it tries again"
	said "$name" "$words"
	age_is_true "$name" "$began"
	recovers "$name"
}

# beside NAME WORDS LINE...: it happens to a whole read beside, while the old connection goes on.
beside() {
	local name=$1 words=$2
	shift 2
	fake "$@"
	ask reload >/dev/null
	said "$name" "$words"
	tap_is "$(ask state | grep -o 's0:[a-z]*')" s0:following "$name: what is followed goes on"
	recovers "$name"
}

# sent NAME WORDS LINE...: it happens to the connection that is followed; it is lost, and back at once.
sent() {
	local name=$1 words=$2 log
	shift 2
	log=$(wc -l <"$scratch/follow.log")
	fake "$@"
	logged "$name" "$log" "source-lost.*$words"
	recovers "$name"
}

# logged NAME LINES PATTERN: behind so many lines of the log, soon.
logged() {
	local try
	for try in {1..100}; do
		! tail -n "+$(($2 + 1))" "$scratch/follow.log" | grep -q "$3" || break
		sleep 0.05
	done
	tap_run "$1: the log says \"$3\"" grep -q "$3" <(tail -n "+$(($2 + 1))" "$scratch/follow.log")
}

# fresh_digest: what somebody sees who begins now.
fresh_digest() {
	printf 'complete 5000\ndigest\n' | "$build/tests/scenario/follow" -H "$SERVER_URI" -b "$SERVER_BASE" "${follow_options[@]}" \
		2>>"$scratch/fresh.log" | tail -n 1
}

# truth_with FILE...: what will be seen when the server has these entries too.
truth_with() {
	local dir=$scratch/other uri
	mkfifo "$dir.in"
	"$build/tests/fake/fake_ldap" "${fake_scripts[@]}" >"$dir.out" 2>&1 <"$dir.in" &
	exec {other}>"$dir.in"
	echo "put $*" >&"$other"
	until grep -q '^ok' "$dir.out"; do sleep 0.02; done
	SERVER_URI=$(head -n 1 "$dir.out") fresh_digest
	exec {other}>&-
	wait $!
	rm -f "$dir.in" "$dir.out"
}

# changed NAME FILE: a change that is told; the index is what a fresh one is, and was nothing else.
changed() {
	local changes
	changes=$(ask state | sed 's/.* changes=\([0-9]*\).*/\1/')
	fake "put $2"
	tap_is "$(ask until 5000 "changes=$((changes + 1)) ")" ok "$1: it comes"
	truth+=" $(fresh_digest)"
	tap_is "$(ask digest)" "${truth##* }" "$1: and is what a fresh index has"
	only_true "$1"
	truth=${truth##* }
}

# harmless NAME LINE...: it happens to a whole read, which is good all the same.
harmless() {
	local name=$1 loads
	shift
	loads=$(follow_loads)
	fake "$@"
	ask reload >/dev/null
	tap_is "$(ask until 8000 "loads=$((loads + 1)) ")" ok "$name: read whole"
	recovers "$name"
}
follow_loads() { ask state | sed 's/.* loads=\([0-9]*\).*/\1/'; }

# age_is_true NAME MS: nothing has proven what is published since then; its age says so, but for what one beat may be ahead.
age_is_true() {
	local since=$(($(now_ms) - $2))
	age=$(ask age)
	[ "$age" -ge $((since - 50)) ]
	tap_ok $? "$1: its age is true ($age of $since ms)"
}
