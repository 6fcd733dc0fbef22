#!/bin/bash
# The administrator limits how much may be read: a refresh ends in the midst, with sizeLimitExceeded.
set -u
. tests/faults/lib.sh

allowed() {
	ldapmodify -Q -Y EXTERNAL -H "$SERVER_LDAPI" >/dev/null <<-END
		dn: olcDatabase={1}mdb,cn=config
		changetype: modify
		replace: olcLimits
		olcLimits: dn.exact="$SERVER_GATEWAY" size=$1
	END
}
refused() { curl -s "$url/readyz" | jq -r '.sources[0] | .error, .warning' | grep -q 'Size limit exceeded'; }

story 'a size limit'
directory slapd -c
gateway 'reconcile: 1s'
witness

allowed 10
expect 'it cannot be read whole any more' refused
goes_on
expect_right # what is followed is followed

breaks server_kill
heals server_restart
expect_stale
allowed unlimited
the_end
