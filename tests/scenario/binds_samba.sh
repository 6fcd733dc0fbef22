#!/bin/bash
# The ways to bind to an Active Directory domain controller (Samba), which has a Kerberos realm of its own. It has no policy
# here, and not even the schema: the gateway says so, once it is let in and can look.
set -u
. tests/scenario/binds_lib.sh
tap_need samba
tap_need kdc # the client's side of it
trap '[ ! -e "$dir/samba/kind" ] || server_kill "$dir/samba"; rm -rf "$dir"' EXIT
let_in='does not know the schema of dirgate'

samba_start "$dir/samba" -n || exit 1
inside=(server_inside)
smb() { samba-tool "$@" -s "$dir/samba/smb.conf" >>"$dir/samba-tool.log" 2>&1; }
(umask 077 && echo "$SERVER_PASSWORD" >"$dir/password")
smb spn add ldap/localhost 'DC1$' -H "$dir/samba/ad/private/sam.ldb"
smb domain exportkeytab "$dir/gateway.keytab" --principal=gateway@AD.EXAMPLE.TEST
cat >"$dir/krb5.conf" <<-END
	[libdefaults]
	default_realm = AD.EXAMPLE.TEST
	dns_lookup_kdc = false
	dns_canonicalize_hostname = false
	rdns = false
	[realms]
	AD.EXAMPLE.TEST = {
		kdc = 127.0.0.1
	}
	[domain_realm]
	localhost = AD.EXAMPLE.TEST
END
unset KRB5CCNAME KRB5_CLIENT_KTNAME
export KRB5_CONFIG=$dir/krb5.conf

ca="ca: $SERVER_CA"
simple="dn: \"$SERVER_GATEWAY\", password_file:"
says "$let_in" 'simple, ldaps' "$SERVER_LDAPS" "$simple password" "$ca"
says "$let_in" 'simple, StartTLS' ldap://127.0.0.1 "$simple password" "$ca, starttls: yes"
says 'Invalid credentials' 'a wrong password' "$SERVER_LDAPS" "$simple mistaken" "$ca"
gssapi="mech: GSSAPI, keytab: $dir/gateway.keytab"
says "$let_in" 'GSSAPI' ldap://localhost "$gssapi"
says "$let_in" 'GSSAPI in TLS' ldaps://localhost "$gssapi" "$ca"
says "$let_in" 'GSSAPI in StartTLS' ldap://localhost "$gssapi" "$ca, starttls: yes"
smb user setpassword gateway --newpassword=Passw0rd.other -H "$dir/samba/ad/private/sam.ldb"
says 'write the keytab anew' 'GSSAPI with a keytab that is out of date' ldap://localhost "$gssapi"
tap_done
