#!/bin/bash
# What a polled index does when its OpenLDAP server fails: limits, a kill, a hang, rights that go; and what no time of change
# tells.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
. tests/scenario/poll.sh
tap_need slapd

people() { # FROM TO: entries that hold them
	local i
	for ((i = $1; i < $2; i++)); do
		printf '%s\n' "dn: uid=p$i,ou=people,o=acme" 'objectClass: inetOrgPerson' "uid: p$i" "cn: P $i" 'sn: P' ''
	done
}
describe() { # DN VALUE
	printf '%s\n' "dn: $1" 'changetype: modify' 'replace: description' "description: $2" | server_modify >/dev/null
}
described() { follow_dump | grep -c "^$1|description=$2\$"; }

scenario_server one -N -b o=acme -l tests/scenario/sync.ldif -d "limits dn.exact=cn=few,ou=services size=3"
# --- the same second, again and again ---
# shellcheck disable=SC2034
poll_options=(-i 20 -I 10000 -o 1000)
# shellcheck disable=SC2046
follow_start $(gateway_options)
ask complete 10000 >/dev/null
missed=0
for ((i = 0; i < 25; i++)); do
	describe uid=mia,ou=people,o=acme "change $i"
	for ((wait = 0; wait < 100; wait++)); do [ "$(described uid=mia,ou=people,o=acme "change $i")" = 0 ] || break; done
	[ $wait -lt 100 ] || missed=$((missed + 1))
done
tap_is "$missed" 0 'no change of many in one second is missed, without a list of ids'

poll_options=(-i 100 -I 250 -o 1000)

# --- more than a page ---
people 0 700 | server_add >/dev/null
# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options)
tap_is "$(ask complete 10000)" ok 'read whole, in pages'
same_as_fresh 'nothing changed'

# --- a token: the time of change until which everything is there ---
tap_is "$(ask wait s0:time=20991231235959Z | grep -o 'has not come')" 'has not come' 'a time that has not come'
server_delete uid=p1,ou=people,o=acme
describe uid=mia,ou=people,o=acme last
changed=$(server_search -s base -b uid=mia,ou=people,o=acme modifyTimestamp | sed -n 's/^modifyTimestamp: //p')
tap_is "$(ask wait "s0:time=$changed")" reached 'the time of the last change'
tap_is "$(described uid=mia,ou=people,o=acme last) $(ask entry uid=p1,ou=people,o=acme)" '1 nothing' \
	'then it is there, and so is the delete before it'

# --- killed, changed, started again ---
server_kill
tap_is "$(ask until 3000 s0:lost)" ok 'a killed server is noticed'
tap_is "$(ask entry uid=lena,ou=berlin,ou=people,o=acme)" entry 'the index stays'
server_restart
server_delete uid=lena,ou=berlin,ou=people,o=acme
tap_is "$(ask until 20000 s0:following)" ok 'it comes back'
follow_catch_up >/dev/null
tap_is "$(ask entry uid=lena,ou=berlin,ou=people,o=acme)" node 'with what changed meanwhile'
same_as_fresh 'after a kill'

# --- hung: given up after the time to answer, and a stop does not wait for it ---
# shellcheck disable=SC2046
follow_start $(gateway_options) -t 1000
ask complete 10000 >/dev/null
kill -STOP "$SERVER_PID"
tap_is "$(ask until 5000 s0:lost)" ok 'a hung server is noticed'
tap_is "$(ask error 0 | grep -o 'has said nothing for 1000 ms')" 'has said nothing for 1000 ms' 'and named so'
kill -CONT "$SERVER_PID"
tap_is "$(ask until 20000 s0:following)" ok 'it is followed when it goes on'
stops_soon() { # NAME
	local began took
	began=$(date +%s%N)
	follow_end
	took=$((($(date +%s%N) - began) / 1000000))
	[ $took -lt 500 ]
	tap_ok $? "$1: a stop took $took ms"
}
# shellcheck disable=SC2046
follow_start $(gateway_options)
ask complete 10000 >/dev/null
kill -STOP "$SERVER_PID"
sleep 0.4
stops_soon 'while the server hangs'
for kind in poll auto; do
	# shellcheck disable=SC2046
	follow_start $(gateway_options) -K $kind
	sleep 0.3
	stops_soon "while it does not let $kind in"
done
kill -CONT "$SERVER_PID"

# --- so much is gone that it has to be confirmed ---
# shellcheck disable=SC2046
follow_start $(gateway_options)
ask complete 10000 >/dev/null
kill -STOP "$follow_pid"
for ((i = 2; i < 600; i++)); do echo "uid=p$i,ou=people,o=acme"; done >"$scratch/gone"
server_delete -f "$scratch/gone"
kill -CONT "$follow_pid"
tap_is "$(ask until 15000 held_back=1)" ok 'a list without most of them is held back'
tap_is "$(ask until 15000 entries=116)" ok 'and believed when the second one says the same'
same_as_fresh 'after many deletes'

# --- connections have a maximum age ---
local_end() { ss -Htn state established "( dport = :${SERVER_URI##*:} )" | sed 's/ *[^ ]*$//; s/.* //' | head -n 1; }
# shellcheck disable=SC2046
follow_start $(gateway_options) -A 1
ask complete 10000 >/dev/null
before=$(local_end)
tap_is "$(ask until 5000 loads=3)" ok 'when a connection is old everything is read again'
[ -n "$before" ] && [ "$(local_end)" != "$before" ]
tap_ok $? 'on a new one'
tap_is "$(ask state | grep -o 's0:[a-z]*\|reconnects=[0-9]*' | tr '\n' ' ')" 's0:following reconnects=0 ' 'which is no loss'
same_as_fresh 'on a new connection'
follow_end

# --- restored from a backup ---
sleep 1.1
server_kill
cp -r "$SERVER_DIR/db0" "$scratch/backup"
server_restart
describe uid=mia,ou=people,o=acme 'after the backup'
# shellcheck disable=SC2046
follow_start $(gateway_options) -B 2000
ask complete 10000 >/dev/null
server_kill
rm -rf "$SERVER_DIR/db0" && cp -r "$scratch/backup" "$SERVER_DIR/db0"
server_restart
tap_is "$(ask until 15000 behind=1)" ok 'restored from a backup, it is behind'
tap_is "$(described uid=mia,ou=people,o=acme 'after the backup')" 1 'and not believed at first'
tap_is "$(ask until 15000 went_back=1)" ok 'after behind_limit it is'
same_as_fresh 'after the backup' now

# --- rights that go: never an empty policy ---
scenario_server rights -N -c -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046
follow_start $(gateway_options)
ask complete 10000 >/dev/null
database=$(ldapsearch -Q -LLL -Y EXTERNAL -H "$SERVER_LDAPI" -b cn=config '(olcSuffix=o=acme)' 1.1 | sed -n 's/^dn: //p')
olc() {
	printf '%s\n' "dn: $database" 'changetype: modify' 'replace: olcAccess' "$@" |
		ldapmodify -Q -Y EXTERNAL -H "$SERVER_LDAPI" >"$scratch/olc.log" 2>&1
}
olc "olcAccess: to * by dn.exact=$SERVER_GATEWAY none by * read"
tap_is "$(ask until 5000 s0:lost)" ok 'rights that go are an error'
tap_is "$(ask entry cn=day,ou=support,o=acme)" entry 'and the policy stays'
olc "olcAccess: to * by * read"
tap_is "$(ask until 20000 s0:following)" ok 'they come back'
same_as_fresh 'after the rights came back'

# --- a server that does not tell when entries were changed ---
olc "olcAccess: to attrs=modifyTimestamp by * none" "olcAccess: to * by * read"
# shellcheck disable=SC2046
follow_start $(gateway_options)
tap_is "$(ask complete 10000)" ok 'without times of change'
describe uid=mia,ou=people,o=acme blind
server_delete uid=ole,ou=berlin,ou=people,o=acme
same_as_fresh 'it is read whole each time'
tap_run 'and says so' grep -q 'does not tell when entries were changed' "$scratch/follow.log"
follow_end

# --- sources that cannot be loaded ---
server_use "$scratch/one"
fails() {
	local name=$1 words=$2
	shift 2
	follow_start "$@" "${poll_options[@]}"
	ask complete 10000 >"$scratch/answer"
	grep -qF -- "$words" "$scratch/answer"
	tap_ok $? "$name"
	grep -qF -- "$words" "$scratch/answer" || sed 's/^/# /' "$scratch/answer"
	tap_is "$(ask state | grep -o '^[a-z]*')" incomplete "$name: nothing is published"
}
printf 'dn: cn=few,ou=services\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: few\nuserPassword: secret\n' |
	server_add >/dev/null
fails 'a size limit' 'limit' -H "$SERVER_URI" -b o=acme -D cn=few,ou=services -y "$scratch/password" -K poll
fails 'a base that is not there' 'No such object' -H "$SERVER_URI" -b ou=x,o=acme -D "$SERVER_GATEWAY" -y "$scratch/password" -K poll
fails 'a base without policy' 'none of the classes' \
	-H "$SERVER_URI" -b ou=groups,o=acme -D "$SERVER_GATEWAY" -y "$scratch/password" -K poll
fails 'nobody there' "Can't contact LDAP server" -H ldap://127.0.0.1:1 -b o=acme -K poll
tap_done
