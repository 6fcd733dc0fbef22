#!/bin/bash
# No password goes to a server that did not prove who it is, or over a line that others can read, whatever certificate it has,
# whatever it answers, and whatever the environment says.
set -u
. tests/scenario/binds_lib.sh
tap_need slapd
liar_need

slapd_start "$dir/slapd" -b o=acme -l "$dir/policy.ldif" -a "$dir/access" -t || exit 1
tls=$dir/slapd/tls
ca="ca: $SERVER_CA"
simple="dn: \"$SERVER_GATEWAY\", password_file: password"

trap 'liar_end; cleanup' EXIT

# keeps WORDS NAME URI TLS: it fails with the words, and the liar was not told the password
keeps() {
	says "$1" "$2" "$3" "$simple" "$4"
	! grep -qa secret "$told"
	tap_ok $? "$2: the password is kept"
}
# tells NAME URI TLS: the liar is told it, so that what it is not told means something
tells() {
	says wrong "$1" "$2" "$simple" "$3"
	grep -qa secret "$told"
	tap_ok $? "$1: told"
}

# ---- certificates ----

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=127.0.0.1 \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$tls/self.key" -out "$tls/self.crt" 2>/dev/null
server_certificate "$tls" address /CN=other.example subjectAltName=IP:127.0.0.1 serverAuth
server_certificate "$tls" elsewhere /CN=127.0.0.1 subjectAltName=IP:127.0.0.3,DNS:other.example serverAuth
server_certificate "$tls" revoked /CN=localhost subjectAltName=IP:127.0.0.1 serverAuth
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -keyout "$tls/ended.key" 2>/dev/null |
	openssl x509 -req -CA "$tls/ca.crt" -CAkey "$tls/ca.key" -CAcreateserial -days -1 -out "$tls/ended.crt" \
		-extfile <(echo subjectAltName=IP:127.0.0.1) 2>/dev/null
server_ca "$dir/other"
cp "$dir/other/server.crt" "$tls/stranger.crt"
cp "$dir/other/server.key" "$tls/stranger.key"

says ok 'a good certificate' "$SERVER_LDAPS" "$simple" "$ca"
liar tls address
tells 'one for an address' "ldaps://127.0.0.1:$port" "$ca"
for how in 'wrong one for another host' 'elsewhere one for another host, whose CN is this one' \
	'ended one that has ended' 'self one that is its own authority' 'stranger one of another authority'; do
	liar tls "${how%% *}"
	keeps 'is its authority in ca_file' "${how#* }" "ldaps://127.0.0.1:$port" "$ca"
done
liar tls
keeps 'is its authority in ca_file' 'an authority that the system does not know' "ldaps://127.0.0.1:$port" ''
tells 'verify: no' "ldaps://127.0.0.1:$port" 'verify: no'
liar tls1.1
keeps 'the server speaks TLS1.1' 'TLS 1.1' "ldaps://127.0.0.1:$port" "$ca"
says 'is its authority in ca_file' 'an authority that is no certificate' "$SERVER_LDAPS" "$simple" "ca: $dir/password"
says 'No such file' 'no authority' "$SERVER_LDAPS" "$simple" "ca: $dir/nowhere"

cat >"$dir/ca.conf" <<-END
	[ca]
	default_ca = all
	[all]
	database = $dir/index
	crlnumber = $dir/number
	default_md = sha256
	default_crl_days = 30
END
: >"$dir/index" && echo 01 >"$dir/number"
authority() { openssl ca -config "$dir/ca.conf" -cert "$tls/ca.crt" -keyfile "$tls/ca.key" "$@" 2>>"$dir/ca.log"; }
authority -revoke "$tls/revoked.crt" && authority -gencrl -out "$dir/revoked.crl"
liar tls revoked
keeps 'is its authority in ca_file' 'a revoked certificate' "ldaps://127.0.0.1:$port" "$ca, crl: $dir/revoked.crl"
says ok 'another, that is not revoked' "$SERVER_LDAPS" "$simple" "$ca, crl: $dir/revoked.crl"

# ---- StartTLS ----

for mode in clear pretend inject; do
	liar $mode
	keeps 'StartTLS' "StartTLS, $mode" "ldap://127.0.0.1:$port" "$ca, starttls: yes"
	keeps 'StartTLS' "StartTLS by itself at another machine, $mode" "ldap://127.0.0.2:$port" "$ca"
	keeps 'StartTLS' "… even without verification, $mode" "ldap://127.0.0.2:$port" 'verify: no'
done
tells 'starttls: no, by name' "ldap://127.0.0.2:$port" 'starttls: no'
liar clear
"$BUILD/dirgate" users -H "ldap://127.0.0.2:$port" -b o=acme -D "$SERVER_GATEWAY" -y "$dir/password" >"$dir/out" 2>&1
grep -q StartTLS "$dir/out" && ! grep -qa secret "$told"
tap_ok $? 'dirgate does not tell another machine either'
says 'give each one by itself' 'two addresses that look like one' "ldap://127.0.0.1:$port ldap://127.0.0.2:$port" "$simple"
says 'give each one by itself' 'two with a comma' "ldap://127.0.0.1:$port,ldap://127.0.0.2:$port" "$simple"

# ---- the environment ----

mkdir "$dir/home" "$dir/authorities"
cp "$dir/other/ca.crt" "$dir/authorities/"
cat >"$dir/home/.ldaprc" <<-END
	TLS_REQCERT never
	TLS_REQSAN never
	TLS_CACERTDIR $dir/authorities
	TLS_CIPHER_SUITE NORMAL:+VERS-TLS1.1
	TLS_PROTOCOL_MIN 3.1
	SASL_SECPROPS none,minssf=0,maxssf=0
	REFERRALS on
END
export HOME=$dir/home
for file in "$dir/home/.ldaprc" "$dir/home/ldap.conf"; do
	unset LDAPCONF
	[ "$file" = "$HOME/.ldaprc" ] || { mv "$HOME/.ldaprc" "$file" && export LDAPCONF=$file; }
	liar tls stranger
	ldapsearch -x -H "ldaps://127.0.0.1:$port" -D cn=x -w secret -o nettimeout=1 -l 1 -s base >/dev/null 2>&1 &
	client=$!
	tap_run "${file##*/}: others tell" eventually grep -qa secret "$told"
	kill "$client" 2>/dev/null
	: >"$told"
	keeps 'is its authority in ca_file' "${file##*/}" "ldaps://127.0.0.1:$port" "$ca"
	liar tls1.1
	keeps 'the server speaks TLS1.1' "${file##*/}: TLS 1.1" "ldaps://127.0.0.1:$port" "$ca"
done
unset LDAPCONF
liar tls stranger
LDAPTLS_REQCERT=never LDAPTLS_CACERTDIR=$dir/authorities keeps 'is its authority in ca_file' \
	'LDAPTLS_REQCERT' "ldaps://127.0.0.1:$port" "$ca"
LDAPTLS_CACERTDIR=$dir/authorities LDAPTLS_CACERT=$dir/other/ca.crt keeps 'is its authority in ca_file' \
	'LDAPTLS_CACERT, where the system decides' "ldaps://127.0.0.1:$port" ''
LDAPTLS_CERT=$tls/client.crt LDAPTLS_KEY=$tls/client.key says ok 'LDAPTLS_CERT is nothing to us' "$SERVER_LDAPS" "$simple" "$ca"

# ---- password files ----

for how in '0604 chmod o=' '0640 ok' '0600 ok'; do
	(umask 077 && echo secret >"$dir/mode")
	chmod "${how%% *}" "$dir/mode"
	says "${how#* }" "a password file of mode ${how%% *}" "$SERVER_LDAPS" "dn: \"$SERVER_GATEWAY\", password_file: mode" "$ca"
done
password() { # NAME WORDS CONTENT
	printf %b "$3" >"$dir/mode"
	says "$2" "a password file: $1" "$SERVER_LDAPS" "dn: \"$SERVER_GATEWAY\", password_file: mode" "$ca"
}
password 'without a newline' ok secret
password 'with that of Windows' ok 'secret\r\n'
password 'empty' 'the password is empty' ''
password 'only a newline' 'the password is empty' '\n'
password 'two lines' 'not one line' 'secret\nmore\n'
password 'too long' 'not one line' "$(printf '%01100d' 0)"

# ---- referrals ----

liar refer
says 'referrals are not followed' 'a bind that is referred' "ldap://127.0.0.1:$port" "$simple"
tap_is "$(grep -ao secret "$told" | wc -l)" 1 'the password goes no further'
tap_done
