#!/bin/bash
# An index that follows an Active Directory domain controller (Samba) by DirSync is, after every kind of change, what a
# fresh one is; and nothing that was published on the way is a mixture of before and after.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need samba

scenario_begin samba_start one -T "$(samba_kept)"
top=OU=acme,$SERVER_BASE
sed "s|BASE|$top|" tests/scenario/dirsync.ldif | server_add >/dev/null || exit 1

gateway_options() { echo -H "$SERVER_URI" -b "$top" -K dirsync -D "$SERVER_GATEWAY" -y "$scratch/password"; }
follow_catch_up() {
	local usn
	usn=$(server_search -s base -b '' highestCommittedUSN | sed -n 's/^highestCommittedUSN: //p')
	ask wait "$(printf '%s=%020d' "$(ask token | cut -d = -f 1)" "$usn")"
}

# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options) -S
tap_is "$(ask complete 10000)" ok 'read whole'
same_as_fresh 'nothing changed'
tap_is "$(ask entry "CN=Lena,OU=berlin,OU=people,$top")" entry 'a person'
tap_is "$(ask entry "$SERVER_ADMIN")" nothing 'who is not below the base is not read'

# change NAME [STATES]: it is followed, and so many states were published on the way.
change() {
	ask seen >/dev/null
	server_modify ${as_deleted:+-e '!1.2.840.113556.1.4.417'} >"$scratch/modify.log" 2>&1 ||
		sed 's/^/# /' "$scratch/modify.log"
	same_as_fresh "$1"
	[ $# -lt 2 ] || tap_is "$(ask seen | wc -w)" "$2" "$1: at once"
}

change 'a person added' <<-END
	dn: CN=Ada,OU=people,$top
	changetype: add
	objectClass: user
	sAMAccountName: ada
END
change 'a value changed' <<-END
	dn: CN=agent,OU=roles,$top
	changetype: modify
	add: dgPermission
	dgPermission: settings.read
END
change 'a member added and one removed' 1 <<-END
	dn: CN=inner,OU=groups,$top
	changetype: modify
	add: member
	member: CN=Ada,OU=people,$top
	-
	delete: member
	member: CN=Lena,OU=berlin,OU=people,$top
END
change 'a group put in another' <<-END
	dn: CN=outer,OU=groups,$top
	changetype: modify
	add: member
	member: CN=inner,OU=groups,$top
END
change 'a user disabled' <<-END
	dn: CN=Ada,OU=people,$top
	changetype: modify
	replace: userAccountControl
	userAccountControl: 514
END
change 'a member renamed: the group follows' 1 <<-END
	dn: CN=Ada,OU=people,$top
	changetype: modrdn
	newrdn: CN=Ada Lovelace
	deleteoldrdn: 1
END
tap_is "$(ask entry "CN=Ada,OU=people,$top")" nothing 'nothing has the old name'
change 'a member moved' 1 <<-END
	dn: CN=Ada Lovelace,OU=people,$top
	changetype: modrdn
	newrdn: CN=Ada
	deleteoldrdn: 1
	newsuperior: OU=berlin,OU=people,$top
END
change 'a container renamed: bindings and groups follow who is in it' 1 <<-END
	dn: OU=people,$top
	changetype: modrdn
	newrdn: OU=staff
	deleteoldrdn: 1
END
tap_is "$(ask entry "CN=Ada,OU=berlin,OU=staff,$top")" entry 'who is two below has moved along'
change 'a container moved below another' 1 <<-END
	dn: OU=berlin,OU=staff,$top
	changetype: modrdn
	newrdn: OU=Berlin
	deleteoldrdn: 1
	newsuperior: OU=groups,$top
END
change 'a role renamed: what gives it follows' 1 <<-END
	dn: CN=agent,OU=roles,$top
	changetype: modrdn
	newrdn: CN=clerk
	deleteoldrdn: 1
END
change 'two entries that change places' <<-END
	dn: CN=Ada,OU=Berlin,OU=groups,$top
	changetype: modrdn
	newrdn: CN=x
	deleteoldrdn: 1

	dn: CN=Lena,OU=Berlin,OU=groups,$top
	changetype: modrdn
	newrdn: CN=Ada
	deleteoldrdn: 1

	dn: CN=x,OU=Berlin,OU=groups,$top
	changetype: modrdn
	newrdn: CN=Lena
	deleteoldrdn: 1
END
change 'a member deleted: no group names him' 1 <<-END
	dn: CN=Lena,OU=Berlin,OU=groups,$top
	changetype: delete
END
change 'deleted and made again with the same name: no member of anything' <<-END
	dn: CN=Ole,OU=staff,$top
	changetype: delete

	dn: CN=Ole,OU=staff,$top
	changetype: add
	objectClass: user
	sAMAccountName: ole2
END
deleted=$(server_search -b "$SERVER_BASE" -E '!1.2.840.113556.1.4.417' '(&(isDeleted=TRUE)(sAMAccountName=ada))' 1.1 |
	sed -n 's/^dn: //p')
as_deleted=1 change 'undeleted' <<-END
	dn: $deleted
	changetype: modify
	delete: isDeleted
	-
	replace: distinguishedName
	distinguishedName: CN=Ada,OU=staff,$top
END
tap_is "$(ask entry "CN=Ada,OU=staff,$top")" entry 'who was undeleted is there'
change 'moved out of the base, with all that is below' <<-END
	dn: OU=Berlin,OU=groups,$top
	changetype: modrdn
	newrdn: OU=Berlin
	deleteoldrdn: 1
	newsuperior: $SERVER_BASE
END
tap_is "$(ask entry "CN=Ada,OU=Berlin,OU=groups,$top")" nothing 'who is out is gone'
change 'and into it again' <<-END
	dn: OU=Berlin,$SERVER_BASE
	changetype: modrdn
	newrdn: OU=Berlin
	deleteoldrdn: 1
	newsuperior: OU=staff,$top
END
tap_is "$(ask entry "CN=Ada,OU=Berlin,OU=staff,$top")" entry 'who is in is there'
change 'a class less: it is no workspace any more' <<-END
	dn: OU=support,$top
	changetype: modify
	delete: objectClass
	objectClass: dgWorkspace
END
# In one transaction of the database, as over LDAP it would take half a minute.
/usr/bin/python3 - "$SERVER_DIR/smb.conf" "$SERVER_DIR/ad/private/sam.ldb" "OU=staff,$top" <<-'END'
	import sys
	from samba.auth import system_session
	from samba.param import LoadParm
	from samba.samdb import SamDB

	smb_conf, url, parent = sys.argv[1:]
	parameters = LoadParm()
	parameters.load(smb_conf)
	directory = SamDB(url=url, session_info=system_session(), lp=parameters)
	directory.transaction_start()
	for number in range(300):
	    directory.add({"dn": f"OU=many {number},{parent}", "objectClass": "organizationalUnit"})
	directory.transaction_commit()
END
same_as_fresh 'three hundred added at once'

loads=$(ask state | grep -o ' loads=[0-9]*')
change 'somebody renamed who is not below the base' <<-END
	dn: CN=Guest,CN=Users,$SERVER_BASE
	changetype: modrdn
	newrdn: CN=Visitor
	deleteoldrdn: 1
END
tap_is "$(ask state | grep -o ' loads=[0-9]*')" "$loads" 'is nothing to read all for'
change 'the policy names memberOf' <<-END
	dn: CN=by group,OU=support,$top
	changetype: add
	objectClass: dgBinding
	dgGrantsRole: CN=clerk,OU=roles,$top
	dgMemberFilter: (memberOf=CN=outer,OU=groups,$top)
END
change 'a member more: his memberOf follows' <<-END
	dn: CN=outer,OU=groups,$top
	changetype: modify
	add: member
	member: CN=Ole,OU=staff,$top
END
tap_is "$(follow_dump | grep -ic "^cn=ole,.*|memberof.*outer")" 1 'he has it'
change 'and less' <<-END
	dn: CN=outer,OU=groups,$top
	changetype: modify
	delete: member
	member: CN=Ole,OU=staff,$top
END
tap_is "$(follow_dump | grep -ic "^cn=ole,.*|memberof.*outer")" 0 'he has it no more'
change 'the group of a memberOf renamed' <<-END
	dn: CN=inner,OU=groups,$top
	changetype: modrdn
	newrdn: CN=core
	deleteoldrdn: 1
END
[ "$(ask age)" -lt 3000 ]
tap_ok $? 'that nothing changed is proven'

server_kill
tap_is "$(ask until 5000 s0:lost)" ok 'a killed server is noticed'
server_restart
tap_is "$(ask until 30000 s0:following)" ok 'it comes back'
same_as_fresh 'after a kill'
tap_is "$(ask state | grep -o 'repaired=[0-9]* rejected=[0-9]*')" 'repaired=0 rejected=0' 'nothing was repaired, nothing rejected'

# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options) -S -A 1
ask complete 10000 >/dev/null
tap_is "$(ask until 10000 loads=3)" ok 'when a connection is old everything is read again, on a new one'
change 'a change on a new connection' <<-END
	dn: CN=agent,OU=roles,$top
	changetype: modify
	add: dgPermission
	dgPermission: settings.write
END
tap_is "$(ask state | grep -o 's0:[a-z]*\|reconnects=[0-9]*' | tr '\n' ' ')" 's0:following reconnects=0 ' 'which is no loss'
tap_done
