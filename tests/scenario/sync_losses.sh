#!/bin/bash
# What an index does when its OpenLDAP server fails: killed, hung, limited, changed while nobody followed, emptied.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need slapd

scenario_server one -b o=acme -l tests/scenario/sync.ldif -d "limits dn.exact=cn=few,ou=services size=3"
for ((i = 0; i < 200; i++)); do
	printf '%s\n' "dn: uid=p$i,ou=people,o=acme" 'objectClass: inetOrgPerson' "uid: p$i" "cn: P $i" 'sn: P' ''
done | server_add >/dev/null
# shellcheck disable=SC2046 # a list of options
follow_start $(gateway_options)
tap_is "$(ask complete 10000)" ok 'read whole'

# --- killed, changed, started again ---
server_kill
tap_is "$(ask until 3000 s0:lost)" ok 'a killed server is noticed'
tap_is "$(ask entry uid=lena,ou=berlin,ou=people,o=acme)" entry 'the index stays'
slapadd_options=(-f "$SERVER_DIR/slapd.conf" -b o=acme)
sleep 0.3
[ "$(ask age)" -ge 300 ]
tap_ok $? 'its age grows'
/usr/sbin/slapadd "${slapadd_options[@]}" <<-END
	dn: uid=new,ou=people,o=acme
	objectClass: inetOrgPerson
	uid: new
	cn: New
	sn: N
END
server_restart
tap_is "$(ask until 15000 's0:following entries=217')" ok 'it comes back'
tap_is "$(ask entry uid=new,ou=people,o=acme)" entry 'with what changed meanwhile'
same_as_fresh 'after a kill'
[ "$(ask age)" -lt 2500 ]
tap_ok $? 'and is fresh again'

# --- deletes made while the gateway is cut off: stop it, delete, kill the server, start ---
kill -STOP "$follow_pid"
server_delete uid=lena,ou=berlin,ou=people,o=acme
server_kill
server_restart
server_modify >/dev/null <<-END
	dn: uid=mia,ou=people,o=acme
	changetype: modify
	replace: cn
	cn: Other
END
kill -CONT "$follow_pid"
tap_is "$(ask until 15000 'loads=3')" ok 'it comes back again'
tap_is "$(ask entry uid=lena,ou=berlin,ou=people,o=acme)" node 'a delete that was never told is seen'
same_as_fresh 'after a delete that was never told'

# --- hung ---
kill -STOP "$SERVER_PID"
tap_is "$(ask until 5000 s0:lost)" ok 'a hung server is noticed by the heartbeat'
tap_is "$(ask error 0 | grep -o 'it hangs')" 'it hangs' 'and named so'
kill -CONT "$SERVER_PID"
tap_is "$(ask until 20000 s0:following)" ok 'it is followed when it goes on'
same_as_fresh 'after it hung'

# --- so much is gone that it has to be confirmed ---
follow_end
# shellcheck disable=SC2046
follow_start $(gateway_options) -r 2
ask complete 10000 >/dev/null
kill -STOP "$follow_pid"
for ((i = 0; i < 150; i++)); do echo "uid=p$i,ou=people,o=acme"; done | xargs -d '\n' -n 50 bash -c '
	. tests/servers/lib.sh && server_use "$0" && server_delete "$@"' "$SERVER_DIR"
server_kill
server_restart
kill -CONT "$follow_pid"
tap_is "$(ask until 15000 held_back=1)" ok 'a read that would remove three quarters is held back'
tap_is "$(ask until 15000 'entries=66')" ok 'and believed when the second one says the same'
same_as_fresh 'after many deletes'

# --- reconcile: what the server never told ---
loads=$(ask state | sed 's/.*loads=\([0-9]*\).*/\1/')
tap_is "$(ask until 10000 "loads=$((loads + 1))")" ok 'it is read whole from time to time, beside'
tap_is "$(ask state | grep -o 'following.*reconnects=1.*repaired=0' | sed 's/ .*reco/ reco/;s/ref.*rep/rep/')" \
	'following reconnects=1 repaired=0' 'without losing the connection, and nothing was to repair'
follow_end

# --- sources that cannot be loaded ---
fails() {
	local name=$1 words=$2
	shift 2
	follow_start "$@"
	ask complete 10000 >"$scratch/answer"
	grep -qF -- "$words" "$scratch/answer"
	tap_ok $? "$name"
	grep -qF -- "$words" "$scratch/answer" || sed 's/^/# /' "$scratch/answer"
	tap_is "$(ask state | grep -o '^[a-z]*')" incomplete "$name: nothing is published"
}
printf 'dn: cn=few,ou=services\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: few\nuserPassword: secret\n' |
	server_add >/dev/null
fails 'a size limit' 'Size limit exceeded' -H "$SERVER_URI" -b o=acme -D cn=few,ou=services -y "$scratch/password"
(umask 077 && echo wrong >"$scratch/wrong" && : >"$scratch/empty")
fails 'a wrong password' 'Invalid credentials' -H "$SERVER_URI" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/wrong"
fails 'an empty password' 'the password is empty' -H "$SERVER_URI" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/empty"
(umask 022 && cat "$scratch/password" >"$scratch/open")
fails 'a password that others can read' 'chmod o=' -H "$SERVER_URI" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/open"
fails 'a base that is not there' 'No such object' -H "$SERVER_URI" -b ou=x,o=acme -D "$SERVER_GATEWAY" -y "$scratch/password"
fails 'a base without policy' 'none of the classes' \
	-H "$SERVER_URI" -b ou=groups,o=acme -D "$SERVER_GATEWAY" -y "$scratch/password"
fails 'nobody there' "Can't contact LDAP server" -H ldap://127.0.0.1:1 -b o=acme
# shellcheck disable=SC2046
follow_start -H "ldap://127.0.0.1:1 $SERVER_URI" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/password"
tap_is "$(ask complete 10000)" ok 'the second of two addresses'

printf 'access to attrs=userPassword by * auth\naccess to * by dn.exact=%s none by * read\n' "$SERVER_GATEWAY" >"$scratch/none"
scenario_server unreadable -b o=acme -l tests/scenario/sync.ldif -a "$scratch/none"
# shellcheck disable=SC2046
fails 'rights that are missing' 'No such object' $(gateway_options)
printf 'access to attrs=userPassword by * auth\naccess to dn.base=o=acme by * read\naccess to * by dn.exact=%s none by * read\n' \
	"$SERVER_GATEWAY" >"$scratch/some"
sed 's/^objectClass: dgOrganization$/description: none/' tests/scenario/sync.ldif >"$scratch/none.ldif"
scenario_server base-only -b o=acme -l "$scratch/none.ldif" -a "$scratch/some"
# shellcheck disable=SC2046
fails 'rights on the base alone' 'none of the classes' $(gateway_options)
scenario_server no-sync -N -b o=acme -l tests/scenario/sync.ldif
# shellcheck disable=SC2046
fails 'no content synchronization' 'syncprov' $(gateway_options)
grep -v '^dg\|: dg' tests/scenario/sync.ldif | sed '/^dn: cn=agent/,/^$/d; /^dn: cn=day/,/^$/d' >"$scratch/people.ldif"
scenario_server no-schema -n -b o=acme -l "$scratch/people.ldif"
# shellcheck disable=SC2046
fails 'no schema' 'does not know the schema' $(gateway_options)
# shellcheck disable=SC2046
follow_start $(gateway_options) -P
tap_is "$(ask complete 10000)" ok 'no schema, but people and groups only'
tap_is "$(ask entry uid=mia,ou=people,o=acme)" entry 'who are there'
tap_done
