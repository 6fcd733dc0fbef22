#!/bin/bash
# No older state than the published one is ever published by a failover to a server that lags; a directory that was restored
# from a backup is believed in the end.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need slapd

add_person() { printf '%s\n' "dn: uid=$1,ou=people,o=acme" 'objectClass: inetOrgPerson' "uid: $1" "cn: $1" 'sn: P' | server_add >/dev/null; }
# copy_database FROM TO: both are not running.
copy_database() { rm -rf "$2/db0" && cp -r "$1/db0" "$2/db0"; }

scenario_server two -b o=acme -l tests/scenario/sync.ldif
two=$SERVER_DIR two_uri=$SERVER_URI
server_kill
scenario_server one -b o=acme -l tests/scenario/sync.ldif
one=$SERVER_DIR
add_person before
server_kill
copy_database "$one" "$two"
cp -r "$one/db0" "$scratch/backup"
server_restart

# --- a failover to a replica that lags ---
follow_start -H "$SERVER_URI $two_uri" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/password"
tap_is "$(ask complete 10000)" ok 'read whole from the first of two servers'
sleep 1.1 # so that the copy is behind by a time worth a word
add_person later
tap_is "$(follow_catch_up)" reached 'a change that the second one does not have'
token=$(ask token)
server_use "$two" && server_restart
server_use "$one" && server_kill
tap_is "$(ask until 5000 s0:lost)" ok 'the first one is lost'
sleep 1
tap_is "$(ask entry uid=later,ou=people,o=acme)" entry 'nothing older is published'
tap_is "$(ask token)" "$token" 'the token stays'
[ "$(ask state | sed 's/.* behind=\([0-9]*\).*/\1/')" -gt 0 ]
tap_ok $? 'the server that is behind was seen and not taken'
ask error 0 >"$scratch/answer"
grep -q "$two_uri: the server is behind what is published: counter 000 is [1-9][0-9.]* s behind" "$scratch/answer"
tap_ok $? "and is named, with how much: $(cut -c 1-200 "$scratch/answer")"
[ "$(ask age)" -ge 1000 ]
tap_ok $? 'the age grows: it proves nothing'

# --- the replica catches up ---
server_use "$two" && server_kill
copy_database "$one" "$two"
server_restart
tap_is "$(ask until 15000 s0:following)" ok 'once the second one has caught up it is followed'
tap_is "$(ask state | grep -o 'went_back=.*')" "went_back=0 server=$two_uri" 'at its address'
tap_is "$(ask entry uid=later,ou=people,o=acme)" entry 'with what was published'
same_as_fresh 'after it caught up'

# --- a reconcile: the first one is back, older than what is published ---
add_person second
tap_is "$(follow_catch_up)" reached 'a change that the first one does not have'
server_use "$one" && server_restart
ask reload >/dev/null
tap_is "$(ask until 10000 'loads=3')" ok 'all is read again'
tap_is "$(ask state | grep -o 's0:following\|server=.*' | tr '\n' ' ')" "s0:following server=$two_uri " 'from the server that is ahead'
tap_is "$(ask entry uid=second,ou=people,o=acme)" entry 'and nothing is lost'
follow_end

# --- all servers have been behind for long ---
server_use "$two"
follow_start -H "$two_uri" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/password" -B 2000
tap_is "$(ask complete 10000)" ok 'only one server'
server_kill
rm -rf "$two/db0" && cp -r "$scratch/backup" "$two/db0"
begun=${EPOCHREALTIME/./}
server_restart
tap_is "$(ask until 10000 'behind=1')" ok 'restored from a backup, it is behind'
tap_is "$(ask entry uid=later,ou=people,o=acme)" entry 'and not believed at first'
tap_is "$(ask until 15000 'went_back=1')" ok 'after the limit it is believed, and counted'
[ $((${EPOCHREALTIME/./} - begun)) -ge 2000000 ]
tap_ok $? 'not before'
tap_is "$(ask until 1000 s0:following)" ok 'it is followed'
tap_is "$(ask entry uid=later,ou=people,o=acme)" nothing 'what the backup does not have is gone'
tap_is "$(ask entry uid=before,ou=people,o=acme)" entry 'and what it has is there'
[[ "$(ask token)" < "$token" ]]
tap_ok $? 'the token goes back'
[ "$(ask age)" -lt 2000 ]
tap_ok $? 'and what is published is fresh'
same_as_fresh 'after the backup'
grep -q source-went-back "$scratch/follow.log"
tap_ok $? 'the log says so'
follow_end

# --- killed after a delete, which only the count of changes showed, and that was not written down ---
server_use "$two"
server_kill
sed -i '/^syncprov-checkpoint/d' "$two/slapd.conf"
server_restart
lost_count() { # KIND LOADS: it is followed again at once, and what it did not tell is found
	add_person "kept-$1"
	sleep 1.1
	add_person "gone-$1"
	follow_start -H "$two_uri" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/password" -K "$1" -i 100 -I 300
	ask complete 10000 >/dev/null
	[ "$1" = content-sync ] || sleep 2
	token=$(ask token)
	server_delete "uid=gone-$1,ou=people,o=acme"
	for ((i = 0; i < 100; i++)); do [ "$(ask entry "uid=gone-$1,ou=people,o=acme")" != entry ] || sleep 0.05; done
	[ "$1" != content-sync ] || token=$(ask token)
	server_kill
	tap_is "$(ask until 5000 s0:lost)" ok "$1: killed after a delete"
	server_restart
	tap_is "$(ask until 9000 s0:following)" ok 'it is followed again, long before behind_limit'
	tap_is "$(ask state | grep -o 'loads=[0-9]*\|behind=[0-9]*\|went_back=[0-9]*' | tr '\n' ' ')" \
		"loads=$2 behind=0 went_back=0 " 'at the first reading'
	tap_is "$(ask token)" "$token" 'the token stays'
	sleep 1.2
	[ "$(ask age)" -lt 1500 ]
	tap_ok $? 'and it is proven that nothing changes'
	add_person "more-$1"
	for ((i = 0; i < 100; i++)); do [ "$(ask entry "uid=more-$1,ou=people,o=acme")" = entry ] || sleep 0.05; done
	same_as_fresh 'after what came then' now
	[ "$1" != content-sync ] || [[ "$(ask token)" > "$token" ]]
	tap_ok $? 'the token goes on'
}
lost_count content-sync 2
lost_count poll 3 # what is gone is told as if all were read
tap_is "$(grep -c source-lost-count "$scratch/follow.log")" 2 'the log says why'
tap_done
