#!/bin/bash
# Messages of content synchronization as they should not be: broken, doubled, in odd orders, with wrong ids, or endless.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/fake/lib.sh

fake_start tests/fake/content_sync.fake
follow_fake
mia=uid=mia,ou=people,o=acme
members=50000
[ -z "${SANITIZE:-}" ] || members=5000 # the fake server is slow then

# --- what a whole read bears ---
harmless 'a search reference' 'on sync after=3 reference=ldap://elsewhere/o=acme'
tap_is "$(ask state | grep -o 'references=[0-9]*')" references=1 'a search reference: it is counted'
harmless 'an entry twice' 'on sync after=3 twice'
harmless 'an entry again, at the end' "plan sync entries entry=$mia done=present"
harmless 'children before their parents' "plan sync entry=uid=lena,ou=berlin,ou=people,o=acme entries done=present"
harmless 'a delete phase' 'plan sync entries done=delete'
harmless 'phases in an odd order' 'plan sync phase=delete entries=4 phase=present ids=present cookie entries phase=delete done=delete'
harmless 'a present phase that has all again' 'plan sync entries ids=present done=present'
harmless 'a message with an id of nobody' 'on sync after=3 wrong-id=1000 cookie'
harmless 'one octet at a time' 'on sync trickle=0.5'
harmless 'the end of the refresh twice' 'plan sync entries done=present done=delete'
lost_by 'the end of the refresh before the entries' 'nothing can be read below' 'plan sync done=present hold'
lost_by 'no end of the refresh' 'has said nothing for 700 ms' 'plan sync entries'
lost_by 'an end of a phase for that of the refresh' 'has said nothing for 700 ms' 'plan sync entries phase=present'

# --- what makes it worthless ---
lost_by 'an entry without state' 'without what content synchronization says' "on sync after=3 bare=$mia"
lost_by 'an entry with the id of another search' 'has said nothing for 700 ms' 'on sync after=3 wrong-id=1000 entries=1 hold'
lost_by 'an entry cut short' "ldap://127.0.0.1" 'on sync after=3 cut=30'
lost_by 'octets of chance' "ldap://127.0.0.1" 'on sync after=3 random=300'
lost_by 'no message at all' "ldap://127.0.0.1" 'on sync after=3 raw=474554202f20485454502f312e31'
lost_by 'a message of two gigabytes' 'has said nothing for 700 ms' 'on sync after=3 raw=30847fffffff0201'
lost_by 'a length of more octets than there are' "ldap://127.0.0.1" 'on sync after=3 raw=3088ffffffffffffffff0201'
lost_by 'an indefinite length' "ldap://127.0.0.1" 'on sync after=3 raw=308002010100'
lost_by 'zeros' "ldap://127.0.0.1" 'on sync after=3 raw=0000000000000000000000000000000000000000'

# --- to the connection that is followed ---
sent 'an end while following' 'ended the synchronization' 'send result=0'
sent 'busy while following' 'Server is busy' 'send result=51'
sent 'refresh required while following' '4096' 'send result=4096'
[ -n "${SANITIZE:-}" ] || # libldap 2.5 does not give the message back
	sent 'an announced end' 'Server is unavailable (52)' 'send notice'
sent 'octets of chance while following' 'source=s0' 'send random=300'
sent 'an entry without state while following' 'without what content synchronization says' "send bare=$mia"
printf '%s\n' "dn: $mia" 'objectClass: inetOrgPerson' 'uid: mia' 'cn: Mia' 'sn: Changed' >"$scratch/change.ldif"
truth=$(truth_with "$scratch/change.ldif")
sent 'half a change' 'the server has changes that it does not send' 'send half' "put $scratch/change.ldif"
fake "send delete=uid=nobody,o=acme" "send seen=$mia" "send phase=delete" "send cookie" "send reference" "send twice entry=$mia"
tap_is "$(ask digest)" "$truth" 'messages that change nothing'
tap_is "$(ask state | grep -o 's0:[a-z]*')" s0:following 'are borne'
recovers 'messages that change nothing'
{
	printf '%s\n' 'dn: cn=all,ou=groups,o=acme' 'objectClass: groupOfNames' 'cn: all'
	seq -f 'member: uid=person-with-a-long-name-%.0f,ou=people,o=acme' "$members"
} >"$scratch/large.ldif"
changed "a group of $members" "$scratch/large.ldif"
printf '%s\n' "dn: $mia" 'objectClass: inetOrgPerson' 'uid: mia' 'cn: Mia' 'sn: M' 'dgId: one' 'dgId: two' >"$scratch/change.ldif"
changed 'two values where there may be one' "$scratch/change.ldif"
printf '%s\n' 'dn: cn=day,ou=support,o=acme' 'objectClass: dgBinding' 'cn: day' 'cn:: /////w==' 'dgGrantsRole: cn=agent,,' \
	'dgNotAfter: never' 'member:: AAAA' 'member: uid=mia,ou=people,o=acme' >"$scratch/change.ldif"
changed 'values that are none' "$scratch/change.ldif"
fake "remove cn=all,ou=groups,o=acme"
# So many members at once are a flood, after which all is read again.
for ((i = 0; i < 60; i++)); do [ "$(ask entry cn=all,ou=groups,o=acme)" = entry ] || break; sleep 0.05; done
tap_is "$(ask entry cn=all,ou=groups,o=acme)" nothing 'and the group goes'
truth=$(fresh_digest)
only_true 'and the group goes'

# --- five messages of ten broken by chance, thirty times over ---
fake 'on sync corrupt=3 entries=2 corrupt=9 entries=2 corrupt=30 entries=2 corrupt=1 entries=2 corrupt=2 entries'
for ((i = 0; i < 30; i++)); do
	ask reload >/dev/null
	sleep 0.05
done
fake clear
tap_is "$(ask state | grep -o 's0:[a-z]*')" s0:following 'broken messages beside: what is followed goes on'
ask seen >/dev/null # an octet of a value that is another one cannot be known
harmless 'when they end'
follow_end
tap_done
