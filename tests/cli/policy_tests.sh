#!/bin/bash
# dirgate test: what passes, what fails and how it says so, and what is no file of tests.
set -u
. tests/servers/lib.sh
. tests/servers/tap.sh

BUILD=${BUILD:-build/plain}
export TZ=UTC
unset DIRGATE_URL
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp -R examples/respondio "$dir/policy"
rm -f "$dir/policy/policy.yaml"
cat >"$dir/policy/90-here.ldif" <<-LDIF
	dn: uid=hal,ou=people,o=respondio
	objectClass: inetOrgPerson
	uid: hal
	cn: Hal
	sn: H

	dn: ou=pod,ou=workspaces,o=respondio
	objectClass: organizationalUnit
	objectClass: dgWorkspace
	ou: pod
	dgIsolated: TRUE

	dn: cn=doors,ou=roles,o=respondio
	objectClass: dgRole
	cn: doors
	dgPermission: doors.read
	dgPermission: doors.open (colour=red)
LDIF

# run STATUS FILE...: what it prints is in $out.
run() {
	local status=$1
	shift
	out=$("$BUILD/dirgate" test "$@" 2>&1)
	tap_is "$?" "$status" "exit status of test ${*##*/}"
}

says() {
	grep -qF -e "$1" <<<"$out"
	tap_ok $? "it says: $1"
	grep -qF -e "$1" <<<"$out" || sed 's/^/# /' <<<"$out"
}

# ---- what passes ----

cat >"$dir/good.yaml" <<-'YAML'
	load: [policy]
	at: 2026-11-21T09:00:00Z
	tests:
	  - ask: {user: hal, action: doors.read, workspace: pod}
	    want: {deny: no-grant}
	  - change: |
	      dn: cn=openers,ou=pod,ou=workspaces,o=respondio
	      objectClass: dgBinding
	      cn: openers
	      dgGrantsRole: cn=doors,ou=roles,o=respondio
	      member: uid=hal,ou=people,o=respondio
	      dgNotAfter: 20261201000000Z
	  - rule: [P1, S2.3]
	    name: "hal \\ opens #1"
	    ask: {user: hal, action: doors.open, workspace: pod, resource: {type: door, id: "1", properties: {colour: red}}}
	    want: {allow: []}
	  - ask: {user: hal, action: doors.open, workspace: pod, resource: {type: door, id: "2", properties: {colour: [blue, green]}}}
	    want: deny
	  - ask: {subject: {type: user, id: hal}, action: doors.read, workspace: pod, active_roles: [doors]}
	    want: allow
	  - ask: {user: hal, action: doors.read, workspace: pod, active_roles: []}
	    want: {deny: not-activated}
	  - list: {members: pod}
	    want: [hal]
	  - list: {who: doors.read, workspace: pod}
	    want: {contains: [hal], not: [mia], count: 1}
	  - list: {workspaces: hal}
	    want: []
	  - list: {permissions: hal, workspace: pod}
	    want: [doors.open, doors.read]
	  - list: {permissions: hal, workspace: pod, permission: doors.open}
	    want: conditional
	  - list: {permissions: hal, workspace: pod, permission: doors.close}
	    want: no
	  - list: {matrix: pod, role: doors, permission: doors.read}
	    want: yes
	  - list: {roles: respondio}
	    want: {contains: [doors, manager]}
	  - list: {members: nowhere}
	    want: {deny: unknown-workspace}
	  - list: {workspaces: nobody}
	    want: {deny: unknown-subject}
	  - at: 2026-12-02T09:00:00Z
	    ask: {user: hal, action: doors.read, workspace: pod}
	    want: deny
	  - ask: {user: hal, action: doors.read, workspace: pod}
	    want: allow
	  - at: 2026-12-02T09:00:00Z
	  - ask: {user: hal, action: doors.read, workspace: pod}
	    want: {deny: outside-time}
	  - undo: all
	  - ask: {user: hal, action: doors.read, workspace: pod}
	    want: {deny: no-grant}
YAML
run 0 "$dir/good.yaml"
says 'ok 1 - hal doors.read in pod'
says 'ok 2 - P1 S2.3 hal \\ opens \#1'
says '1..19'
run 0 "$dir/good.yaml" "$dir/good.yaml"
says '1..38'
sed '/^load/d' "$dir/good.yaml" >"$dir/nothing.yaml"
run 0 "$dir/nothing.yaml" --ldif "$dir/policy"
run 3 "$dir/nothing.yaml"
says 'the key "load" is missing'

# ---- what fails ----

cat >"$dir/bad.yaml" <<-'YAML'
	load: policy
	at: 2026-11-21T09:00:00Z
	tests:
	  - ask: {user: hal, action: doors.read, workspace: pod}
	    want: allow
	  - ask: {user: mia, action: contacts.export, workspace: support}
	    want: {deny: no-grant}
	  - ask: {user: mia, action: contacts.delete, workspace: support}
	    want: {allow: [mask=phone]}
	  - list: {roles: respondio}
	    want: {not: [doors], contains: [windows], count: 1}
	  - list: {matrix: pod, role: doors, permission: windows.open}
	    want: yes
	  - ask: {user: hal, action: doors.read, workspace: pod}
	    want: deny
YAML
run 1 "$dir/bad.yaml"
says 'not ok 1 - hal doors.read in pod'
says "# $dir/bad.yaml:4"
says '#   wanted: allow'
says '#   got: deny (no-grant)'
says '#   wanted: deny (no-grant)'
says 'restricted by cn=no-export'
says '#   wanted: allow, with the obligations [mask=phone]'
says '#   missing: [windows]'
says '#   not wanted: [doors]'
says '#   wanted: 1 of them'
says '#   got: unknown'
says 'ok 6 - hal doors.read in pod'
says '1..6'

# ---- what is no file of tests ----

# broken LINE WORDS: the file of standard input is refused there.
broken() {
	cat >"$dir/broken.yaml"
	run 3 "$dir/broken.yaml"
	says "broken.yaml:$1: $2"
}

broken 2 'unknown key "test" in the file; did you mean "tests"?' <<<$'load: policy\ntest: []'
broken 3 'unknown key "usr" in ask; did you mean "user"?' <<<$'load: policy\ntests:\n  - ask: {usr: mia}'
broken 3 'unknown key "member" in list; did you mean "members"?' <<<$'load: policy\ntests:\n  - list: {member: pod}'
broken 3 'unknown key "zzz" in a test; known are rule, name' <<<$'load: policy\ntests:\n  - zzz: 1'
broken 1 'the key "tests" is missing' <<<'load: policy'
broken 2 'load: given already in line 1' <<<$'load: policy\nload: x\ntests: []'
broken 3 'tests: a list is wanted here' <<<$'load: policy\ntests:\n  ask: x'
broken 3 'ask: who? user, group or subject is missing' <<<$'load: policy\ntests:\n  - ask: {action: x}'
broken 3 'ask: the key "action" is missing' <<<$'load: policy\ntests:\n  - ask: {user: x}'
broken 3 'the key "want" is missing' <<<$'load: policy\ntests:\n  - ask: {user: x, action: y}'
broken 3 'nothing is asked' <<<$'load: policy\ntests:\n  - name: x'
broken 3 'want: nothing is asked here' <<<$'load: policy\ntests:\n  - {undo: all, want: allow}'
broken 3 'ask, list, change and undo are tests of their own' <<<$'load: policy\ntests:\n  - {undo: all, change: "dn: o=x"}'
broken 3 'want: of a question it is allow' <<<$'load: policy\ntests:\n  - {ask: {user: x, action: y}, want: alow}'
broken 3 'want: of a list it is' <<<$'load: policy\ntests:\n  - {list: {members: x}, want: allow}'
broken 3 'want: say one thing' <<<$'load: policy\ntests:\n  - {ask: {user: x, action: y}, want: {allow: [], deny: z}}'
broken 3 'count: "many" is no number' <<<$'load: policy\ntests:\n  - {list: {members: x}, want: {count: many}}'
broken 3 'list: what needs the key "type"' <<<$'load: policy\ntests:\n  - {list: {what: x, action: y}, want: []}'
broken 3 'workspaces: it lists members already' <<<$'load: policy\ntests:\n  - {list: {members: x, workspaces: y}, want: []}'
broken 3 'at: "now" is no time' <<<$'load: policy\ntests:\n  - {at: now}'
broken 3 'undo: only all can be undone' <<<$'load: policy\ntests:\n  - undo: some'
broken 3 'no YAML' <<<$'load: policy\ntests: {'
cat /dev/null >"$dir/empty.yaml"
run 3 "$dir/empty.yaml"
says 'empty.yaml: nothing is in it'
run 3 "$dir/absent.yaml"
says 'absent.yaml: No such file or directory'
run 3 "$dir/good.yaml" "$dir/broken.yaml"
[ "$(grep -c '^ok' <<<"$out")" = 0 ]
tap_ok $? 'nothing is asked before all files are read'

# ---- changes that cannot be made ----

cat >"$dir/change.yaml" <<-'YAML'
	load: policy
	tests:
	  - list: {members: pod}
	    want: []
	  - change: |
	      dn: cn=nobody,o=respondio
	      changetype: delete
	  - list: {members: pod}
	    want: []
YAML
run 3 "$dir/change.yaml"
says 'ok 1 - members pod'
says 'Bail out!'
says "change.yaml:6: there is no entry \"cn=nobody,o=respondio\""
[ "$(grep -c '^ok' <<<"$out")" = 1 ]
tap_ok $? 'nothing is asked after it'
run 3
says 'test takes FILE'
tap_done
