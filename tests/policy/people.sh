#!/bin/bash
# What the lists of a gateway show of people, which no decision says: rules S4.5 to S4.8, on examples/respondio.
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh

BUILD=${BUILD:-build/plain}
export TZ=UTC
dir=$(mktemp -d)
gateway=
trap '[ -z "$gateway" ] || { kill "$gateway" && wait "$gateway"; } 2>/dev/null; rm -rf "$dir"' EXIT

# Mia has a picture, and the directory knows when she was there last.
cp -R examples/respondio "$dir/policy"
sed -i 's|^uid: mia$|&\nlabeledURI: https://respond.example/mia.png\nauthTimestamp: 20261119080000Z|' "$dir/policy/20-people.ldif"
url=http://127.0.0.1:$(server_port)
"$BUILD/dirgated" --ldif "$dir/policy" --listen "${url#http://}" >"$dir/log" 2>&1 &
gateway=$!
for _ in {1..200}; do
	! curl -fsS "$url/readyz" >/dev/null 2>&1 || break
	sleep 0.05
done

# says WANTED PATH FILTER NAME: what jq makes of the list, in one line.
says() { tap_is "$(curl -fsS "$url$2" | jq -rc "$3")" "$1" "$4"; }
member() { echo ".members[] | select(.id == \"$1\") | $2"; }

support=/v1/workspaces/support/members
says '["Mia Mayer","mia@respond.example","https://respond.example/mia.png",["manager"]]' $support \
	"$(member mia '[.name, .mail, .avatar, [.access[].role.id]]')" 'S4.5 a profile has picture, name, address and level'
says '["Olivia Owens","olivia@respond.example",null,["owner"]]' $support \
	"$(member olivia '[.name, .mail, .avatar, [.access[].role.id]]')" 'S4.5 without a picture there is none'
says '' $support "$(member petra .name)" 'S4.5 who has no access there has no profile there'
says '["mia"]' '/v1/users?q=Mayer' '[.users[].id]' 'S4.8 a search finds a user by name'
says '["mia"]' '/v1/users?q=mia@resp' '[.users[].id]' 'S4.8 … by a part of the address'
says '[]' '/v1/users?q=nobody' '[.users[].id]' 'S4.8 … and nobody who is not there'
says '[]' $support '[.members[] | select(.online) | .id]' 'S4.6 nobody is online before anybody was seen'
says '["2026-11-19T08:00:00Z"]' $support '[.members[].last_seen | values]' 'S4.7 when the directory has seen her last'
"$BUILD/dirgate" check jonas workspace.read -w support -s "$url" >/dev/null
says '["jonas"]' $support '[.members[] | select(.online) | .id]' 'S4.6 who does something is online, and nobody else'
says '["jonas","mia"]' $support '[.members[] | select(.last_seen) | .id] | sort' 'S4.7 and was seen now'
says true $support "$(member jonas ".last_seen > \"$(date -u -d '1 minute ago' +%FT%TZ)\"")" 'S4.7 … within this minute'
"$BUILD/dirgate" check olivia workspace.read -w support --at 2026-11-01T09:00:00Z -s "$url" >/dev/null
says '["jonas"]' $support '[.members[] | select(.online) | .id]' 'S4.6 a question about another time is no sign of life'
tap_done
