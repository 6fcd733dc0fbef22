#!/bin/bash
# The gateway on several sources by suffix: people and groups in a server that is polled, the policy in files; then the
# policy in another server that is followed. Bindings lead across by DN.
set -u
. tests/scenario/daemon_lib.sh
tap_need slapd

awk -v RS= '/\ndn: uid=|^dn: uid=/ { print > people; printf "\n" > people; next } !/^version/ { print > rest; printf "\n" > rest }' \
	people="$dir/uid.ldif" rest="$dir/rest.ldif" "$policy"
# People are below o=people, all else stays.
{
	printf '%s\n' 'dn: o=people' 'objectClass: organization' 'o: people' '' 'dn: cn=staff,o=people' 'objectClass: groupOfNames' \
		'cn: staff' 'member: uid=bob,o=people' ''
	sed 's/,o=acme$/,o=people/' "$dir/uid.ldif"
} >"$dir/people.ldif"
{
	sed '/^member: /s/,o=acme$/,o=people/' "$dir/rest.ldif"
	printf '%s\n' 'dn: cn=staff-read,ou=red,o=acme' 'objectClass: dgBinding' 'cn: staff-read' 'dgGrantsRole: cn=reader,o=acme' \
		'member: cn=staff,o=people' ''
} >"$dir/policy.ldif"

slapd_start "$dir/slapd" -N -n -b o=people -l "$dir/people.ldif"
(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
people=$dir/slapd
configure() { # the second source, on standard input
	cat - >"$dir/dirgate.yaml" <<-END
		sources:
		  - name: people
		    kind: poll
		    uri: $SERVER_URI
		    base: o=people
		    policy: no
		    interval: 200ms
		    ids_interval: 500ms
		    overlap: 1s
		    bind: { dn: "$SERVER_GATEWAY", password_file: password }
	END
	cat >>"$dir/dirgate.yaml"
	printf '%s\n' 'listen:' '  - address: 127.0.0.1:0' 'max_staleness: 5s' >>"$dir/dirgate.yaml"
}

# across NAME: what both sources together decide, and how it changes with the people.
across() {
	tap_run "$1: ready" eventually ready
	tap_is "$(ask ada docs.read red)" true "$1: a person of the other source, named by the binding"
	tap_is "$(ask bob docs.read red)" true "$1: a member of a group there"
	server_use "$people"
	printf '%s\n' 'dn: cn=staff,o=people' 'changetype: modify' 'replace: member' 'member: uid=ada,o=people' | server_modify >/dev/null
	tap_run "$1: not a member any more" eventually answers false bob docs.read red
	server_delete uid=ada,o=people
	tap_run "$1: deleted" eventually answers false ada docs.read red
	server_add <"$dir/ada.ldif" >/dev/null
	printf '%s\n' 'dn: cn=staff,o=people' 'changetype: modify' 'replace: member' 'member: uid=bob,o=people' | server_modify >/dev/null
	tap_run "$1: there again" eventually answers true ada docs.read red
	tap_run "$1: a member again" eventually answers true bob docs.read red
}
awk -v RS= -v ORS='\n\n' '/^dn: uid=ada/' "$dir/people.ldif" >"$dir/ada.ldif"

configure <<-END
	  - name: policy
	    ldif: policy.ldif
END
gateway_start --config "$dir/dirgate.yaml"
across 'policy in files'
tap_is "$(curl -s "$url/readyz" | jq -c '[.sources[].kind]')" '["poll","ldif"]' 'the kinds are shown'

# --- the people's server is away for longer than what is known may be old ---
server_kill "$people"
tap_run 'without the people nothing is decided' eventually answers '503 stale' ada docs.read red
server_restart "$people"
tap_run 'until they are back' eventually answers true ada docs.read red
gateway_stop

server_use "$people"
configure <<-END
	  - name: policy
	    uri: $(slapd_start "$dir/other" -b o=acme -l "$dir/policy.ldif" >/dev/null && echo "$SERVER_URI")
	    base: o=acme
	    bind: { dn: "$SERVER_GATEWAY", password_file: password }
END
gateway_start --config "$dir/dirgate.yaml"
across 'policy in another server'
tap_is "$(curl -s "$url/readyz" | jq -c '[.sources[].kind]')" '["poll","content-sync"]' 'the kinds are shown'
gateway_stop
tap_done
