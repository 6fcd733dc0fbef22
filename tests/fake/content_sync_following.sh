#!/bin/bash
# Following by content synchronization when the server hides, forgets or keeps back something, or answers only in part.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/fake/lib.sh

fake_start tests/fake/content_sync.fake
for ((i = 0; i < 100; i++)); do
	printf '%s\n' "dn: uid=p$i,ou=people,o=acme" 'objectClass: inetOrgPerson' "uid: p$i" "cn: P $i" 'sn: P' ''
done >"$scratch/people.ldif"
fake "put $scratch/people.ldif"
follow_fake

# --- the heartbeat and the search, one of them dead ---
sent 'no heartbeat' 'it hangs' 'on beat silence'
sent 'a heartbeat that is refused' 'heartbeat: Server is busy' 'on beat times=1 result=51'
sent 'a heartbeat that is cut off' 'heartbeat: ' 'on beat times=1 close'
sent 'a heartbeat of chance' 'heartbeat: ' 'on beat times=1 random=200'
fake 'on beat trickle=1'
tap_is "$(ask prove 5000)" ok 'a heartbeat of one octet at a time: it proves all the same'
recovers 'a heartbeat of one octet at a time'

# --- a change that is not told: the age is that of what is published, however well the server beats ---
printf '%s\n' 'dn: cn=agent,ou=roles,o=acme' 'objectClass: dgRole' 'cn: agent' 'dgPermission: contacts.read' >"$scratch/less.ldif"
log=$(wc -l <"$scratch/follow.log")
before=$truth
fake 'set mute=on' "put $scratch/less.ldif"
began=$(now_ms)
truth+=" $(fresh_digest)"
sleep 0.5
[ "$(ask digest)" != "$before" ] || age_is_true 'a change that is not told' "$began"
logged 'a change that is not told' "$log" 'has changes that it does not send'
truth=${truth##* }
tap_is "$(ask until 5000 s0:following)" ok 'a change that is not told: it is read whole'
tap_is "$(ask digest)" "$truth" 'a change that is not told: it is found'
ask seen >/dev/null
fake 'set mute=off'

# --- cookies that are there no more, or are old: nothing older than what is published is believed ---
# as_old WORDS NAME COOKIE: a whole read with that cookie; the log has the words.
as_old() {
	log=$(wc -l <"$scratch/follow.log")
	fake "set cookie=$3"
	ask reload >/dev/null
	logged "$2" "$log" "$1"
	only_true "$2"
}
# refused NAME COOKIE: the server has another state as well.
refused() {
	fake 'set mute=on' "put $scratch/more.ldif"
	as_old 'is behind what is published' "$1" "$2"
	fake "put $scratch/less.ldif" 'set mute=off' 'set cookie=openldap'
	recovers "$1"
}
# taken NAME COOKIE: the server has the same state: it has lost count, no more.
taken() {
	as_old 'source-lost-count' "$1" "$2"
	fake 'set cookie=openldap'
	recovers "$1"
}
old='rid=000,csn=20250101000000.000001Z#000000#001#000000'
printf '%s\n' 'dn: cn=agent,ou=roles,o=acme' 'objectClass: dgRole' 'cn: agent' 'dgPermission: contacts.*' >"$scratch/more.ldif"
refused 'no cookies any more' none
refused 'cookies that are old' "$old"
taken 'no cookies any more, and no other state' none
taken 'cookies that are old, and no other state' "$old"

# --- cookies of other kinds ---
for cookie in none 389 'localhost:389#cn=gateway:o=acme:(objectClass=*)#3' 'no cookie at all;csn=,,;#'; do
	fake "set \"cookie=$cookie\""
	follow_fake
	changed "cookie $cookie: a change" "$scratch/more.ldif"
	harmless "cookie $cookie: a whole read"
	changed "cookie $cookie: another change" "$scratch/less.ldif"
	[[ $cookie != *'#3' ]] || tap_is "$(ask token | grep -o 'change=.*')" change=00000000000000000003 'the token is as it says'
done
fake 'set cookie=openldap'
follow_fake

# --- what is hidden ---
lost_by 'an empty answer' 'nothing can be read below' 'plan sync done=present'
beside 'an empty answer beside' 'nothing can be read below' 'plan sync done=present'
lost_by 'nothing there' 'nothing can be read below' 'set hide=o=acme'

# --- rights on most entries are lost: held back, read again, believed, reported; and back when they are ---
log=$(wc -l <"$scratch/follow.log")
whole=$truth
fake 'set hide=ou=people,o=acme'
without=$(fresh_digest)
ask reload >/dev/null
logged 'most entries are gone' "$log" 'refresh-held-back source=s0 would_remove="10'
logged 'most entries are gone' "$log" 'source-loaded.*removed=10'
only_true 'most entries are gone' "$without"
fake clear
ask reload >/dev/null
tap_is "$(ask until 5000 "entries=115 ")" ok 'most entries are gone: they come back'
tap_is "$(ask digest)" "$whole" 'most entries are gone: and all is as before'
only_true 'most entries are gone' "$without"

# --- the server is set up otherwise ---
# otherwise NAME WORDS FILE: as lost_by, with a root DSE and a subschema from the file.
otherwise() {
	local connected
	connected=$(fake_count connect)
	began=$(now_ms)
	fake "put $3" 'send close'
	until_count connect "$connected"
	said "$1" "$2"
	age_is_true "$1" "$began"
	fake 'put tests/fake/openldap.ldif'
	recovers "$1"
}
printf '%s\n' 'dn: cn=subschema' 'objectClass: subschema' "objectClasses: ( 2.5.6.6 NAME 'person' )" >"$scratch/no-schema.ldif"
otherwise 'the schema is gone' 'does not know the schema of dirgate' "$scratch/no-schema.ldif"
sed '/4203.1.9.1.1/d' tests/fake/openldap.ldif >"$scratch/no-sync.ldif"
otherwise 'the overlay is gone' 'does not offer content synchronization' "$scratch/no-sync.ldif"

# --- a hundred losses, and nothing grows ---
memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$follow_pid/status"; }
descriptors() { ls "/proc/$follow_pid/fd" | wc -l; }
lose() {
	local i loads
	for ((i = 0; i < $1; i++)); do
		loads=$(follow_loads)
		fake "on sync times=1 after=$i ${faults[i % ${#faults[@]}]}" 'send close'
		ask until 5000 "loads=$((loads + 1)) " >/dev/null
		fake clear
	done
}
faults=(close random=100 result=51 reset cut=20 result=0)
lose 10
before=$(memory)
descriptors=$(descriptors)
lose 30
after=$(memory)
[ -n "${SANITIZE:-}" ] || [ $((after - before)) -lt 2000 ] # a sanitizer keeps what was freed, and finds leaks
tap_ok $? "after 30 losses it is no larger ($before kB before, $after kB after)"
tap_is "$(descriptors)" "$descriptors" 'and has no more files open'
tap_is "$(fake_count open)" 2 'and two connections'
recovers 'after all'
follow_end
tap_done
