#!/bin/bash
# What an index that polls does when the server breaks off, cuts, omits, or answers in part.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/fake/lib.sh

fake_start tests/fake/poll.fake
follow_fake -K poll -i 100 -I 250 -o 1000

# lists NAME LINE...: it happens to four lists and more; nothing is lost, and nothing changes.
lists() {
	local name=$1 count log
	shift
	log=$(wc -l <"$scratch/follow.log")
	count=$(fake_count page)
	fake "$@"
	until_count page $((count + ${pages:-20})) || tap_ok 1 "$name: it goes on"
	tap_is "$(tail -n "+$((log + 1))" "$scratch/follow.log" | grep -c source-lost)" 0 "$name: it is not lost"
	recovers "$name"
}

# --- results, in the midst of a page, and of the second one ---
sent 'size limit' 'Size limit exceeded (4)' 'on page after=3 result=4'
sent 'admin limit' 'Administrative limit exceeded (11)' 'on page after=3 result=11'
sent 'busy' 'Server is busy (51)' 'on page after=3 result=51'
sent 'unwilling' 'unwilling to perform (53): the cookie is not known' \
	'on page skip=1 "result=53:the cookie is not known"'
sent 'busy, but for the first page' 'Server is busy (51)' 'on page skip=1 after=3 result=51'
sent 'busy at the root entry' 'Server is busy (51)' 'on page times=1 close' 'on root result=51'
sent 'a page that does not say whether it was the last' 'without saying whether it was the last' \
	'on page skip=2 after=3 result=0'
sent 'a first page that does not say whether it was the last' 'without saying whether it was the last' \
	'on page after=3 result=0'

# --- connections ---
sent 'closed in the midst' "Can't contact LDAP server" 'on page after=3 close'
sent 'reset in the midst' "Can't contact LDAP server" 'on page after=3 reset'
[ -n "${SANITIZE:-}" ] || # libldap 2.5 does not give the message back
	sent 'going down' 'Server is unavailable (52)' 'on page after=3 notice close'
sent 'silence in the midst' 'has said nothing for 700 ms' 'on page after=3 silence'
sent 'half an entry' 'has said nothing for 700 ms' 'on page after=3 half'
sent 'no answer at all' 'has said nothing for 700 ms' 'on page silence'
sent 'octets of chance' 'search: ' 'on page after=3 random=300'
[ -n "${SANITIZE:-}" ] || # libldap 2.5 loses the request when it cannot decode the answer
	sent 'an entry cut short' 'source=s0' 'on page after=3 cut=30'
sent 'a message of two gigabytes' 'has said nothing for 700 ms' 'on page after=3 raw=30847fffffff0201'
sent 'the id of another search' 'has said nothing for 700 ms' 'on page wrong-id=1000 hold entries=1'

# --- answers that are good, if odd ---
lists 'an entry twice' 'on page after=3 twice'
lists 'references' 'on page after=3 reference'
lists 'pages of one entry' 'set page=1'
fake 'set page=5'
pages=5 lists 'one octet at a time' 'on page trickle=0.05'
lists 'an entry that one list lacks' 'on page skip=5 times=1 after=2 omit=1'

# --- what is hidden ---
sent 'an empty answer' 'nothing can be read below' 'set hide=o=acme'
whole=$truth
sleep 1.5 # an overlap: from now on no time of change finds what is shown again
fake 'set hide=ou=berlin,ou=people,o=acme'
truth=$(fresh_digest)
tap_is "$(ask until 5000 entries=12)" ok 'entries that are hidden: two lists lack them, and they are gone'
only_true 'entries that are hidden' "$whole"
fake clear
tap_is "$(ask until 5000 entries=15)" ok 'they are shown again, and come back'
truth=$whole
tap_is "$(ask digest)" "$truth" 'and all is as before'
recovers 'entries that are hidden' # and nothing else was published
fake 'set hide=ou=berlin,ou=people,o=acme'
tap_is "$(ask until 5000 entries=12)" ok 'entries that are hidden once more'
log=$(wc -l <"$scratch/follow.log")
began=$(now_ms)
fake 'on base result=32' 'set hide='
count=$(fake_count page)
sleep 1
count=$(($(fake_count page) - count))
[ "$count" -le 100 ] # ten turns of changes and two lists of three pages each
tap_ok $? "entries that are listed and cannot be read: the server is not asked without a pause ($count pages in a second)"
age_is_true 'entries that are listed and cannot be read' "$began"
fake clear
tap_is "$(ask until 5000 entries=15)" ok 'entries that are listed and cannot be read: when they can be, they are there'
tap_is "$(tail -n "+$((log + 1))" "$scratch/follow.log" | grep -c source-lost)" 0 'entries that are listed and cannot be read: nothing is lost'
ask seen >/dev/null

# --- changes, the age when none can be seen ---
printf '%s\n' 'dn: cn=agent,ou=roles,o=acme' 'objectClass: dgRole' 'cn: agent' 'dgPermission: contacts.read' >"$scratch/less.ldif"
changed 'a change' "$scratch/less.ldif"
fake 'on page hold'
began=$(now_ms)
fake "remove uid=mia,ou=people,o=acme"
sleep 0.5
age_is_true 'no answers' "$began"
truth+=" $(fake clear && fresh_digest)"
tap_is "$(ask until 8000 'entries=14')" ok 'no answers: when they come again'
tap_is "$(ask digest)" "${truth##* }" 'no answers: what was removed is gone'
only_true 'no answers'

# --- losses, and nothing grows ---
memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$follow_pid/status"; }
faults=(close random=100 result=51 reset result=4)
[ -n "${SANITIZE:-}" ] || faults+=(cut=20)
lose() {
	local i loads
	for ((i = 0; i < $1; i++)); do
		loads=$(follow_loads)
		fake "on page times=1 ${faults[i % ${#faults[@]}]}"
		ask until 5000 "loads=$((loads + 1)) " >/dev/null
		fake clear
	done
}
lose 6
before=$(memory)
lose 12
after=$(memory)
[ -n "${SANITIZE:-}" ] || [ $((after - before)) -lt 2000 ] # a sanitizer keeps what was freed, and finds leaks
tap_ok $? "after 12 losses it is no larger ($before kB before, $after kB after)"
tap_is "$(fake_count open)" 1 'and has one connection'
follow_end
tap_done
