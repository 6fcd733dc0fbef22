# Every kind of change of the directory in sync.ldif, each followed by a comparison (follow.sh: same_as_fresh). Bash; source it
# once an index follows that directory.

change() {
	local name=$1
	server_modify >"$scratch/modify.log" 2>&1 || sed 's/^/# /' "$scratch/modify.log"
	same_as_fresh "$name"
}

change 'a person added' <<-END
	dn: uid=gone,ou=people,o=acme
	changetype: add
	objectClass: inetOrgPerson
	uid: gone
	cn: Gone
	sn: G
END
tap_is "$(ask entry uid=gone,ou=people,o=acme)" entry 'who was only a member is a person now'
change 'a value changed' <<-END
	dn: cn=agent,ou=roles,o=acme
	changetype: modify
	add: dgPermission
	dgPermission: settings.read
END
change 'a member added and one removed' <<-END
	dn: cn=outer,ou=groups,o=acme
	changetype: modify
	add: member
	member: uid=ole,ou=berlin,ou=people,o=acme
	-
	delete: member
	member: uid=gone,ou=people,o=acme
END
change 'a leaf renamed' <<-END
	dn: uid=ole,ou=berlin,ou=people,o=acme
	changetype: modrdn
	newrdn: uid=olaf
	deleteoldrdn: 1
END
change 'a leaf moved' <<-END
	dn: uid=olaf,ou=berlin,ou=people,o=acme
	changetype: modrdn
	newrdn: uid=olaf
	deleteoldrdn: 1
	newsuperior: ou=people,o=acme
END
change 'a subtree renamed' <<-END
	dn: ou=people,o=acme
	changetype: modrdn
	newrdn: ou=staff
	deleteoldrdn: 1
END
tap_is "$(ask entry uid=lena,ou=berlin,ou=staff,o=acme)" entry 'who is two below the renamed entry has moved along'
change 'a subtree moved below another' <<-END
	dn: ou=berlin,ou=staff,o=acme
	changetype: modrdn
	newrdn: ou=Berlin
	deleteoldrdn: 1
	newsuperior: ou=groups,o=acme
END
change 'an entry that means nothing itself, but holds somebody, renamed' <<-END
	dn: cn=kiosk,ou=printers,o=acme
	changetype: modrdn
	newrdn: cn=desk
	deleteoldrdn: 1
END
tap_is "$(ask entry uid=ada,cn=desk,ou=printers,o=acme)" entry 'who is below it has moved along'
change 'two entries that change places' <<-END
	dn: uid=mia,ou=staff,o=acme
	changetype: modrdn
	newrdn: uid=x
	deleteoldrdn: 1

	dn: uid=olaf,ou=staff,o=acme
	changetype: modrdn
	newrdn: uid=mia
	deleteoldrdn: 1

	dn: uid=x,ou=staff,o=acme
	changetype: modrdn
	newrdn: uid=olaf
	deleteoldrdn: 1
END
change 'a name in another case' <<-END
	dn: uid=mia,ou=staff,o=acme
	changetype: modrdn
	newrdn: uid=MIA
	deleteoldrdn: 1
END
change 'a class that leaves the filter' <<-END
	dn: ou=support,o=acme
	changetype: modify
	delete: objectClass
	objectClass: dgWorkspace
END
change 'a class that enters it' <<-END
	dn: cn=laser,ou=printers,o=acme
	changetype: modify
	add: objectClass
	objectClass: dgKnownResource
	-
	add: dgResourceType
	dgResourceType: printer
END
change 'a person deleted, the groups still name him' <<-END
	dn: uid=gone,ou=staff,o=acme
	changetype: delete
END
change 'deleted and added again at the same name' <<-END
	dn: uid=MIA,ou=staff,o=acme
	changetype: delete

	dn: uid=mia,ou=staff,o=acme
	changetype: add
	objectClass: inetOrgPerson
	uid: mia
	cn: Another
	sn: A
END
for ((i = 0; i < 60; i++)); do
	echo "dn: uid=u$i,ou=staff,o=acme"
	printf '%s\n' 'changetype: add' 'objectClass: inetOrgPerson' "uid: u$i" "cn: U $i" 'sn: U' ''
	echo "dn: cn=outer,ou=groups,o=acme"
	printf '%s\n' 'changetype: modify' 'add: member' "member: uid=u$i,ou=staff,o=acme" ''
	[ $((i % 3)) -gt 0 ] || printf '%s\n' "dn: uid=u$i,ou=staff,o=acme" 'changetype: delete' ''
done >"$scratch/many.ldif"
change 'many changes in a row' <"$scratch/many.ldif"
