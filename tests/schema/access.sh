#!/bin/bash
# schema/openldap/access.conf and overlays.conf: what the gateway, an editor, a person and nobody may do.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"
tap_need slapd

work=$(mktemp -d)
trap 'server_stop "$work/slapd"; rm -rf "$work"' EXIT
rules=$project_dir/schema/openldap
slapd_start "$work/slapd" -N -a "$rules/access.conf" -g "moduleload unique" -d "include $rules/overlays.conf" \
	-d "sizelimit 3" || exit 1
base=$SERVER_BASE
. "$project_dir/tests/schema/checks.sh"

{
	entries_write organization groupOfNames
	cat <<-END

		dn: ou=services,o=acme
		changetype: add
		objectClass: organizationalUnit
		ou: services

		dn: cn=gateway,ou=services,o=acme
		changetype: add
		objectClass: organizationalRole
		objectClass: simpleSecurityObject
		cn: gateway
		userPassword: secret

		dn: cn=edith,ou=people,o=acme
		changetype: add
		objectClass: inetOrgPerson
		cn: edith
		sn: Edith
		userPassword: secret

		dn: ou=groups,o=acme
		changetype: add
		objectClass: organizationalUnit
		ou: groups

		dn: cn=editors,ou=groups,o=acme
		changetype: add
		objectClass: groupOfNames
		cn: editors
		member: cn=edith,ou=people,o=acme

		dn: cn=lena,ou=people,o=acme
		changetype: modify
		add: userPassword
		userPassword: secret
	END
} >"$work/entries.ldif"
tap_run "the entries are there" server_modify -a -f "$work/entries.ldif"
entries=$(server_search -b "$base" 1.1 | grep -c '^dn:')

as() { SERVER_ADMIN=$1 "${@:2}"; }
gateway=cn=gateway,ou=services,o=acme
edith=cn=edith,ou=people,o=acme
lena=cn=lena,ou=people,o=acme

# reads WHO NUMBER FILTER NAME
reads() { tap_is "$(as "$1" server_search -b "$base" "$3" "${@:5}" 2>/dev/null | grep -c '^dn:')" "$2" "$4"; }
# refused|allowed WHO DN NAME LINE...
refused() {
	as "$1" change "$2" "${@:4}" >"$work/out" 2>&1
	tap_is "$?" 50 "$3"
}
allowed() { tap_run "$3" as "$1" change "$2" "${@:4}"; }

reads $gateway "$entries" "(objectClass=*)" "the gateway reads everything, past the size limit"
reads $gateway 1 "(&(objectClass=dgWorkspace)(dgTokenHash=*))" "the gateway reads the hashes of tokens"
reads $gateway 0 "(userPassword=*)" "the gateway reads no password"
tap_is "$(as $gateway server_search -b "$base" -E '!sync=ro' 1.1 | grep -c '^dn:')" "$entries" "the gateway can follow changes"
refused $gateway cn=agent,o=acme "the gateway writes nothing" "add: dgPermission" "dgPermission: *"

reads $lena 3 "(objectClass=*)" "a person has the size limit"
reads $lena 0 "(objectClass=dgInvitation)" "a person sees no invitation"
reads $lena 0 "(dgTokenHash=*)" "a person sees no hash of a token"
allowed $lena $lena "a person changes her telephone number" "add: telephoneNumber" "telephoneNumber: 42"
refused $lena $lena "a person cannot change how she is found" "replace: uid" "uid: boss"
refused $lena $lena "a person cannot change what filters read" "add: departmentNumber" "departmentNumber: 42"
refused $lena $lena "a person cannot change her status" "replace: dgStatus" "dgStatus: active"
refused $lena cn=agent,o=acme "a person cannot change a role" "add: dgPermission" "dgPermission: *"
refused $lena "cn=night shift,ou=support,o=acme" "a person cannot change a binding" "add: memberUid" "memberUid: x"
refused $lena ou=support,o=acme "an owner cannot change the workspace" "add: owner" "owner: $edith"
refused $lena cn=staff,ou=people,o=acme "a person cannot change a group" "add: member" "member: $edith"

allowed $edith cn=agent,o=acme "an editor changes a role" "add: dgPermission" "dgPermission: notes.*"
allowed $edith "cn=night shift,ou=support,o=acme" "an editor changes a binding" "add: memberUid" "memberUid: x"
tap_is "$(ldapsearch -x -H "$SERVER_URI" -LLL -b "$base" 1.1 2>/dev/null)" "" "nobody reads nothing"

as $edith server_add >/dev/null 2>&1 <<-END
	dn: ou=other,o=acme
	objectClass: organizationalUnit
	objectClass: dgWorkspace
	ou: other
	dgId: support
END
tap_is $? 19 "a second workspace of the same short name is refused"
tap_done
