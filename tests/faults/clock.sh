#!/bin/bash
# The clock of the gateway's machine is moved, forwards and backwards, while the directory lives and while it is away. Ages do not follow
# it; what ends at an instant does.
set -u
. tests/faults/lib.sh

moved() { echo "$1" >"$dir/clock"; } # "+2h", or a date
guest() { tap_is "$(ask guest docs.read red)" "$1" "a binding that ends in an hour: $1 $2"; }

story 'the clock is moved'
fake=$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)
[ -e "$fake" ] || tap_skip 'apt-get install faketime'
gateway_under=(env LD_PRELOAD="$fake" DONT_FAKE_MONOTONIC=1 FAKETIME_NO_CACHE=1 FAKETIME_TIMESTAMP_FILE="$dir/clock")
moved +0
directory
{
	person guest
	printf '\ndn: cn=guests,ou=red,ou=places,o=acme\nobjectClass: dgBinding\ncn: guests\ndgGrantsRole: cn=reader,ou=roles,o=acme\n'
	printf 'member: uid=guest,ou=people,o=acme\ndgNotAfter: %s\n' "$(date -u -d '+1 hour' +%Y%m%d%H%M%SZ)"
} | server_add >/dev/null
gateway
witness

guest true now
moved +2h
guest false 'two hours later'
goes_on
moved -1d
guest true 'a day before'
goes_on
breaks server_kill
moved +0
moved +30d
moved -30d # the index grows no younger by that
expect_stale
heals server_restart
moved +0
the_end
