#!/bin/bash
# What a whole read by content synchronization does when the server fails in the midst of it, or sends what it should not.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/fake/lib.sh

fake_start tests/fake/content_sync.fake
follow_fake

# --- results ---
lost_by 'size limit' 'Size limit exceeded (4)' 'on sync after=5 result=4'
lost_by 'admin limit' 'Administrative limit exceeded (11)' 'on sync after=5 result=11'
lost_by 'busy' 'Server is busy (51)' 'on sync after=5 result=51'
lost_by 'unwilling' 'Server is unwilling to perform (53): not today' 'on sync after=5 "result=53:not today"'
lost_by 'refresh required' '(4096)' 'on sync after=5 result=4096'
lost_by 'busy before all' 'Server is busy (51)' 'on sync result=51'
lost_by 'an end' 'ended the synchronization' 'on sync after=5 result=0'
lost_by 'an end after all entries' 'ended the synchronization' 'plan sync entries result=0'
lost_by 'busy at the bind' 'bind as anonymous: Server is busy (51)' 'on bind result=51'
lost_by 'refused at the bind' 'Invalid credentials (49)' 'on bind result=49'
lost_by 'busy at the root entry' 'Server is busy (51)' 'on root result=51'
beside 'size limit beside' 'Size limit exceeded (4)' 'on sync after=5 result=4'

# --- closed, reset, announced ---
lost_by 'closed in the midst' "Can't contact LDAP server" 'on sync after=5 close'
lost_by 'reset in the midst' "Can't contact LDAP server" 'on sync after=5 reset'
lost_by 'closed at once' "Can't contact LDAP server" 'on connect close'
[ -n "${SANITIZE:-}" ] || # libldap 2.5 does not give the message back
	lost_by 'going down' 'Server is unavailable (52)' 'on sync after=5 notice close'

# --- half-open ---
lost_by 'silence in the midst' 'has said nothing for 700 ms' 'on sync after=5 silence'
lost_by 'half an entry' 'has said nothing for 700 ms' 'on sync after=5 half'
lost_by 'no refresh at all' 'has said nothing for 700 ms' 'on sync silence'
lost_by 'never an answer' 'did not answer in time' 'on connect silence'
follow_end
tap_done
