#!/bin/bash
# Nothing waits for a server that does not answer: not the end of the program, not the changes of another server.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh
tap_need slapd python3

# hole_start KIND: an address that never answers. full: no connection is ever made; silent: nothing is ever said; half: the
# bind is answered, and after that half a message.
hole_start() {
	rm -f "$scratch/port"
	python3 - "$1" "$scratch/port" <<-'END' &
		import os, socket, sys, time
		server = socket.socket()
		server.bind(("127.0.0.1", 0))
		server.listen(0 if sys.argv[1] == "full" else 50)
		clients = []
		for _ in range(4 if sys.argv[1] == "full" else 0):
		    client = socket.socket()
		    client.setblocking(False)
		    client.connect_ex(server.getsockname())
		    clients.append(client)
		time.sleep(0.1)
		with open(sys.argv[2] + ".new", "w") as port:
		    port.write(str(server.getsockname()[1]))
		os.rename(sys.argv[2] + ".new", sys.argv[2])
		while sys.argv[1] == "half":
		    client, _ = server.accept()
		    clients.append(client)
		    client.recv(4096)
		    client.send(bytes.fromhex("300c02010161070a010004000400") + bytes.fromhex("3050020102"))
		time.sleep(60)
	END
	hole_pid=$!
	until [ -s "$scratch/port" ]; do sleep 0.02; done
	hole_port=$(cat "$scratch/port")
}
hole_stop() { kill "$hole_pid"; wait "$hole_pid" 2>/dev/null; }

# Milliseconds; under a sanitizer taking apart what was read takes many times as long.
at_once=500
[ -z "${SANITIZE:-}" ] || at_once=5000

# ends_at_once NAME: the program, which is at it, ends in less than that.
ends_at_once() {
	local begun=${EPOCHREALTIME/./} took
	follow_end
	took=$(((${EPOCHREALTIME/./} - begun) / 1000))
	[ $took -lt $at_once ]
	tap_ok $? "$1: it ends at once"
	echo "# after $took ms"
}

for kind in full silent half; do
	hole_start $kind
	for scheme in ldap ldaps starttls; do
		starttls=
		[ $scheme != starttls ] || starttls=-Z
		[ $kind != half ] || [ $scheme = ldap ] || continue
		# shellcheck disable=SC2086
		follow_start -H "${scheme/starttls/ldap}://127.0.0.1:$hole_port" -b o=acme $starttls
		sleep 0.3
		ends_at_once "a server that does not answer ($kind, $scheme)"
	done
	hole_stop
done

# --- one of two servers does not answer ---
scenario_server one -b o=acme -l tests/scenario/sync.ldif
one=$SERVER_DIR
hole_start silent
follow_start -H "$SERVER_URI ldap://127.0.0.1:$hole_port" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/password" -r 1 -c 1500
tap_is "$(ask complete 10000)" ok 'two servers, one of them silent'
server_kill
tap_is "$(ask until 5000 s0:lost)" ok 'the other one is lost, the silent one is tried'
server_restart
tap_is "$(ask until 10000 s0:following)" ok 'it is back and followed'
tap_is "$(ask until 10000 loads=4)" ok 'and read again from time to time'
follow_end
follow_start -H "ldap://127.0.0.1:$hole_port $SERVER_URI" -b o=acme -D "$SERVER_GATEWAY" -y "$scratch/password" -c 1500
tap_is "$(ask complete 10000)" ok 'the first server is silent, the second one is read'
ends_at_once 'followed'
hole_stop

# --- a server that stops in the midst of its entries ---
server_use "$one"
for ((i = 0; i < 3000; i++)); do
	printf '%s\n' "dn: uid=p$i,ou=people,o=acme" 'objectClass: inetOrgPerson' "uid: p$i" "cn: P $i" 'sn: P' "description: $(printf '%0900d' 0)" ''
done >"$scratch/many.ldif"
server_add -c <"$scratch/many.ldif" >/dev/null
# shellcheck disable=SC2046
follow_start $(gateway_options)
for ((i = 0; i < 100; i++)); do sleep 0.002; [ "$(ss -Htn state established "( dport = :${SERVER_URI##*:} )" 2>/dev/null | wc -l)" -lt 2 ] || break; done
sleep 0.005
kill -STOP "$SERVER_PID"
sleep 0.2
ends_at_once 'a server that stops in the midst of its entries'
kill -CONT "$SERVER_PID"
tap_done
