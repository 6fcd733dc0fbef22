#!/bin/bash
# An index that follows a 389 Directory Server by content synchronization is what a fresh one is.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need 389ds

scenario_begin ds389_start one -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options)
tap_is "$(ask complete 20000)" ok 'read whole'

# change NAME NUMBER: so many changes have come when it has been followed.
change() {
	server_modify >"$scratch/modify.log" 2>&1 || sed 's/^/# /' "$scratch/modify.log"
	tap_is "$(ask until 5000 "changes=$2 ")" ok "$1"
	same_as_fresh "$1: as a fresh one" now
}
change 'a value changed' 1 <<-END
	dn: cn=agent,ou=roles,o=acme
	changetype: modify
	add: dgPermission
	dgPermission: settings.read
END
change 'a subtree renamed' 2 <<-END
	dn: ou=people,o=acme
	changetype: modrdn
	newrdn: ou=staff
	deleteoldrdn: 1
END
change 'a person added, another deleted' 4 <<-END
	dn: uid=new,ou=staff,o=acme
	changetype: add
	objectClass: inetOrgPerson
	uid: new
	cn: New
	sn: N

	dn: uid=mia,ou=staff,o=acme
	changetype: delete
END
[ "$(ask age)" -lt 2000 ]
tap_ok $? 'the heartbeat proves that it is fresh'
server_kill
tap_is "$(ask until 5000 s0:lost)" ok 'a killed server is noticed'
server_restart
tap_is "$(ask until 30000 s0:following)" ok 'it comes back'
same_as_fresh 'after a kill' now
tap_done
