# What must hold on every server; source it when the current server has the schema.
# Before: base, the entry below which all happens; classes and attributes as in schema/dirgate.def.

definitions=$project_dir/schema/dirgate.def
classes=$(awk '$1 == "class" { print $3 }' "$definitions")
attributes=$(awk '$1 == "attribute" { print $3 }' "$definitions")
singles=$(awk '$1 == "attribute" && / single/ { print $3 ":" $4 }' "$definitions")
indexed=$(awk '$1 == "attribute" && / index$/ { print $3 }' "$definitions" | sort)

# entries_write ORGANIZATION GROUP: the entries for a base of that class and groups of that class.
entries_write() {
	sed "s/@BASE@/$base/; s/@ORGANIZATION@/$1/; s/@GROUP@/$2/" "$project_dir/tests/schema/entries.ldif"
}

# change DN LINE...: one modification; its result code is the status.
change() {
	printf '%s\n' "dn: $1" "changetype: modify" "${@:2}" | server_modify
}

# commands_run NAME SED-COMMANDS: the lines of the block ```sh NAME of schema/README.md, with the names of the
# server at hand put in, each as a test.
commands_run() {
	local line
	cd "$project_dir" || exit 1
	while read -r line; do
		tap_run "$line" bash -c "set -o pipefail; $(sed "$2" <<<"$line")"
	done < <(sed -n "/^\`\`\`sh $1\$/,/^\`\`\`\$/{/^\`\`\`/d;p}" schema/README.md)
}

found() { server_search -b "$base" "$1" 1.1 | grep -c '^dn:'; }

check_entries() {
	tap_run "one entry of every class, with every attribute" server_modify -a -f "$1"
	[ $tap_failed -eq 0 ] || tap_done # nothing further could tell anything
	for class in $classes; do
		[ "$(found "(objectClass=$class)")" -gt 0 ]
		tap_ok $? "$class is found by its class"
	done
	server_search -b "$base" >"$work/all"
	for attribute in $attributes; do
		grep -q "^$attribute::\? " "$work/all" || echo "$attribute"
	done >"$work/lost"
	tap_is "$(cat "$work/lost")" "" "every attribute comes back"
}

# Changes values in place: to be called last.
check_single() {
	local pair name dn one two wrong=''
	for pair in $singles; do
		name=${pair%:*}
		case ${pair#*:} in
		dn) one=ou=guests,$base two=ou=people,$base ;;
		time) one=20300101000000.0Z two=20310101000000.0Z ;;
		boolean) one=TRUE two=FALSE ;;
		integer) one=77 two=78 ;;
		*) one=another two=other ;;
		esac
		# Not an entry that is named by it: its RDN stays.
		dn=$(server_search -b "$base" "($name=*)" 1.1 | sed -n 's/^dn: //p' | grep -vi -m 1 "^$name=")
		change "$dn" "replace: $name" "$name: $one" >/dev/null 2>&1 || wrong+="$name refuses one value; "
		change "$dn" "replace: $name" "$name: $one" "$name: $two" >/dev/null 2>&1 && wrong+="$name takes two; "
	done
	tap_is "$wrong" "" "single-valued attributes take one value and refuse two"
}

# check_syntax ATTRIBUTE...: these must refuse a value that is not of their syntax.
check_syntax() {
	local name
	for name in "$@"; do
		change "cn=night shift,ou=support,$base" "replace: $name" "$name: no such thing" >/dev/null 2>&1
		[ $? -ne 0 ]
		tap_ok $? "$name refuses what is not of its syntax"
	done
	change "cn=agent,$base" "replace: dgRank" "dgRank: high" >/dev/null 2>&1
	[ $? -ne 0 ]
	tap_ok $? "dgRank refuses what is not a number"
}

check_matching() {
	tap_is "$(found "(dgId=SUPPORT)")" 1 "names ignore case"
	tap_is "$(found "(dgScope=OU=Support , $(tr a-z A-Z <<<"$base"))")" 3 "DNs match parsed, not by their letters"
	tap_is "$(found "(&(objectClass=dgBinding)(dgNotAfter>=20500101000000.0Z))")" 1 "times are ordered"
	tap_is "$(found "(&(objectClass=dgRole)(dgRank>=9)(!(dgRank>=11)))")" 1 "numbers are ordered"
	tap_is "$(found "(dgPermission=records.*)")" 1 "permissions are found by their beginning"
	tap_is "$(found "(dgPermission=records.update \28|\28owner=\$user.dn\29\28city=Zürich\29\29)")" 1 \
		"a permission with a filter in it is found whole"
}

# Two values that differ only in case are two values, and neither is found as the other.
check_exact() {
	tap_is "$(found "(dgPermission=contacts.write)")" 0 "permissions compare exactly"
	tap_run "two permissions that differ only in case stand side by side" \
		change "cn=agent,$base" "add: dgPermission" "dgPermission: contacts.write"
	tap_is "$(found "(&(dgProperty=City=Bern)(!(dgProperty=city=Bern)))")" 1 "properties compare exactly"
}

check_classes() {
	! server_add >/dev/null 2>&1 <<-END
		dn: cn=no maximum,$base
		objectClass: dgRoleSet
		cn: no maximum
		dgRoleMember: cn=agent,$base
	END
	tap_ok $? "a role set without its maximum is refused"
	! change "ou=guests,$base" "add: dgRank" "dgRank: 1" >/dev/null 2>&1
	tap_ok $? "an attribute where no class allows it is refused"
	for class in dgOrganization dgWorkspace dgAccount; do
		change "ou=guests,$base" "add: objectClass" "objectClass: $class" >/dev/null 2>&1
		tap_ok $? "$class can be put on an entry with nothing else"
	done
	tap_run "a binding needs nothing but its name" server_add <<-END
		dn: cn=empty,ou=support,$base
		objectClass: dgBinding
		cn: empty
	END
}

# A limit must not go when the entry goes that it refers to.
check_references() {
	tap_run "a restriction in use can be deleted" server_delete "cn=own,$base"
	tap_is "$(found "(&(objectClass=dgBinding)(dgRestrictedBy=*))")" 1 "who is restricted by it still says so"
}

check_all() {
	check_entries "$1"
	check_syntax dgNotAfter dgDisabled dgScope
	check_matching
	check_classes
	check_references
	check_single
}
