#!/bin/bash
# The gateway with people and groups in Active Directory (Samba), whose kind it finds out, and the policy in an OpenLDAP server
# next to it. Bindings lead across by DN.
set -u
. tests/scenario/daemon_lib.sh
tap_need samba
tap_need slapd

# As in dirsync_samba.sh: the domain is kept until one of these files changes.
kept=$(dirname "$BUILD")/samba-$(cat schema/ad/dirgate.ldf tests/servers/samba.sh | sha256sum | cut -c 1-16)
samba_start "$dir/ad" -T "$kept"
top=OU=acme,$SERVER_BASE
server_add >/dev/null <<-END
	dn: $top
	objectClass: organizationalUnit

	dn: CN=Ada,$top
	objectClass: user
	sAMAccountName: ada
	userAccountControl: 544

	dn: CN=Bob,$top
	objectClass: user
	sAMAccountName: bob
	userAccountControl: 544

	dn: CN=staff,$top
	objectClass: group
	sAMAccountName: staff
	member: CN=Bob,$top
END
(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/ad-password")
cat >"$dir/dirgate.yaml" <<-END
	sources:
	  - name: people
	    uri: $SERVER_URI
	    base: $top
	    policy: no
	    interval: 500ms
	    bind: { dn: "$SERVER_GATEWAY", password_file: ad-password }
END

cat >"$dir/policy.ldif" <<-END
	dn: o=acme
	objectClass: organization
	objectClass: dgOrganization
	o: acme

	dn: ou=red,o=acme
	objectClass: organizationalUnit
	objectClass: dgWorkspace
	ou: red

	dn: cn=reader,o=acme
	objectClass: dgRole
	cn: reader
	dgPermission: docs.read

	dn: cn=readers,ou=red,o=acme
	objectClass: dgBinding
	cn: readers
	dgGrantsRole: cn=reader,o=acme
	member: cn=ada,ou=Acme,dc=ad, dc=example,dc=TEST
	member: CN=staff,$top
END
slapd_start "$dir/slapd" -b o=acme -l "$dir/policy.ldif"
(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
cat >>"$dir/dirgate.yaml" <<-END
	  - name: policy
	    uri: $SERVER_URI
	    base: o=acme
	    bind: { dn: "$SERVER_GATEWAY", password_file: password }
	listen:
	  - address: 127.0.0.1:0
	max_staleness: 10s
END

gateway_start --config "$dir/dirgate.yaml"
tap_run 'ready' eventually ready
tap_is "$(curl -s "$url/readyz" | jq -c '[.sources[].kind]')" '["dirsync","content-sync"]' 'what the servers were found to be'
tap_is "$(ask ada docs.read red)" true 'somebody in Active Directory, whom a binding in OpenLDAP names in another spelling'
tap_is "$(ask bob docs.read red)" true 'a member of a group there'
server_use "$dir/ad"
printf '%s\n' "dn: CN=staff,$top" 'changetype: modify' 'delete: member' "member: CN=Bob,$top" | server_modify >/dev/null
tap_run 'not a member any more' eventually answers false bob docs.read red
printf '%s\n' "dn: CN=staff,$top" 'changetype: modify' 'add: member' "member: CN=Bob,$top" | server_modify >/dev/null
tap_run 'a member again' eventually answers true bob docs.read red
server_delete "CN=Ada,$top"
tap_run 'deleted' eventually answers false ada docs.read red
server_use "$dir/slapd"
server_delete cn=readers,ou=red,o=acme
tap_run 'the binding deleted, in the other server' eventually answers false bob docs.read red
gateway_stop
tap_done
