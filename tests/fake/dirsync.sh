#!/bin/bash
# What an index that follows a domain controller does when it cuts, breaks off, changes while it is read, or hangs.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/fake/lib.sh

fake_start tests/fake/dirsync.fake
follow_fake -K dirsync -i 100

# group FILE FROM TO: an LDIF of a group with these members.
group() {
	printf '%s\n' 'dn: cn=many,ou=groups,o=acme' 'objectClass: groupOfNames' 'cn: many' >"$1"
	seq -f 'member: uid=p%.0f,ou=people,o=acme' "$2" "$3" >>"$1"
}
members() { follow_dump | grep -c '^cn=many,ou=groups,o=acme|member->'; }

# --- values that come in parts, and change meanwhile ---
group "$scratch/one.ldif" 1 23
changed 'values in five parts' "$scratch/one.ldif"
tap_is "$(members)" 23 'values in five parts: all of them'
group "$scratch/two.ldif" 12 40
group "$scratch/three.ldif" 30 51
fake "on range skip=2 times=1 put=$scratch/three.ldif" "put $scratch/two.ldif"
before=$truth
tap_is "$(ask until 5000 'changes=2 ')" ok 'values that change while they are read: they are read again'
truth=$(fresh_digest)
tap_is "$(ask digest)" "$truth" 'values that change while they are read: and are the last ones'
tap_is "$(members)" 22 'values that change while they are read: all of them, and no more'
only_true 'values that change while they are read' "$before"
sent 'values that change each time' 'has been changed each time while its values were read' \
	"on range put=$scratch/three.ldif" "put $scratch/three.ldif"
harmless 'a thousand and one values at once' 'set range=1001'
fake 'set range=5'

# --- changes in several rounds ---
for ((i = 0; i < 30; i++)); do
	printf '%s\n' "dn: uid=p$i,ou=people,o=acme" 'objectClass: inetOrgPerson' "uid: p$i" "cn: P $i" 'sn: P' ''
done >"$scratch/people.ldif"
fake "put $scratch/people.ldif"
tap_is "$(ask prove 5000)" ok 'thirty changes in rounds of four'
truth=$(fresh_digest)
tap_is "$(ask digest)" "$truth" 'thirty changes in rounds of four: all are there'
ask seen >/dev/null # they were put one after the other
fake 'remove uid=p3,ou=people,o=acme uid=p4,ou=people,o=acme'
tap_is "$(ask prove 5000)" ok 'deletions'
truth=$(fresh_digest)
tap_is "$(ask digest)" "$truth" 'deletions: both are gone'
ask seen >/dev/null

# --- the question what has changed ---
sent 'busy' 'Server is busy (51)' 'on dirsync times=1 result=51'
sent 'refused' 'Insufficient access (50)' 'on dirsync times=1 result=50'
sent 'a cookie that is not known' 'Critical extension is unavailable (12)' 'on dirsync times=1 result=12'
sent 'a round that does not say whether it was the last' 'source=s0' 'on dirsync times=1 result=0'
sent 'closed' "Can't contact LDAP server" 'on dirsync times=1 close'
sent 'silence' 'has said nothing for 700 ms' 'on dirsync times=1 silence'
sent 'octets of chance' 'source=s0' 'on dirsync times=1 random=200'
began=$(now_ms)
fake 'on dirsync hold' "put $scratch/one.ldif"
sleep 0.4
age_is_true 'no rounds' "$began"
truth+=" $(fake clear && fresh_digest)"
tap_is "$(ask prove 10000)" ok 'no rounds: when they come again'
tap_is "$(ask digest)" "${truth##* }" 'no rounds: and is true'
only_true 'no rounds'
truth=${truth##* }

# --- reading whole ---
# whole NAME WORDS LINE...: the connection is lost, and this happens to the whole read that follows.
whole() { sent "$1" "$2" 'on dirsync times=1 close' "${@:3}"; }
whole 'size limit' 'Size limit exceeded (4)' 'on page after=3 result=4'
whole 'admin limit' 'Administrative limit exceeded (11)' 'on page after=3 result=11'
whole 'unwilling' 'unwilling to perform (53)' 'on page after=3 result=53'
whole 'a page that does not say whether it was the last' 'without saying whether it was the last' \
	'on page after=3 result=0'
whole 'half an entry' 'has said nothing for 700 ms' 'on page after=3 half'
whole 'reset in the midst' "Can't contact LDAP server" 'on page after=3 reset'
whole 'an entry cut short' 'source=s0' 'on page after=3 cut=30'
whole 'an empty answer' 'nothing can be read below' 'set hide=o=acme'
harmless 'references' 'on page after=3 reference'

# --- rounds while all is read beside ---
for ((i = 100; i < 700; i++)); do
	printf '%s\n' "dn: uid=p$i,ou=people,o=acme" 'objectClass: inetOrgPerson' "uid: p$i" "cn: P $i" 'sn: P' ''
done >"$scratch/many.ldif"
fake 'set round=1000' "put $scratch/many.ldif"
tap_is "$(ask prove 5000)" ok 'more than a page of people'
truth=$(fresh_digest)
loads=$(follow_loads)
lost=$(grep -c source-lost "$scratch/follow.log")
fake 'set page=100' 'on page pause=2'
ask reload >/dev/null
sleep 0.3
fake "put $scratch/one.ldif"
tap_is "$(ask until 15000 "loads=$((loads + 1)) ")" ok 'a change that a round hands over meanwhile: all is read'
tap_is "$(grep -c source-lost "$scratch/follow.log")" "$lost" 'a change that a round hands over meanwhile: it is not behind'
fake clear
truth=$(fresh_digest)
tap_is "$(ask prove 5000)" ok 'a change that a round hands over meanwhile: and is proven'
tap_is "$(ask digest)" "$truth" 'a change that a round hands over meanwhile: and true'
fake 'set round=4' 'set page=1000'
ask seen >/dev/null
harmless 'an entry twice' 'on page after=3 twice'

# --- the notification, which only wakes ---
whole 'a notification that is refused' 'source=s0' 'on notify times=1 result=53' 'on connect times=1 close'
changed 'after all' "$scratch/two.ldif"
tap_is "$(fake_count open)" 2 'after all: two connections'
follow_end
tap_done
