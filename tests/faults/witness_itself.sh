#!/bin/bash
# The witness sees what is wrong: the gateway follows one directory, and the truth is changed in another one.
set -u
. tests/faults/lib.sh

sees() { tell count "$1"; [ "$told" -gt 0 ]; tap_ok $? "it sees $2"; }

story 'the witness itself'
directory followed
{
	printf 'dn: cn=readers,ou=red,ou=places,o=acme\nchangetype: modify\nadd: member\n'
	for i in {0..9}; do printf 'member: uid=w%d,ou=people,o=acme\n' "$i"; done
} | server_modify >/dev/null
gateway
directory changed
witness_start
goes_on
tell unreachable
tell wait stale $((limit + 1))
[[ $told != ok* ]]
tap_ok $? 'decisions go on'
sees wrong 'an allow that is wrong'
sees late 'a deny that is wrong'
sees age 'an age that is too small'
sees served 'decisions although the directory is out of reach'
tap_done
