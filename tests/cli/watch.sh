#!/bin/bash
# dirgate watch tells what becomes of a directory, of LDIF files and of a gateway, as it happens, and ends when told to.
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need slapd

BUILD=${BUILD:-build/plain}
dir=$(mktemp -d)
watcher='' gateway=''
cleanup() {
	[ -z "$watcher$gateway" ] || { kill $watcher $gateway && wait $watcher $gateway; } 2>/dev/null
	[ ! -e "$dir/slapd/kind" ] || server_stop "$dir/slapd"
	rm -rf "$dir"
}
trap cleanup EXIT
unset DIRGATE_URL

# watch OPTION...: what it prints is in $dir/out.
watch() {
	"$BUILD/dirgate" watch "$@" >"$dir/out" 2>"$dir/errors" &
	watcher=$!
}

# says WORDS NAME: it prints a line with the words, soon.
says() {
	local found=1
	for _ in {1..100}; do
		! grep -qE -- "$1" "$dir/out" || { found=0; break; }
		sleep 0.05
	done
	tap_ok $found "$2"
	[ $found = 0 ] || sed 's/^/# /' "$dir/out" "$dir/errors"
}

# ends STATUS NAME
ends() {
	wait "$watcher"
	tap_is "$?" "$1" "$2"
	watcher=''
}

# ---- files ----

mkdir "$dir/policy"
cp examples/respondio/*.ldif "$dir/policy/"
watch --ldif "$dir/policy" --changes 2
says '^[0-9:]{8}Z  source   following ldif' 'LDIF files'
says 'index    75 entries to begin with' 'what there is'
cat >"$dir/policy/90.ldif" <<-END
	dn: uid=zoe,ou=people,o=respondio
	objectClass: inetOrgPerson
	uid: zoe
	cn: Zoe
	sn: Z
END
says 'added    person  uid=zoe,ou=people,o=respondio' 'a person added'
echo 'dn: broken' >"$dir/policy/91.ldif"
says 'source   (lost|following) ldif: .*91.ldif' 'a broken file is told'
rm "$dir/policy/91.ldif" "$dir/policy/90.ldif"
says 'removed  person  uid=zoe,ou=people,o=respondio' '… and removed'
ends 0 'it ends after two changes'

# ---- a directory ----

for file in examples/respondio/*.ldif; do
	sed '/^version: 1$/d' "$file"
	echo
done >"$dir/all.ldif"
mkdir "$dir/slapd"
slapd_start "$dir/slapd" -b o=respondio -l "$dir/all.ldif" || exit 1
(umask 077 && printf '%s' "$SERVER_PASSWORD" >"$dir/password")
directory=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
watch "${directory[@]}" --json
says '"event":"source","source":"directory","state":"following"' 'a directory'
server_modify >/dev/null <<-END
	dn: cn=managers,ou=support,ou=workspaces,o=respondio
	changetype: modify
	add: member
	member: uid=nobody,o=respondio

	dn: ou=people,o=respondio
	changetype: modrdn
	newrdn: ou=staff
	deleteoldrdn: 1

	dn: cn=no-export,ou=restrictions,o=respondio
	changetype: delete
END
says '"change":"changed","dn":"cn=managers,ou=support,[^"]*","kinds":\["binding"\]' 'a binding changed'
says '"change":"renamed","dn":"uid=mia,ou=staff,o=respondio","old_dn":"uid=mia,ou=people,o=respondio","kinds":\["person"\]' \
	'a subtree renamed: each that is below'
says '"change":"removed","dn":"cn=no-export,ou=restrictions,o=respondio","kinds":\["restriction"\]' 'a restriction removed'
says '"event":"index","source":"directory","token":"directory:000=' 'the snapshot token'
server_kill
says '"state":"lost","message":' 'the server is lost'
server_restart
lost=$(grep -n '"state":"lost"' "$dir/out" | tail -n 1 | cut -d : -f 1)
for _ in {1..100}; do
	! tail -n "+$lost" "$dir/out" | grep -q '"state":"following"' || break
	sleep 0.1
done
tail -n "+$lost" "$dir/out" | grep -q '"state":"following"'
tap_ok $? '… and followed again'
tap_is "$(jq -r .event "$dir/out" | sort -u | xargs)" 'entry index source' 'each line is an event'
kill -INT "$watcher"
ends 0 'it ends when it is interrupted'
tap_is "$(cat "$dir/errors")" '' '… without a word'
watch "${directory[@]}" --changes 1
says 'to begin with' 'until a change'
kill -TERM "$watcher"
ends 1 '… that did not come'
watch -H ldap://127.0.0.1:1 -b o=respondio
says "source   (failed|loading) directory: .*Can't contact" 'a server that is not there is waited for'
kill -INT "$watcher"
ends 1 '… until it is interrupted'

# ---- a gateway ----

address=127.0.0.1:$(server_port)
"$BUILD/dirgated" --listen "$address" "${directory[@]}" >"$dir/log" 2>&1 &
gateway=$!
for _ in {1..200}; do
	! curl -fsS "http://$address/readyz" >/dev/null 2>&1 || break
	sleep 0.05
done
watch -s "http://$address"
says 'source   gateway .*: ready' 'a gateway'
says 'changes of entries are seen with -H' '… has no changes to tell'
"$BUILD/dirgate" probe -s "http://$address" >"$dir/probe"
tap_is "$?" 0 '… nor anything wrong'
grep -q 'content-sync, following' "$dir/probe"
tap_ok $? 'what it says of its sources'
server_kill
says 'content-sync, lost' 'a source that is lost'
"$BUILD/dirgate" probe -s "http://$address" --fail-on=warning >"$dir/probe"
tap_is "$?" 1 '… is a warning'
kill -INT "$watcher"
ends 0 'it ends when it is interrupted'
"$BUILD/dirgate" probe -s http://127.0.0.1:1 >"$dir/probe" 2>&1
tap_is "$?" 3 'no gateway there'
"$BUILD/dirgate" watch --ldif /nonexistent -H ldapi:/// -b o=x >"$dir/probe" 2>&1
tap_is "$?" 3 'one of them alone'
tap_done
