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
	dgPermission: doors.paint (&(size>=3)(!(owner=*)))
	dgPermission: doors.weigh (size=2.0)
	dgPermission: doors.lock (&(context.ip=192.0.2.*)(action.force=TRUE))
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
	    want: [doors.open, doors.paint, doors.read, doors.weigh]
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

# ---- whatever a question carries ----

sed -n '1,/^  - rule/p' "$dir/good.yaml" | sed '$d' >"$dir/values.yaml"
cat >>"$dir/values.yaml" <<-'YAML'
	  # Texts are ordered as the numbers that they read as.  null and [] are known to be absent; not said is not known.
	  - ask: {user: hal, action: doors.paint, workspace: pod, resource: {type: door, id: a, properties: {size: 4, owner: null}}}
	    want: allow
	  - ask: {user: hal, action: doors.paint, workspace: pod, resource: {type: door, id: a, properties: {size: "4", owner: []}}}
	    want: allow
	  - ask: {user: hal, action: doors.paint, workspace: pod, resource: {type: door, id: a, properties: {size: 4}}}
	    want: {deny: missing-property}
	  - ask: {user: hal, action: doors.paint, workspace: pod, resource: {type: door, id: a, properties: {size: 2, owner: ~}}}
	    want: {deny: condition-not-met}
	  - ask: {user: hal, action: doors.paint, workspace: pod, resource: {type: door, id: a, properties: {size: 4, owner: "null"}}}
	    want: {deny: condition-not-met}
	  - ask: {user: hal, action: doors.weigh, workspace: pod, resource: {type: door, id: a, properties: {size: !!int 2}}}
	    want: allow
	  - ask: {user: hal, action: doors.weigh, workspace: pod, resource: {type: door, id: a, properties: {size: [!!float 1e3, !!float 20e-1]}}}
	    want: allow
	  - ask: {user: hal, action: doors.weigh, workspace: pod, resource: {type: door, id: a, properties: {size: 2}}}
	    want: {deny: condition-not-met}
	  - ask:
	      subject: {type: user, id: hal, properties: {groups: [berlin]}}
	      action: {name: doors.lock, properties: {force: true, "why \\ not": "\"\t\u00e4"}}
	      workspace: pod
	      context: {ip: 192.0.2.7, device: {kind: phone, ids: [1, {a: b}]}}
	    want: allow
	  - ask: {user: hal, action: {name: doors.lock, properties: {force: false}}, workspace: pod, context: {ip: 192.0.2.7}}
	    want: {deny: condition-not-met}
	  - ask: {user: hal, action: {name: doors.lock}, workspace: pod, context: {ip: 192.0.2.7}}
	    want: {deny: missing-property}
	  - ask: {user: hal, action: doors.read, context: {workspace: pod, active_roles: []}}
	    want: {deny: not-activated}
	  - list: {who: doors.open, workspace: pod, resource: {type: door, id: "1", properties: {colour: [blue, red]}}, context: {}}
	    want: [hal]
YAML
run 0 "$dir/values.yaml"
says '1..14'
grep -v '^ok\|^TAP\|^1\.\.\|^# /' <<<"$out" | sed 's/^/# /'

# cannot LINE WORDS: the file of standard input asks in that line what cannot be asked.
cannot() {
	cat >"$dir/cannot.yaml"
	run 3 "$dir/cannot.yaml"
	says "cannot.yaml:$1: $2"
}

cannot 3 'context: "workspace" is given outside of it as well: leave one of the two out' \
	<<<$'load: policy\ntests:\n  - {ask: {user: mia, action: y, workspace: pod, context: {workspace: pod}}, want: deny}'
cannot 3 'resource.properties has two members whose names are equal, one of them "A"' \
	<<<$'load: policy\ntests:\n  - {ask: {user: x, action: y, resource: {properties: {a: 1, A: 1}}}, want: deny}'
cannot 3 'context: it would not count here: leave it out' \
	<<<$'load: policy\ntests:\n  - {list: {permissions: mia, workspace: pod, context: {}}, want: []}'

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
asked() { printf 'load: policy\ntests:\n  - {ask: {user: x, %s}, want: deny}' "$1"; }
broken 3 'action: the key "name" is missing' < <(asked 'action: {properties: {}}')
broken 3 'properties: names with values are wanted here' < <(asked 'action: {name: x, properties: [a]}')
broken 3 'context: nothing stands there: write null' < <(asked 'action: x, context: {a: }')
broken 4 'context: a name that is given already' < <(asked $'action: x, context: {a: 1,\n  a: 2}')
broken 3 'context: a name is one word' < <(asked 'action: x, context: {[a]: 1}')
broken 3 'context: a tag that is not known here: !!int and !!float are' < <(asked 'action: x, context: {a: !!bool "true"}')
broken 3 'context: no number as JSON has it' < <(asked 'action: x, context: {a: !!int 0x10}')
broken 3 'context: no number as JSON has it' < <(asked 'action: x, context: {a: !!float 1.}')
broken 3 'context: nested too deeply' < <(asked 'action: x, context: &a {b: *a}')
broken 3 'context: longer than a question may be' \
	< <(asked 'action: x, context: {a: &a [x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x], b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a],
  c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b], d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c],
  e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d], f: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]}')
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
