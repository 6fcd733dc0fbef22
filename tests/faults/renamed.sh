#!/bin/bash
# Containers are renamed under load: of the workspaces, of the groups, of the people. The directory sends one message for each.
set -u
. tests/faults/lib.sh

# rename CONTAINER NAME
rename() { server_rename -r "$1,o=acme" "$2"; }
rename_places() { rename ou=places ou=rooms && tell holder 0 cn=readers,ou=red,ou=rooms,o=acme; }
rename_groups() { rename "$1" "$2" && tell holder 1 "cn=team,$2,o=acme"; }

story 'subtrees are renamed'
directory
gateway
witness

becomes written rename_places
goes_on
becomes direct rename_groups ou=groups ou=teams # the binding names the group by its old name
expect_right
becomes written rename_groups ou=teams ou=groups
goes_on
becomes nobody rename ou=people ou=staff
expect_right
becomes written rename ou=staff ou=people
the_end
