# shellcheck shell=bash disable=SC2054,SC2120
# The words in which a fault is told; README.md explains them. Source it in the top folder, with $BUILD set.
. tests/scenario/daemon_lib.sh

limit=2           # max_staleness, in seconds
python=/usr/bin/python3 # Debian's own, for which python3-ldap is installed
memory_more=8192  # KiB by which the gateway may have grown when all is over
others=()         # processes to end at the end
disks=()          # to take off
is_alone=''       # whether this shell has a network and mounts of its own
people='uid=%s,ou=people,o=acme'
holders=(cn=readers,ou=red,ou=places,o=acme cn=team,ou=groups,o=acme)

# story NAME: what is told, as often as FAULTS_ROUNDS says.
story() {
	local round=0 failed=0
	"$python" -c 'import ldap' 2>/dev/null || tap_skip 'apt-get install python3-ldap'
	[ "${FAULTS_ROUNDS:-1}" -gt 1 ] || { heading "$1" && trap story_end EXIT && return; }
	while [ $((round += 1)) -le "$FAULTS_ROUNDS" ]; do
		FAULTS_ROUNDS=1 bash "$0" >"$dir/round" 2>&1
		tap_ok $? "round $round: $1"
		grep '^#.*=' "$dir/round"
		! grep -q '^not ok' "$dir/round" || sed 's/^/# /' "$dir/round"
	done
	tap_done
}

heading() { [ -n "${FAULTS_ALONE:-}" ] || echo "# $1"; }

# Whatever became of it, nothing that was started stays.
story_end() {
	local pid
	for pid in ${witness_PID:-} $gateway ${others[@]+"${others[@]}"}; do
		kill -KILL "$pid" && wait "$pid"
	done 2>/dev/null
	gateway=''
	[ ${#disks[@]} = 0 ] || umount -l "${disks[@]}"
	for pid in "$dir"/*/pid; do [ ! -s "$pid" ] || kill -CONT "$(cat "$pid")" 2>/dev/null; done
	cleanup
}

# ---- who is there ----

# policy SUFFIX PEOPLE: the organization, in LDIF; w0, w1, ... are put into the binding and the group by the witness.
policy() {
	local i
	cat <<-END
		dn: o=acme
		objectClass: organization
		objectClass: dgOrganization
		o: acme
	END
	for i in people groups roles; do printf '\ndn: ou=%s,o=acme\nobjectClass: organizationalUnit\nou: %s\n' $i $i; done
	cat <<-END

		dn: ou=places,o=acme
		objectClass: organizationalUnit
		ou: places

		dn: ou=red,ou=places,o=acme
		objectClass: organizationalUnit
		objectClass: dgWorkspace
		ou: red

		dn: cn=reader,ou=roles,o=acme
		objectClass: dgRole
		cn: reader
		dgPermission: docs.read

		dn: cn=readers,ou=red,ou=places,o=acme
		objectClass: dgBinding
		cn: readers
		dgGrantsRole: cn=reader,ou=roles,o=acme
		member: uid=ada,ou=people,o=acme
		member: cn=team,ou=groups,o=acme

		dn: cn=team,ou=groups,o=acme
		objectClass: groupOfNames
		cn: team
		member: uid=ada,ou=people,o=acme
	END
	person ada
	for ((i = 0; i < limit * 20; i++)); do person "w$i"; done
}
person() { printf '\ndn: uid=%s,ou=people,o=acme\nobjectClass: inetOrgPerson\nuid: %s\ncn: Person\nsn: %s\n' "$1" "$1" "$1"; }

# directory [NAME [OPTION...]]: an OpenLDAP server with the organization, in $dir/NAME.
directory() {
	local name=${1:-slapd}
	tap_need slapd
	policy >"$dir/policy.ldif"
	slapd_start "$dir/$name" -b o=acme -l "$dir/policy.ldif" "${@:2}"
}

# directory_389: the same in a 389 Directory Server.
directory_389() {
	tap_need 389ds
	policy >"$dir/policy.ldif"
	ds389_start "$dir/389" -b o=acme -l "$dir/policy.ldif"
}

# gateway [LINE...]: dirgated on the current server, patient for moments only; each LINE more in the source's configuration.
gateway() {
	(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
	{
		cat <<-END
			max_staleness: ${limit}s
			listen: [{ address: "127.0.0.1:0" }]
			limits: { threads: 2 }
			sources:
			  - name: acme
			    base: $SERVER_BASE
			    bind: { dn: "$SERVER_GATEWAY", password_file: password }
		END
		printf '%s\n' "uri: ${uri:-$SERVER_URI}" 'heartbeat: 200ms' 'heartbeat_limit: 1s' 'connect_timeout: 1s' \
			'answer_timeout: 2s' 'behind_limit: 3s' ${far:+"tls: { starttls: no }"} "$@" | awk -F : '{ last[$1] = $0 }
				END { for (key in last) print "    " last[key] }'
	} >"$dir/dirgate.yaml"
	gateway_start --config "$dir/dirgate.yaml"
	eventually ready || tap_ok 1 'the gateway is ready'
}

# witness: begins to change the truth in the current server, by its local socket if it has one, and to ask.
witness() {
	witness_start
	expect_right
	goes_on
	memory_before=$(memory)
}

witness_start() {
	coproc witness { exec "$python" tests/faults/witness.py "$limit" red "${SERVER_LDAPI:-$SERVER_URI}" "$SERVER_ADMIN" \
		"$SERVER_PASSWORD" "${url#http://}" "${people/\%s/w%d}" "${holders[@]}" 2>"$dir/witness.log"; }
	witness_PID=$!
	exec {witness_in}>&"${witness[1]}" {witness_out}<&"${witness[0]}" # coproc's own are closed in subshells
}

# tell COMMAND: to the witness; its answer in $told.
tell() {
	echo "$*" >&"$witness_in"
	read -r told <&"$witness_out" || { told='the witness is gone' && sed 's/^/# /' "$dir/witness.log"; }
}

# ---- where it happens ----

# alone: this script, and all that it starts, has a network and mounts of its own, which end with it.
alone() {
	[ -z "$is_alone" ] || return 0
	[ "$(id -u)" = 0 ] || tap_skip 'a network of its own needs root'
	[ -n "${FAULTS_ALONE:-}" ] || unshare -n -m true 2>/dev/null || tap_skip 'no network and mounts of its own can be had here'
	[ -n "${FAULTS_ALONE:-}" ] || { rmdir "$dir" && FAULTS_ALONE=1 exec unshare -n -m bash "$0"; }
	unset FAULTS_ALONE
	is_alone=1
	ip link set lo up
}

# small_disk FOLDER SIZE, full FOLDER, free FOLDER: a disk there, which is filled, and emptied again.
small_disk() {
	alone
	mkdir -p "$1"
	mount -t tmpfs -o "size=$2" dirgate "$1"
	disks+=("$1")
}
full() { ! dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null; }
free() { rm "$1/fill"; }

# far_away: servers are on another machine from now on, at 10.0.0.2, to which the link is called "near" here, "far" there.
far_away() {
	alone
	unshare -n sleep 1000 &
	far=$!
	others+=("$far")
	eventually elsewhere "$far"
	ip link add near type veth peer name far netns "$far"
	ip address add 10.0.0.1/24 dev near
	ip link set near up
	there ip address add 10.0.0.2/24 dev far
	there ip link set far up
	slapd_start() { there "$servers_dir/slapd.sh" start "$@" -i 10.0.0.2 && . "$1/env"; }
	server_restart() { there bash "$servers_dir/slapd.sh" restart "$SERVER_DIR" && . "$SERVER_DIR/env"; }
}
elsewhere() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
there() { nsenter -t "$far" -n "$@"; }

# ---- what happens ----

# breaks COMMAND...: after it nothing can reach the server.
breaks() { "$@"; tell unreachable; }

# heals COMMAND...: something may reach it, at any instant from now on.
heals() { tell reachable; "$@"; }

# becomes nobody|written|direct|unknown COMMAND...: a change of another kind, after which none of those the witness has to do
# with is a member, those whom it put there are, those whom it put into the first holder are, or who is shows when it writes again.
# Until members are who is written again it writes nothing.
becomes() {
	tell begin
	"${@:2}"
	tell become "$1"
	case $1 in written | unknown) tell resume ;; esac
}

# A while of changes and questions.
goes_on() { tell wait busy 20; [[ $told = ok* ]]; tap_ok $? "the world goes on: ${told/#ok/twenty changes}"; }

hung() { kill -STOP "$SERVER_PID"; }
wakes() { kill -CONT "$SERVER_PID"; }

# ---- what is expected ----

# expect NAME COMMAND...: eventually
expect() { tap_run "$1" eventually "${@:2}"; }

expect_right() { tell wait right "${1:-20}"; [[ $told = ok* ]]; tap_ok $? "decisions are right: ${told/#ok/known}"; }
expect_stale() { tell wait stale "${1:-$((limit + 2))}"; [[ $told = ok* ]]; tap_ok $? "nothing is decided: ${told/#ok/so}"; }

# counted NAME: a counter of the source in /readyz
counted() { curl -s "$url/readyz" | jq ".sources[0].counters.$1"; }
state() { curl -s "$url/readyz" | jq -r '.sources[0].state'; }
memory() { awk '/^VmRSS:/ { print $2 }' "/proc/$gateway/status"; }

# the_end: all is well again, nothing wrong was ever said, nothing is left behind.
the_end() {
	local fault
	expect_right
	tell report
	echo "# ${0##*/}: $told memory=$memory_before->$(memory)KiB"
	for fault in wrong late served age broken; do
		[[ " $told " == *" $fault=0 "* ]]
		tap_ok $? "$(explain $fault)"
	done
	sed 's/^#* */# /' "$dir/witness.log"
	[ "$(memory)" -lt $((memory_before + memory_more)) ]
	tap_ok $? "memory: $memory_before KiB before, $(memory) KiB after"
	exec {witness_in}>&- {witness_out}<&-
	gateway_stop
	tap_is "$status" 0 'SIGTERM'
	tap_done
}

explain() {
	case $1 in
	wrong) echo 'no wrong allow' ;;
	late) echo 'no deny by what is no longer true' ;;
	served) echo "no decision once the server has been out of reach for $limit s" ;;
	age) echo 'the age is true' ;;
	broken) echo 'every question was answered' ;;
	esac
}
