#!/bin/bash
# The same organization in OpenLDAP (followed by content synchronization, and polled), in 389 Directory Server, in
# Active Directory (Samba) and in LDIF files gives the same answers to the same questions: outcome, reason, obligations,
# chains, lists. So it does with the people in one directory and the policy in another. Then all are changed, and asked again,
# while they are followed. What is the same, and what each says in its own way: four_directories.py.
#
#   QUESTIONS=n CHANGES=n ROUNDS=n SEED=n    how many questions (500) in each round (2), changes (40)
#                                           before each but the first; PATIENCE=n: seconds until all have followed
set -u
. tests/scenario/daemon_lib.sh
for server in slapd 389ds samba; do tap_need "$server"; done

questions=${QUESTIONS:-500} changes=${CHANGES:-40} rounds=${ROUNDS:-2} seed=${SEED:-3}
top=ou=acme,dc=ad,dc=example,dc=test
asks=$BUILD/tests/scenario/asks
gateways=()
askers_end() {
	local pid
	for pid in ${gateways[@]+"${gateways[@]}"}; do kill "$pid"; done 2>/dev/null
	cleanup
}
trap askers_end EXIT
organization() { local verb=$1; shift; python3 tests/scenario/four_directories.py "$verb" "$dir/now" "$@"; }

# ---- those who are asked ----

# asker NAME SOURCE...: a process that answers from that source, and follows it.
askers=() asked_of=()
declare -A inputs
asker() {
	local name=$1 input
	shift
	mkfifo "$dir/$name.in"
	"$asks" "$@" <"$dir/$name.in" >"$dir/$name.done" 2>"$dir/$name.err" &
	exec {input}>"$dir/$name.in"
	inputs[$name]=$input
	askers+=("$name")
}
asker_directory() { asker "$1" directory "$SERVER_URI" "$2" "$SERVER_GATEWAY" "$dir/$1.password"; }
password() { (umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/$1.password"); }

# asker_gateway NAME SOURCES: the process asks a gateway with these sources (YAML).
asker_gateway() {
	printf 'sources: [%s]\nlisten: [{ address: "127.0.0.1:0" }]\n' "$2" >"$dir/$1.yaml"
	log=$dir/$1.log
	gateway_start --config "$dir/$1.yaml" || return
	gateways+=("$gateway")
	gateway=''
	asker "$1" gateway "$url"
}

# answered NAME QUESTIONS WANTED: what it says now is that.
answered() {
	local before
	before=$(wc -l <"$dir/$1.done")
	echo "$2 $dir/$1.answers" >&"${inputs[$1]}"
	until [ "$(wc -l <"$dir/$1.done")" -gt "$before" ]; do
		[ "$SECONDS" -lt "$deadline" ] || return
		sleep 0.02
	done
	python3 tests/scenario/four_directories.py same "$2" "$3" "$dir/$1.answers"
}

# same NAME QUESTIONS WANTED: it comes to say that.
same() {
	local deadline=$((SECONDS + ${PATIENCE:-20 + questions / 50}))
	until answered "$@" >"$dir/$1.differ"; do
		[ "$SECONDS" -lt "$deadline" ] || { cut -c 1-4000 "$dir/$1.differ"; return 1; }
		sleep 0.2
	done
}

# ---- the servers ----

mkdir "$dir/now"
tap_run "$(organization make "$seed") entries" test -s "$dir/now/all.ldif"
slapd_start "$dir/slapd" -S -b "$top" -l "$dir/now/slapd.server" || exit
password slapd
asker_directory slapd "$top"
slapd_start "$dir/polled" -N -S -b "$top" -l "$dir/now/slapd.server" || exit
password polled
polled="{ name: polled, kind: poll, uri: \"$SERVER_URI\", base: \"$top\", interval: 500ms, ids_interval: 1s, bind: { dn: \"$SERVER_GATEWAY\", password_file: polled.password } }"
slapd_start "$dir/policy" -S -b "ou=policy,$top" -l "$dir/now/policy.server" || exit
password policy
policy="uri: \"$SERVER_URI\", base: \"ou=policy,$top\", bind: { dn: \"$SERVER_GATEWAY\", password_file: policy.password }"
ds389_start "$dir/389" -b "$top" -l "$dir/now/389.server" || exit
password 389
asker_directory 389 "$top"
# As in dirsync_samba.sh: the domain is kept until one of these files changes.
kept=$(dirname "$BUILD")/samba-$(cat schema/ad/dirgate.ldf tests/servers/samba.sh | sha256sum | cut -c 1-16)
samba_start "$dir/samba" -T "$kept" || exit
/usr/bin/python3 tests/scenario/four_directories.py load "$dir/now" "$dir/samba/smb.conf" "$dir/samba/ad/private/sam.ldb"
tap_ok $? 'all four take it'
password samba
asker_directory samba "$top"
staff="{ name: staff, uri: \"$SERVER_URI\", base: \"ou=staff,$top\", policy: no, interval: 500ms, bind: { dn: \"$SERVER_GATEWAY\", password_file: samba.password } }"
asker_gateway polled "$polled"
asker_gateway ldif "{ name: all, ldif: now/all.ldif }"
asker_gateway samba-and-ldif "$staff, { name: policy, ldif: now/policy.ldif }"
asker_gateway samba-and-slapd "$staff, { name: policy, $policy }"

# change_all: each server is told its form of the changes.
change_all() {
	local name form
	for name in slapd polled policy 389 samba; do
		server_use "$dir/$name"
		form=slapd
		[ ! -e "$dir/now/changes.$name" ] || form=$name
		server_modify -f "$dir/now/changes.$form" >"$dir/$name.modify" 2>&1 || { cat "$dir/$name.modify"; return 1; }
	done
}

# ask_all ROUND: the askers on all, then those on staff and policy alone.
ask_all() {
	local name part
	for part in all both; do
		organization ask "$(($1 + seed))" "$questions" "$part.ldif" "$part.questions" || return
		echo "$dir/now/$part.questions $dir/now/$part.wanted" | "$asks" ldif "$dir/now/$part.ldif" >/dev/null 2>"$dir/wanted.err"
	done
	for name in "${askers[@]}"; do
		part=all
		[ "${name%-and-*}" = "$name" ] || part=both
		tap_run "$name, round $1: $(wc -l <"$dir/now/$part.wanted") answers" same "$name" "$dir/now/$part.questions" "$dir/now/$part.wanted"
	done
}

ask_all 0
for ((round = 1; round < rounds; round++)); do
	organization change "$((round + seed))" "$changes"
	tap_run "round $round: changes are taken by all" change_all
	ask_all "$round"
done
cut -c 1-2 "$dir/now/all.wanted" | sort | uniq -c | sed 's/^/# outcomes: /'
for name in "${askers[@]}"; do
	eval "exec ${inputs[$name]}>&-"
done
tap_done
