#!/bin/bash
# Changes of policy tests: every kind of them, on LDIF and on a slapd, which is as it was afterwards.
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need slapd

BUILD=${BUILD:-build/plain}
export TZ=UTC
dir=$(mktemp -d)
mkdir "$dir/slapd"
trap '[ ! -e "$dir/slapd/kind" ] || server_stop "$dir/slapd"; rm -rf "$dir"' EXIT
for file in examples/respondio/*.ldif; do
	sed '/^version: 1$/d' "$file"
	echo
done >"$dir/all.ldif"
slapd_start "$dir/slapd" -b o=respondio -l "$dir/all.ldif" || exit 1
(umask 077 && printf '%s' "$SERVER_PASSWORD" >"$dir/password")
contents() { server_search -b o=respondio '(objectClass=*)' | awk '/^dn:/ { dn = $0 } NF { print dn, $0 }' | sort; }
before=$(contents)

cat >"$dir/changes.yaml" <<-'YAML'
	load: all.ldif
	tests:
	  - change: |
	      dn: ou=support,ou=workspaces,o=respondio
	      changetype: modrdn
	      newrdn: ou=assist
	      deleteoldrdn: 1

	      dn: cn=extra,ou=roles,o=respondio
	      objectClass: dgRole
	      cn: extra
	      dgPermission: doors.open
	  - list: {members: assist}
	    want: {contains: [mia, jonas]}
	  - list: {members: support}
	    want: {deny: unknown-workspace}
	  - list: {roles: respondio}
	    want: {contains: [extra]}
	  - change: |
	      dn: cn=extra,ou=roles,o=respondio
	      changetype: moddn
	      newrdn: cn=more+description=x
	      deleteoldrdn: 0
	      newsuperior: ou=assist,ou=workspaces,o=respondio

	      dn: uid=lena,ou=people,o=respondio
	      changetype: delete

	      dn: uid=mia,ou=people,o=respondio
	      changetype: modify
	      replace: displayName
	      displayName: M
	      -
	      add: description
	      description: a
	      description: b
	      -
	      delete: description
	      description: a
	      -
	      delete: sn
	      -
	      add: sn
	      sn: M
	      -
	  - list: {workspaces: lena}
	    want: {deny: unknown-subject}
	  - list: {who: contacts.delete, workspace: assist}
	    want: {contains: [mia]}
	  - undo: all
	  - list: {members: support}
	    want: {contains: [mia, jonas]}
	  - list: {workspaces: lena}
	    want: {not: [support]}
	  - change: |
	      dn: uid=lena,ou=people,o=respondio
	      changetype: delete
YAML

# on_slapd BIND_DN OPTION...: the output is in $out.
on_slapd() {
	local bind=$1
	shift
	out=$("$BUILD/dirgate" test "$dir/changes.yaml" -H "$SERVER_URI" -b o=respondio -D "$bind" -y "$dir/password" "$@" 2>&1)
}

wanted=$("$BUILD/dirgate" test "$dir/changes.yaml" 2>&1)
tap_is $? 0 'on LDIF'
grep '^not ok' -A 6 <<<"$wanted" | sed 's/^/# /'
on_slapd "$SERVER_ADMIN" --allow-changes
tap_is $? 0 'on slapd'
tap_is "$out" "$wanted" 'slapd says the same'
tap_is "$(contents)" "$before" 'slapd is as it was, the last change too'
on_slapd "$SERVER_ADMIN"
tap_is $? 3 'not without being told to'
grep -q 'Bail out!.*changes.yaml: this would change the directory' <<<"$out"
tap_ok $? '… and it says so'
on_slapd "$SERVER_GATEWAY" --allow-changes
tap_is $? 3 'not as one who may not'
grep -q 'Bail out!.*changes.yaml:4: .*Insufficient access' <<<"$out"
tap_ok $? '… with the line, and what the server says'
tap_is "$(contents)" "$before" 'slapd is still as it was'
sed 's/changetype: delete/changetype: delete\n\n      dn: uid=nobody,o=respondio\n      changetype: delete/' "$dir/changes.yaml" >"$dir/broken.yaml"
mv "$dir/broken.yaml" "$dir/changes.yaml"
on_slapd "$SERVER_ADMIN" --allow-changes
tap_is $? 3 'a change that fails half way'
tap_is "$(contents)" "$before" '… is taken back as well'
tap_done
