#!/bin/bash
# Two directories that replicate each other. One dies, the other one is followed; that one dies while the first one, which has not heard
# of what was changed meanwhile, comes back.
set -u
. tests/faults/lib.sh

# mirror NAME NUMBER PORT OTHER_PORT
mirror() {
	directory "$1" -p "$3" -g "serverID $2" -d "syncrepl rid=00$2 provider=ldap://127.0.0.1:$4 searchbase=o=acme \
type=refreshAndPersist bindmethod=simple binddn=cn=gateway,ou=services credentials=secret retry=\"1 +\"" -d 'multiprovider on'
}
positions() { for at in "$first" "$second"; do (server_use "$at" && server_search -s base -b o=acme contextCSN); done | sort | uniq -u; }
replicated() { [ -z "$(positions)" ]; }
follows() { [ "$(curl -s "$url/readyz" | jq -r '.sources[0] | .state + " " + .server')" = "following $1" ]; }
behind() { [ "$(counted behind)" -gt 0 ]; }

story 'the replica is switched'
ports=("$(server_port)" "$(server_port)")
mirror first 1 "${ports[0]}" "${ports[1]}"
first=$SERVER_DIR
mirror second 2 "${ports[1]}" "${ports[0]}"
second=$SERVER_DIR
uri="[ldap://127.0.0.1:${ports[0]}, ldap://127.0.0.1:${ports[1]}]"
server_use "$first"
gateway 'behind_limit: 60s'
witness

tell pause
expect 'both have everything' replicated
server_kill "$first"
expect 'the other one is followed' follows "ldap://127.0.0.1:${ports[1]}"
tell directory "$(server_use "$second" && echo "$SERVER_LDAPI")"
tell resume
goes_on
expect_right

server_use "$second"
server_kill
server_use "$first"
server_restart
expect 'the one that lags is tried, and is behind' behind
expect_stale
server_use "$second"
server_restart
the_end
