#!/bin/bash
# dirgate(1) says the same of LDIF files, of a directory server with the same entries, and of a gateway on either:
# what it prints, its JSON, and its exit status.
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need slapd

BUILD=${BUILD:-build/plain}
export TZ=UTC
dir=$(mktemp -d)
gateways=()
cleanup() {
	[ ${#gateways[@]} -eq 0 ] || { kill "${gateways[@]}" && wait "${gateways[@]}"; } 2>/dev/null
	[ ! -e "$dir/slapd/kind" ] || server_stop "$dir/slapd"
	rm -rf "$dir"
}
trap cleanup EXIT
unset DIRGATE_URL

# ---- the sources ----

# gateway_start NAME OPTION...: a gateway, its URL in $url.
gateway_start() {
	local name=$1 address
	address=127.0.0.1:$(server_port)
	shift
	"$BUILD/dirgated" --listen "$address" "$@" >"$dir/$name.log" 2>&1 &
	gateways+=($!)
	url=http://$address
	for _ in {1..200}; do
		! curl -fsS "$url/readyz" >/dev/null 2>&1 || return 0
		sleep 0.05
	done
	sed 's/^/# /' "$dir/$name.log"
	return 1
}

# The entries of the example, and some that lint has something to say about.
mkdir "$dir/policy" "$dir/slapd"
cp examples/respondio/*.ldif "$dir/policy/"
cat >"$dir/policy/90-broken.ldif" <<-LDIF
	dn: cn=broken,ou=support,ou=workspaces,o=respondio
	objectClass: dgBinding
	cn: broken
	dgGrantsRole: cn=nothing,ou=roles,o=respondio
	member: uid=gone,ou=people,o=respondio

	dn: cn=odd,ou=roles,o=respondio
	objectClass: dgRole
	cn: odd
	dgPermission: contacts.read (assignee=
	dgDeny: contacts.delete
LDIF
for file in "$dir"/policy/*.ldif; do
	sed '/^version: 1$/d' "$file"
	echo
done >"$dir/all.ldif"
# What lint says of servers is not to be said of this one.
printf '%s\n' 'access to attrs=userPassword by self =xw by * auth' 'access to * by users read' >"$dir/access"
slapd_start "$dir/slapd" -b o=respondio -a "$dir/access" -l "$dir/all.ldif" || exit 1
(umask 077 && printf '%s' "$SERVER_PASSWORD" >"$dir/password")
directory=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
gateway_start ldif --ldif "$dir/policy" && on_ldif=$url
tap_ok $? 'a gateway on LDIF'
gateway_start slapd "${directory[@]}" && on_slapd=$url
tap_ok $? 'a gateway on slapd'
gateway_start socket --ldif "$dir/policy" --listen "unix:$dir/http.sock"
tap_ok $? 'a gateway on a socket'

# ---- the questions ----

# What only a gateway knows, and what only a server does: who is online, when an entry was made.
comparable() { sed 's/,"online":false//g; s/"created":"[^"]*",//g'; }

# same STATUS WORD ARGUMENT...: the same from all sources, ending with STATUS and saying WORD.
same() {
	local status=$1 word=$2 wanted got format
	shift 2
	for format in '' --json; do
		wanted=$("$BUILD/dirgate" "$@" $format --ldif "$dir/policy" 2>&1)
		tap_is "$?" "$status" "exit status of: $* $format"
		if [ -n "$format" ]; then
			tap_run "JSON of: $*" jq -e . <<<"$wanted"
			tap_is "$(wc -l <<<"$wanted")" 1 "in one line: $*"
		else
			grep -qF -e "$word" <<<"$wanted"
			tap_ok $? "$* says $word"
		fi
		for source in "-s $on_ldif" "-s $on_slapd" "-s unix:$dir/http.sock" "${directory[*]}"; do
			# shellcheck disable=SC2086 # a list of words
			got=$("$BUILD/dirgate" "$@" $format $source 2>&1 | comparable; exit "${PIPESTATUS[0]}")
			tap_is "$? $got" "$status $wanted" "$* $format: ${source%% *} is as --ldif"
		done
	done
}

# ---- every table of the library: before any decision, as a gateway knows who was there last ----

tables=$BUILD/tests/scenario/tables
"$tables" ldif "$dir/policy" >"$dir/wanted"
tap_is "$? $(grep -c '^== ' "$dir/wanted")" "0 $(grep -c 'DIRGATE_.*{\.' tests/scenario/tables.c)" 'all tables of LDIF'
for source in "gateway $on_ldif" "gateway $on_slapd" "gateway unix:$dir/http.sock" \
	"directory $SERVER_URI o=respondio $SERVER_GATEWAY $dir/password"; do
	# shellcheck disable=SC2086 # a list of words
	"$tables" $source 2>&1 | comparable >"$dir/got"
	tap_run "all tables: ${source:0:30} is as ldif" diff "$dir/wanted" "$dir/got"
done

# ---- every command: lists first, for the same reason ----

same 0 'Mia Mayer' users
same 0 'mia@respond.example' users -q 'mayer' --organization respondio
same 0 'None.' users -q nobody
same 0 'mia' who contacts.delete -w support
same 0 'nadia' who contacts.read -w support -r contact:7 -p assignee=nadia
same 0 'berlin' who workspace.read -w support -t group
same 0 'jonas' who contacts.read -w sales --at 2026-07-15T10:00:00Z
same 0 'None.' who nothing.like-it -w support
same 1 '"support" is near' who contacts.delete -w suport
same 0 'status: active' user mia
same 1 'unknown-subject: ' user nobody
same 0 'Customer support' workspaces
same 0 'agent via berlin > agents' workspaces jonas
same 0 'agent via night > berlin > agents' members support
same 0 'administrator via administrators' members support --include-organization
same 1 'unknown-workspace: ' members nowhere
same 0 'optional' matrix support
same 0 'owner, manager, agent' roles
same 1 'unknown-workspace: ' roles --organization nowhere
same 0 'no-export' restrictions
same 0 'agent in support via agents' group berlin
same 0 'advanced 11 of 25' organization
same 0 'workspace.read' claims jonas
same 0 'allow (granted)' check mia contacts.delete -w support
same 1 'deny (restricted)' check mia contacts.export -w support
same 1 'missing: assignee' check nadia contacts.read -w support
same 0 'obligation: mask=phone,mail' check nadia contacts.read -w support -r contact:7 -p assignee=x -p assignee=nadia
same 0 'allow (granted)' check nadia contacts.read --resource-properties '{"assignee": ["x", "nadia"], "size": {"a": [1.5, true]}}' \
	--context '{"workspace": "support", "ip": "192.0.2.7"}'
same 1 'deny (restricted)' check nadia contacts.read -w support --resource-properties '{"assignee": null, "team": []}'
same 0 'allow (granted)' check ines users.update -r user:jonas --action-properties '{"attribute": "title"}'
same 1 'deny (immutable-attribute)' explain ines users.update -r user:jonas --action-properties '{"attribute": "ma\u0069l"}'
same 1 'deny (no-grant)' check lena workspace.read -w support --subject-properties '{"groups": ["berlin"]}'
deep=$(printf '[%.0s' {1..59})$(printf ']%.0s' {1..59})
same 1 'missing: assignee' check nadia contacts.read -w support --action-properties "{\"x\": $deep}" --context "{\"x\": $deep}"
same 1 'deny (unknown-subject)' check nobody contacts.read
same 1 'deny (unknown-workspace)' check mia contacts.read -w nowhere
same 1 'deny (subject-inactive)' check max contacts.read -w support
same 0 'allow (granted)' check berlin workspace.read -t group -w support
same 0 'allow (granted)' check 'respondio/mia' contacts.delete -w 'respondio/support'
same 0 'allow (granted)' check 'uid=mia,ou=people,o=respondio' contacts.delete -w support
same 0 'allow (granted)' check jonas contacts.read -w sales --at 2026-07-15T10:00:00+02:00
same 1 'deny (not-activated)' check mia contacts.delete -w support --role agent
same 1 'restricted by cn=no-export' explain mia contacts.export -w support
same 0 'member of cn=night' explain nadia workspace.read -w support
same 0 'until: 2026-09-01T00:00:00Z' explain jonas contacts.read -w sales --at 2026-07-15T10:00:00Z
same 0 'owner of ou=support' explain olivia workspace.update -w support
same 1 'stopped (not-activated)' explain mia settings.view -w support --role agent
same 0 'conditional  (|(assignee=jonas)' permissions jonas -w support
same 0 'outside-time' permissions jonas -w sales --at 2026-12-01T10:00:00Z
same 0 'mask=phone,mail' permissions nadia -w support
same 0 'agent' permissions mia -w support --role agent --role x
same 0 'workspace.read' permissions berlin -t group -w support
same 1 'unknown-subject: ' permissions nobody
same 1 'unknown-workspace: ' permissions mia -w nowhere
same 0 '(assignee=jonas)' filter jonas contacts.read -w support
same 0 'always' filter olivia contacts.delete -w support --resource-type contact
same 1 'never: ' filter mia contacts.export -w support
same 1 'unknown-subject: ' filter nobody contacts.read
same 1 'unknown-workspace: ' filter mia contacts.read -w nowhere
same 1 'bad-permission' lint
same 1 'dangling-member' lint --fail-on note

# ---- the rest ----

"$BUILD/dirgate" report --ldif "$dir/policy" >"$dir/report"
tap_is $? 0 'a report of LDIF'
"$BUILD/dirgate" report "${directory[@]}" >"$dir/report.slapd"
tap_run '… is that of slapd' cmp "$dir/report" "$dir/report.slapd"
tap_is "$(grep -vc $'\r$' "$dir/report")" 0 '… with the ends of lines of RFC 4180'
"$BUILD/dirgate" report --ldif "$dir/policy" --json >"$dir/report.json"
tap_is "$(jq length "$dir/report.json")" "$(($(wc -l <"$dir/report") - 1))" '… as JSON with as many rows'

"$BUILD/dirgate" lint --ldif examples/respondio >/dev/null
tap_is $? 0 'lint finds nothing in the example'
tap_is "$(DIRGATE_URL=$on_ldif "$BUILD/dirgate" check mia contacts.delete -w support)" \
	'allow (granted): a role gives this permission there' 'DIRGATE_URL is the default'
for _ in 1 2 3; do "$BUILD/dirgate" check mia contacts.delete -w support --ldif "$dir/policy"; done >/dev/full 2>"$dir/full"
tap_is $? 3 'output that cannot be written is a failure'

# What the site trusts callers with is heard by its gateway.
printf 'sources: [{name: policy, ldif: policy}]\ntrusted_subject_properties: [groups]\n' >"$dir/trusting.yaml"
gateway_start trusting --config "$dir/trusting.yaml"
tap_ok $? 'a gateway that trusts its callers with groups'
tap_is "$("$BUILD/dirgate" check lena workspace.read -w support -s "$url" --subject-properties '{"groups": ["berlin"]}')" \
	'allow (granted): a role gives this permission there' '… and hears of them'

# ---- tables for spreadsheets ----

"$BUILD/dirgate" members support --csv --ldif "$dir/policy" | cut -d, -f1-6 >"$dir/wanted"
for source in "-s $on_ldif" "-s $on_slapd" "${directory[*]}"; do
	# shellcheck disable=SC2086 # a list of words
	"$BUILD/dirgate" members support --csv $source | cut -d, -f1-6 >"$dir/got"
	tap_run "members as CSV: ${source%% *} is as --ldif" cmp "$dir/wanted" "$dir/got"
done

# ---- more than a page ----

for i in {1..1100}; do
	printf 'dn: uid=p%s,ou=people,o=respondio\nobjectClass: inetOrgPerson\nuid: p%s\ncn: P %s\nsn: P\n\n' "$i" "$i" "$i"
done >"$dir/policy/95-many.ldif"
cat >>"$dir/policy/95-many.ldif" <<-LDIF
	dn: cn=many,ou=support,ou=workspaces,o=respondio
	objectClass: dgBinding
	cn: many
	dgGrantsRole: cn=agent,ou=roles,o=respondio
	dgMemberFilter: (sn=P)
LDIF
gateway_start many --ldif "$dir/policy" && on_many=$url
tap_ok $? 'a gateway on many people'
for format in '' --json; do
	# shellcheck disable=SC2086 # perhaps nothing
	"$BUILD/dirgate" users $format --ldif "$dir/policy" >"$dir/wanted"
	# shellcheck disable=SC2086
	"$BUILD/dirgate" users $format -s "$on_many" | comparable >"$dir/got"
	tap_run "all pages in one: users $format" cmp "$dir/wanted" "$dir/got"
	# shellcheck disable=SC2086
	"$BUILD/dirgate" who workspace.read -w support $format --ldif "$dir/policy" >"$dir/wanted"
	# shellcheck disable=SC2086
	"$BUILD/dirgate" who workspace.read -w support $format -s "$on_many" >"$dir/got"
	tap_run "all pages in one: who $format" cmp "$dir/wanted" "$dir/got"
done

# The same as CSV over HTTP, which comes in parts: whole, whatever HTTP the client speaks, and whatever it asks for.
for path in users 'users?organization=respondio' workspaces/support/members; do
	curl -s -H 'Accept: text/csv' -D "$dir/head" "$on_many/v1/$path" >"$dir/got"
	tap_is "$? $(grep -ci '^transfer-encoding: chunked' "$dir/head")" '0 1' "in parts: $path"
	tap_is "$(grep -c ',P [0-9]*,' "$dir/got")" 1100 'with everybody'
	tap_is "$(sort "$dir/got" | uniq -d | wc -l)" 0 'and nobody twice'
	curl -s --http1.0 -H 'Accept: text/csv' -D "$dir/head" "$on_many/v1/$path" | cmp - "$dir/got"
	tap_is "$? $(tr -d '\r' <"$dir/head" | sed -n 's/^Content-Length: //p')" "0 $(wc -c <"$dir/got")" 'in HTTP/1.0 at once'
done
curl -s -H 'Accept: text/csv' -D "$dir/head" "$on_many/v1/users?limit=1050" >"$dir/first"
next=$(tr -d '\r' <"$dir/head" | sed -n 's/^Link: <\(.*\)>; rel="next"$/\1/p')
curl -s -H 'Accept: text/csv' "$on_many$next" | tail -n +2 | cat "$dir/first" - >"$dir/got"
curl -s -H 'Accept: text/csv' "$on_many/v1/users" | cmp - "$dir/got"
tap_ok $? 'page by page the same'
tap_is "$(curl -s -I -H 'Accept: text/csv' -o /dev/null -w '%{http_code}' "$on_many/v1/users")" 200 'HEAD of it'

server_stop "$dir/slapd"
"$BUILD/dirgate" check mia contacts.delete -w support "${directory[@]}" >"$dir/out" 2>&1
tap_is $? 3 'a directory that is not there is a failure'
grep -q 'is the server running' "$dir/out"
tap_ok $? '… and said to be one'
tap_done
