#!/bin/bash
# The ways to bind to a 389 Directory Server.
set -u
. tests/scenario/binds_lib.sh
tap_need 389ds
trap '[ ! -e "$dir/389/kind" ] || server_kill "$dir/389"; rm -rf "$dir"' EXIT

ds389_start "$dir/389" -b o=acme -l "$dir/policy.ldif" -t || exit 1
ca="ca: $SERVER_CA"
simple="dn: \"$SERVER_GATEWAY\", password_file:"
says ok 'simple' "$SERVER_URI" "$simple password"
says ok 'simple, ldaps' "$SERVER_LDAPS" "$simple password" "$ca"
says ok 'simple, StartTLS' "$SERVER_URI" "$simple password" "$ca, starttls: yes"
says 'Invalid credentials (49); check the bind DN' 'a wrong password' "$SERVER_LDAPS" "$simple mistaken" "$ca"
says 'is its authority in ca_file' 'an authority that the system does not know' "$SERVER_LDAPS" "$simple password"
says ok 'EXTERNAL on a local socket' "$SERVER_LDAPI" 'mech: EXTERNAL'

# SCRAM needs the password as it is, and a name to find its entry by.
server_modify >/dev/null <<-END
	dn: cn=config
	changetype: modify
	replace: passwordStorageScheme
	passwordStorageScheme: CLEAR

	dn: cn=gateway by scram,cn=mapping,cn=sasl,cn=config
	changetype: add
	objectClass: nsSaslMapping
	cn: gateway by scram
	nsSaslMapRegexString: ^gateway$
	nsSaslMapBaseDNTemplate: $SERVER_GATEWAY
	nsSaslMapFilterTemplate: (objectClass=*)
	nsSaslMapPriority: 1

	dn: $SERVER_GATEWAY
	changetype: modify
	replace: userPassword
	userPassword: secret
END
scram='mech: SCRAM-SHA-256, user: gateway, password_file:'
says ok 'SCRAM-SHA-256 in TLS' "$SERVER_LDAPS" "$scram password" "$ca"
says ok 'SCRAM-SHA-256 in StartTLS' "$SERVER_URI" "$scram password" "$ca, starttls: yes"
says 'check the bind DN' 'SCRAM-SHA-256 with a wrong password' "$SERVER_LDAPS" "$scram mistaken" "$ca"
tap_done
