#!/bin/bash
# Rights are taken from the gateway while it follows: to see the groups, to see members, to see anything. The directory tells nobody
# of that, and goes on to be changed; only reading all again finds what became hidden, so a site that takes rights away wants
# `reconcile` to be shorter than `max_staleness`.
set -u
. tests/faults/lib.sh

# hide WHAT: an access rule's words for what the gateway must not see any more
hide() {
	{
		printf 'dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nreplace: olcAccess\n'
		printf 'olcAccess: to attrs=userPassword by * auth\n'
		[ "$1" = nothing ] || printf 'olcAccess: to %s by dn.exact=%s none by * read\n' "$1" "$SERVER_GATEWAY"
		printf 'olcAccess: to * by * read\n'
	} | ldapmodify -Q -Y EXTERNAL -H "$SERVER_LDAPI" >/dev/null
}

story 'rights are lost'
directory slapd -c
gateway 'reconcile: 1s'
witness

for what in dn.subtree=ou=groups,o=acme attrs=member dn.subtree=o=acme; do
	echo "# $what is hidden"
	tell blind
	hide "$what"
	goes_on
	goes_on
	hide nothing
	expect_right
	tell sighted
done
the_end
