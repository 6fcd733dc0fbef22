#!/bin/bash
# Attributes that the policy names are read, before the policy that names them is published; sources side by side; TLS;
# and how soon a change is seen.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need slapd

scenario_server one -t -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options)
tap_is "$(ask complete 10000)" ok 'read whole'
tap_is "$(follow_dump | grep -c employeetype)" 0 'an attribute that nobody names is not read'
server_modify >/dev/null <<-END
	dn: cn=day,ou=support,o=acme
	changetype: modify
	add: dgMemberFilter
	dgMemberFilter: (employeeType=staff)
END
tap_is "$(follow_catch_up)" reached 'a filter that names one'
tap_is "$(follow_dump | grep '|employeetype=' | sed 's/,.*|/ /')" 'uid=lena employeetype=staff
uid=ole employeetype=guest' 'was published together with it'
tap_is "$(ask state | grep -o 'loads=2 reconnects=0')" 'loads=2 reconnects=0' 'after one more reading, beside'
same_as_fresh 'with the attribute'
server_modify >/dev/null <<-END
	dn: uid=mia,ou=people,o=acme
	changetype: modify
	add: employeeType
	employeeType: staff
END
same_as_fresh 'and it is followed'
# --- policy in files, people in the directory ---
mkdir "$scratch/policy"
policy() {
	sed "s/^dgMemberFilter: .*/dgMemberFilter: $1/" >"$scratch/policy/.new" <<-END
		dn: o=site
		objectClass: organization
		objectClass: dgOrganization
		o: site
		dgPeopleBase: ou=people,o=acme

		dn: ou=w,o=site
		objectClass: organizationalUnit
		objectClass: dgWorkspace
		ou: w

		dn: cn=r,o=site
		objectClass: dgRole
		cn: r

		dn: cn=b,ou=w,o=site
		objectClass: dgBinding
		cn: b
		dgGrantsRole: cn=r,o=site
		dgMemberFilter: x
	END
	mv "$scratch/policy/.new" "$scratch/policy/a.ldif"
}
policy '(cn=Mia)'
# shellcheck disable=SC2046
follow_start $(gateway_options) -l "$scratch/policy"
tap_is "$(ask complete 10000)" ok 'two sources'
tap_is "$(ask state | grep -o 's0:following.*loads=1 ' | tail -c 9)" 'loads=1 ' 'what its own policy names is read at once'
tap_is "$(ask entry cn=b,ou=w,o=site) $(ask entry uid=mia,ou=people,o=acme)" 'entry entry' 'are one index'
policy '(title=boss)'
server_modify >/dev/null <<-END
	dn: uid=mia,ou=people,o=acme
	changetype: modify
	add: title
	title: boss
END
tap_is "$(ask until 5000 'loads=2 reconnects=0 references=0 held_back=0 repaired=0 rejected=0 ')" ok \
	'the file names another attribute: the directory is read again'
follow_catch_up >/dev/null
tap_is "$(follow_dump | grep -c 'title=boss')" 2 'with it'
echo broken >"$scratch/policy/b.ldif"
tap_is "$(ask until 5000 s1:lost)" ok 'a broken file is noticed'
tap_is "$(ask error 1 | grep -o 'b.ldif:1: .*no colon')" 'b.ldif:1: "broken": no colon' 'and its place named'
tap_is "$(ask entry cn=b,ou=w,o=site)" entry 'the old entries stay'
rm "$scratch/policy/b.ldif"
tap_is "$(ask until 5000 s1:following)" ok 'mended'
tap_is "$(ask wait "$(ask token)")" reached 'a token of two sources'

# --- how soon a change is seen ---
follow_start -H "$SERVER_URI" -b o=acme -D "$SERVER_ADMIN" -y "$scratch/password"
ask complete 10000 >/dev/null
latency=$(ask latency 200 cn=agent,ou=roles,o=acme)
echo "# from the server's answer to the change being published: median, 99th percentile, maximum: $latency us"
[ "${latency%% *}" -lt 5000 ]
tap_ok $? 'a change is seen within 5 ms'

# --- TLS ---
with_tls() {
	local name=$1 uri=$2 words=$3
	shift 3
	follow_start -H "$uri" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/password" "$@"
	ask complete 10000 >"$scratch/answer"
	grep -qF -- "$words" "$scratch/answer"
	tap_ok $? "$name"
	grep -qF -- "$words" "$scratch/answer" || sed 's/^/# /' "$scratch/answer"
}
with_tls 'ldaps' "$SERVER_LDAPS" ok -Z -C "$SERVER_CA"
with_tls 'StartTLS' "$SERVER_URI" ok -Z -C "$SERVER_CA"
with_tls 'an authority that is not ours' "$SERVER_LDAPS" 'is its authority in ca_file' -Z
with_tls 'StartTLS likewise' "$SERVER_URI" 'StartTLS: Connect error' -Z
with_tls 'an authority file that is not there' "$SERVER_LDAPS" 'ca_file /nonexistent' -Z -C /nonexistent
follow_start -H "$SERVER_LDAPI" -b o=acme -X EXTERNAL
tap_is "$(ask complete 10000)" ok 'a local socket with EXTERNAL'
tap_done
