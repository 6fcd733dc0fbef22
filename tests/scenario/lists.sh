#!/bin/bash
# The lists over HTTP, on the organization of examples/respondio.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/servers/tap.sh

server=${BUILD:-build/plain}/tests/scenario/http_server
work=$(mktemp -d) pid=
finish() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT

mkfifo "$work/in"
"$server" examples/respondio <"$work/in" >"$work/out" &
pid=$!
exec 9>"$work/in" # it ends when this does
for _ in {1..100}; do
	port=$(sed -n 's/^listening //p' "$work/out")
	[ -z "$port" ] || break
	sleep 0.05
done
[ -n "$port" ] || { echo "Bail out! the server does not start"; exit 1; }
url=http://127.0.0.1:$port

get() { curl -s "$url$1" "${@:2}"; }
status() { curl -s -o "$work/body" -w '%{http_code}' "$url$1" "${@:2}"; }
# of PATH FILTER: what a Python expression says of the answer, called `it`
of() { get "$1" | python3 -c "import json, sys; it = json.load(sys.stdin); print($2)"; }
ids() { echo "' '.join(row['id'] for row in it['$1'])"; }

# ---- users ----
tap_is "$(of '/v1/users?q=olivia%20ow' "$(ids users)")" olivia 'users by a part of their name'
tap_is "$(of '/v1/users?q=MIA@RESPOND' "$(ids users)")" mia 'users by a part of their mail address'
tap_is "$(of /v1/users/nadia "' '.join(g['id'] for g in it['groups'])")" 'night berlin' 'groups of a user'
tap_is "$(of /v1/users/max "it['status']")" deactivated 'who is deactivated'
tap_is "$(of /v1/users/olivia "[r['role']['id'] for r in it['roles']]")" "['accountant']" 'roles of the organization'
tap_is "$(of /v1/users/olivia/workspaces "$(ids workspaces)")" 'support labs' 'workspaces that a user can enter'
tap_is "$(of /v1/users/mia/claims "it['workspaces']['support']['roles']")" "['manager']" 'claims name roles'
tap_is "$(of /v1/users/mia/claims "'contacts.export' in it['workspaces']['support']['permissions']")" False \
	'claims leave out what is restricted'
tap_is "$(of '/v1/users/jonas/filter?workspace=support&action=contacts.read&resource_type=contact' "it['result'], it['tree']['operator']")" \
	'filter or' 'a resource filter, as a string and as a tree'
tap_is "$(of '/v1/users/olivia/filter?workspace=support&action=contacts.read' "it['result'], it['filter']")" \
	'always (&)' 'a filter that lets everything pass'
tap_is "$(status '/v1/users/olivia/filter?workspace=support&action=members.assign')" 400 \
	'administrative actions have no filter'

# ---- pages ----
page='/v1/users?limit=2' pages=0 all=
while [ -n "$page" ] && [ $pages -lt 50 ]; do
	get "$page" >"$work/page"
	all="$all$(python3 -c "import json; it = json.load(open('$work/page')); print($(ids users))") "
	page=$(python3 -c "
import json
token = json.load(open('$work/page'))['page']['next_token']
print(token and '/v1/users?limit=2&token=' + token)")
	pages=$((pages + 1))
done
tap_is "$all" "$(of /v1/users "$(ids users)") " 'page by page the same as at once'
tap_is $pages 6 'in as many pages as it takes'
token=$(of '/v1/users?limit=2' "it['page']['next_token']")
tap_is "$(status "/v1/users?q=x&token=$token")" 400 'a token of another question is refused'
tap_is "$(status "/v1/users?token=00000000000000011") $(grep -o page-expired "$work/body" | head -n 1)" '410 page-expired' \
	'a list that is kept no more: 410'
tap_is "$(of '/v1/users?limit=0' "len(it['users']), it['page']['next_token'] != ''")" '0 True' \
	'no rows asked for: none, and that there are more'

# ---- workspaces ----
tap_is "$(of /v1/workspaces "$(ids workspaces)")" 'support sales labs' 'workspaces'
tap_is "$(of /v1/workspaces/respondio%2Fsupport "it['name'], it['color'], it['counts']['members']")" \
	'Customer support #2a7ae2 5' 'one workspace, named with its organization'
tap_is "$(of /v1/workspaces/support/members "$(ids members)")" 'olivia mia jonas nadia max' 'members of a workspace'
tap_is "$(of /v1/workspaces/sales/members "[(m['id'], m['kind']) for m in it['members'] if m['status'] == 'pending']")" \
	"[('sven', 'person'), ('tara@partner.example', 'invited')]" 'who waits is marked'
tap_is "$(of /v1/workspaces/support/members "[g['id'] for m in it['members'] if m['id'] == 'nadia' for g in m['access'][0]['path']['groups']]")" \
	"['night', 'berlin']" 'the path of an access'
tap_is "$(of /v1/workspaces/labs/members "$(ids members)")" olivia 'the isolated one'
tap_is "$(of '/v1/workspaces/labs/members?include=organization' "len(it['members']) > 1")" True \
	'with those of the organization'
tap_is "$(status '/v1/workspaces/labs/members?include=all')" 400 'anything else cannot be included'

# ---- online ----
curl -s -H 'Content-Type: application/json' --data-binary \
	'{"subject":{"type":"user","id":"mia"},"action":{"name":"workspace.read"},"resource":{"type":"workspace","id":"support"}}' \
	"$url/access/v1/evaluation" >/dev/null
tap_is "$(of /v1/workspaces/support/members "[m['id'] for m in it['members'] if m['online']]")" "['mia']" \
	'online: a decision was asked about her'
tap_is "$(of /v1/users/mia "'last_seen' in it")" True 'and so she was seen'

# ---- CSV ----
get /v1/workspaces/sales/members -H 'Accept: text/csv' -D "$work/head" >"$work/csv"
tap_ok "$(grep -qi '^content-type: text/csv; charset=utf-8; header=present' "$work/head"; echo $?)" 'the export is text/csv'
tap_is "$(python3 - "$work/csv" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
print(len(rows), [r['access'] for r in rows if r['id'] == 'tara@partner.example'], len({len(r) for r in rows}))
PY
)" "8 ['agent via tara (pending)'] 1" 'the export, read by another program'
tap_is "$(tail -c 2 "$work/csv" | od -An -tx1 | tr -d ' ')" 0d0a 'rows end as in RFC 4180'
get '/v1/workspaces/sales/members?limit=1' -H 'Accept: text/csv' -D "$work/head" >/dev/null
next=$(tr -d '\r' <"$work/head" | sed -n 's/^Link: <\(.*\)>; rel="next"$/\1/p')
tap_is "$(get "$next" -H 'Accept: text/csv' | wc -l)" 2 'an export in pages: each names the next'
# csv PATH EXPRESSION: what a Python expression says of the rows of a CSV, called `it`
csv() { get "$1" -H 'Accept: text/csv' | python3 -c "import csv, sys; it = list(csv.DictReader(sys.stdin)); print($2)"; }
for list in users:users users/mia/workspaces:workspaces workspaces:workspaces workspaces/support/members:members roles:roles \
	restrictions:restrictions lint:findings; do
	tap_is "$(csv "/v1/${list%%:*}" "[(r.get('id'), r.get('code')) for r in it]")" \
		"$(of "/v1/${list%%:*}" "[(r.get('id'), r.get('code')) for r in it['${list##*:}']]")" "as CSV what is in JSON: $list"
done
tap_is "$(csv /v1/users/jonas/claims "[r['place'] for r in it], 'contacts.read' in it[-1]['conditional'].split(', ')")" \
	"$(of /v1/users/jonas/claims "[*it['organizations'], *it['workspaces']], True")" 'claims as CSV'
tap_is "$(csv /v1/users "it[0]['name'], it[0]['status'], it[0]['dn']")" \
	'Olivia Owens active uid=olivia,ou=people,o=respondio' 'cells of a CSV'
tap_is "$(csv /v1/workspaces/sales/members "[r['until'] for r in it if r['id'] == 'jonas']")" "['2026-09-01T00:00:00Z']" \
	'when an access ends'
tap_is "$(get /v1/workspaces/support/members -H 'Accept: application/json, text/csv;q=0.5' | head -c 1)" '{' \
	'who likes JSON better gets JSON'

# ---- the matrix ----
cell() { of /v1/workspaces/support/matrix "dict(zip([r['id'] for r in it['roles']], next(p['cells'] for p in it['permissions'] if p['name'] == '$1')))['$2']"; }
tap_is "$(cell dashboard.view owner) $(cell dashboard.view agent) $(cell contacts.delete manager)" 'yes no optional' \
	'the matrix'
tap_is "$(get /v1/workspaces/support/matrix -H 'Accept: text/csv' | head -n 1 | cut -d , -f 1-5 | tr -d '\r')" \
	permission,label,owner,manager,agent 'the matrix as CSV'

# ---- the policy ----
tap_is "$(of /v1/roles "[r['rank'] for r in it['roles'] if r['id'] == 'owner']")" '[30]' 'roles'
tap_is "$(of /v1/restrictions "[r['applies_to'][0]['id'] for r in it['restrictions'] if r['id'] == 'no-export']")" "['manager']" \
	'restrictions'
tap_is "$(of /v1/groups/berlin "$(ids members)")" 'jonas nadia' 'who is in a group'
tap_is "$(of /v1/groups/berlin "it['bindings'][0]['place']['id'], it['bindings'][0]['role']['id']")" 'support agent' \
	'what a group is bound to'
tap_is "$(of /v1/organization "[(p['used'], p['free']) for p in it['plans'] if p['of_organization']]")" '[(11, 14)]' \
	'seats of the plan'

# ---- searches ----

# search KIND BODY FILTER: what a Python expression says of the answer
search() {
	curl -s -H 'Content-Type: application/json' --data-binary "$2" "$url/access/v1/search/$1" |
		python3 -c "import json, sys; it = json.load(sys.stdin); print($3)"
}
search_status() { curl -s -o "$work/body" -w '%{http_code}' -H 'Content-Type: application/json' --data-binary "$2" "$url/access/v1/search/$1"; }
found="' '.join(r['id'] for r in it['results'])"
who='"subject":{"type":"user"},"action":{"name":"workspace.read"},"resource":{"type":"workspace","id":"support"}'
tap_is "$(search subject "{$who}" "$found")" 'olivia mia jonas nadia ines' 'who may: people'
tap_is "$(search subject "{${who/user/group}}" "$found")" 'berlin night' 'who may: groups'
tap_is "$(search subject "{${who/\"user\"/\"user\",\"id\":\"max\"}}" "$found")" 'olivia mia jonas nadia ines' \
	'an id of what is looked for is ignored'
tap_is "$(search subject "{${who/user/planet}}" it)" "{'page': {'next_token': ''}, 'results': []}" 'an unknown type: nobody'
tap_is "$(search subject "{${who/workspace.read/no.such}}" it)" "{'page': {'next_token': ''}, 'results': []}" \
	'an unknown action: nobody'
tap_is "$(search resource '{"subject":{"type":"user","id":"olivia"},"action":{"name":"workspace.read"},"resource":{"type":"workspace"}}' "it['results']")" \
	"[{'type': 'workspace', 'id': 'support'}, {'type': 'workspace', 'id': 'labs'}]" 'on what'
tap_is "$(search resource '{"subject":{"type":"user","id":"olivia"},"action":{"name":"workspace.read"},"resource":{"type":"workspace"},
	"context":{"workspace":"labs"}}' "$found")" labs 'on what in one place'
tap_is "$(search action '{"subject":{"type":"user","id":"olivia"},"resource":{"type":"workspace","id":"labs"},"action":7}' \
	"{'name': 'workspace.delete'} in it['results']")" True 'what may be done'
tap_is "$(search action '{"subject":{"type":"user","id":"olivai"},"resource":{"type":"workspace","id":"labs"},
	"context":{"dirgate":{"reason":true}}}' "it['results'], it['context']['reason'], it['context']['near']")" \
	"[] unknown-subject olivia" 'an unknown subject: nothing, and whoever wants to know is told why'
tap_is "$(search_status subject '{"subject":{"type":"user"},"action":{"name":"x"}}') $(search_status action '{"subject":{"type":"user"},"resource":{"type":"r","id":"1"}}')" \
	'400 400' 'what must be given'

# Page by page: the same, each true if asked singly; what was asked must stay as it was.
page='' all=''
for _ in 1 2 3 4 5 6 7 8; do
	all="$all$(search subject "{$who,\"page\":{\"limit\":1$page}}" "$found") "
	token=$(search subject "{$who,\"page\":{\"limit\":1$page}}" "it['page']['next_token']")
	[ -n "$token" ] || break
	page=",\"token\":\"$token\""
done
tap_is "$(xargs <<<"$all")" 'olivia mia jonas nadia ines' 'page by page the same as at once'
for id in $all max lena; do
	tap_is "$(curl -s -H 'Content-Type: application/json' --data-binary \
		"{${who/\"user\"/\"user\",\"id\":\"$id\"}}" "$url/access/v1/evaluation")" \
		"{\"decision\":$([[ " $all" == *" $id "* ]] && echo true || echo false)}" "$id, asked singly"
done
token=$(search subject "{$who,\"page\":{\"limit\":1}}" "it['page']['next_token']")
tap_is "$(search subject "{\"page\":{\"token\":\"$token\"},$who}" "$found")" mia 'a token without a limit: that of the first page'
token=$(search subject "{$who,\"context\":{\"x\":1,\"y\":[2]},\"page\":{\"limit\":1}}" "it['page']['next_token']")
tap_is "$(search subject "{\"context\":{\"y\":[2],\"x\":1},\"page\":{\"token\":\"$token\"},$who}" "$found")" mia 'the order of members does not count'
tap_is "$(search_status subject "{$who,\"context\":{\"x\":[1],\"y\":2},\"page\":{\"token\":\"$token\"}}")" 400 'what they say does'
token=$(search subject "{$who,\"page\":{\"limit\":1}}" "it['page']['next_token']")
tap_is "$(search_status subject "{$who,\"page\":{\"limit\":2,\"token\":\"$token\"}}")" 400 'another limit is refused'
tap_is "$(search_status subject "{${who/support/sales},\"page\":{\"token\":\"$token\"}}")" 400 'another question is refused'
tap_is "$(search_status subject "{$who,\"context\":{\"x\":1},\"page\":{\"token\":\"$token\"}}")" 400 'another context is refused'
tap_is "$(search_status action "{$who,\"page\":{\"token\":\"$token\"}}") $(search_status subject "{$who,\"page\":{\"token\":\"\"}}")" \
	'400 400' 'the token of another search is refused, and so is none'
tap_is "$(search_status subject "{$who,\"page\":{\"token\":\"00000000000000011\"}}")" 410 'a search that is kept no more: 410'
tap_is "$(search subject "{$who,\"page\":{\"limit\":0}}" "it['results'], it['page']['next_token'] != ''")" '[] True' \
	'no results asked for: none, and that there are more'

# ---- another time ----
tap_is "$(of '/v1/users/jonas/workspaces?at=2026-07-15T10:00:00Z' "$(ids workspaces)")" 'support sales' 'where she could go in July'
tap_is "$(status '/v1/users/jonas/workspaces?at=July')" 400 'what is no time'
tap_is "$(of '/v1/workspaces/sales/members?at=2026-07-15T10:00:00Z' \
	"[w['stop'] for m in it['members'] if m['id'] == 'jonas' for w in m['access']], any('online' in m for m in it['members'])")" \
	"['granted'] False" 'who was a member in July; who is online is known of now alone'

# ---- names ----
tap_is "$(status /v1/workspaces/suport/members) $(python3 -c "import json; it = json.load(open('$work/body')); print(it['near'], it['looked_for'])")" \
	"404 support {'kind': 'workspace', 'name': 'suport'}" 'an unknown name: what was looked for, and what is near'
tap_is "$(status '/v1/users/olivai/permissions?workspace=support') $(grep -o '"near":"olivia"' "$work/body")" \
	'404 "near":"olivia"' 'also where effective permissions are asked for'
tap_is "$(status /v1/groups/nothing-like-it) $(grep -c near "$work/body")" '404 0' 'nothing is near'
tap_done
