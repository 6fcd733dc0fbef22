#!/bin/bash
# A name that came back as another entry: on each kind of server, by each way to follow it, lint shows what bindings and groups
# still say of whoever had it before.  An entry that was renamed is no other; a value that was written again is meant.
set -u
. tests/scenario/daemon_lib.sh

# What differs between servers: $top, $class of people, $rdn that names them, $attribute that has members.
value() { [ "$attribute" = memberUid ] && echo "$1" || echo "$rdn=$1,$top"; }
person() {
	printf '%s\n' "dn: $rdn=$1,$top" "objectClass: $class" "$rdn: $1" "sn: $1"
	[ "$rdn" = uid ] && printf '%s\n' "cn: $1" '' || printf '%s\n' "uid: $1" "sAMAccountName: $1" 'userAccountControl: 544' ''
}
tree() {
	cat <<-END
		dn: cn=reader,$top
		objectClass: dgRole
		cn: reader
		dgPermission: docs.read

		dn: ou=red,$top
		objectClass: organizationalUnit
		objectClass: dgWorkspace
		ou: red

	END
	person sam
	person ann
	cat <<-END
		dn: cn=readers,ou=red,$top
		objectClass: dgBinding
		cn: readers
		dgGrantsRole: cn=reader,$top
		$attribute: $(value sam)
		$attribute: $(value ann)
		$attribute: $(value eve)
	END
}

findings() { curl -fsS "$1/v1/lint" | jq -r '.findings[] | select(.code == "member-came-later") | "\(.attribute) \(.value)"'; }
finds() { # WANTED, by every gateway
	local each
	for each in "${urls[@]}"; do [ "$(findings "$each")" = "$1" ] || return 1; done
}
allowed() { # WHO, by every gateway
	for url in "${urls[@]}"; do answers true "$1" docs.read red || return 1; done
}
shown() { for each in "${urls[@]}"; do printf '# %s: %s\n' "$each" "$(findings "$each")"; done; }

# all KIND...: the story, as each of these kinds of source sees it
all() {
	local kind urls=()
	gateways=()
	for kind; do
		cat >"$dir/$kind.yaml" <<-END
			sources:
			  - name: acme
			    kind: $kind
			    uri: $SERVER_URI
			    base: "$top"
			    bind: { dn: "$SERVER_GATEWAY", password_file: password }
			    $([ "$kind" != poll ] || echo 'interval: 100ms')
			    $([ "$kind" != poll ] || echo 'ids_interval: 300ms')
			listen:
			  - address: 127.0.0.1:0
			max_staleness: 30s
		END
		gateway_start --config "$dir/$kind.yaml" && eventually ready
		tap_ok $? "$server: $kind"
		gateways+=("$gateway")
		urls+=("$url")
	done
	tap_run "$server: nothing to find at first" eventually finds ''
	tap_run "$server: who is named may" eventually allowed ann

	sleep 1.1 # times have whole seconds
	printf '%s\n' "dn: $rdn=ann,$top" 'changetype: modrdn' "newrdn: $rdn=eve" 'deleteoldrdn: 1' '' |
		server_modify >/dev/null
	[ "$attribute" = member ] || printf '%s\n' "dn: $rdn=eve,$top" 'changetype: modify' 'replace: uid' 'uid: eve' | server_modify >/dev/null
	tap_run "$server: renamed, she has what her new name is given" eventually allowed eve
	tap_run "$server: and is no other entry" finds ''

	server_delete "$rdn=sam,$top" >/dev/null
	person sam | server_add >/dev/null
	tap_run "$server: another entry of the name" eventually finds "$attribute $(value sam)"
	finds "$attribute $(value sam)" || shown
	tap_run "$server: has what the other was given" eventually allowed sam

	sleep 1.1
	printf '%s\n' "dn: cn=readers,ou=red,$top" 'changetype: modify' "delete: $attribute" "$attribute: $(value sam)" '' \
		"dn: cn=readers,ou=red,$top" 'changetype: modify' "add: $attribute" "$attribute: $(value sam)" | server_modify >/dev/null
	tap_run "$server: written again it is meant" eventually finds ''
	tap_run "$server: and is still given" eventually allowed sam
	for gateway in "${gateways[@]}"; do gateway_stop; done
	gateways=()
	server_kill
}

present=0 gateways=()
trap '[ ${#gateways[@]} = 0 ] || kill -KILL "${gateways[@]}"; gateway=""; cleanup' EXIT
for server in slapd 389ds samba; do
	if missing=$(server_missing $server); then
		echo "SKIPPED: ${0##*/}: $server: apt-get install $missing" >&2
		continue
	fi
	present=1 top=o=acme class=inetOrgPerson rdn=uid attribute=member
	case $server in
	slapd | 389ds)
		{ printf '%s\n' 'dn: o=acme' 'objectClass: organization' 'objectClass: dgOrganization' 'o: acme' ''; tree; } >"$dir/tree.ldif"
		"${server/389ds/ds389}_start" "$dir/$server" -b o=acme -l "$dir/tree.ldif"
		;;
	samba)
		samba_start "$dir/samba" -T "$(samba_kept)"
		top=OU=acme,$SERVER_BASE class=user rdn=CN attribute=memberUid # the server itself removes a DN that has gone
		{ printf '%s\n' "dn: $top" 'objectClass: organizationalUnit' 'objectClass: dgOrganization' ''; tree; } |
			server_add >"$dir/add.log" 2>&1 || sed 's/^/# /' "$dir/add.log"
		;;
	esac
	(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
	case $server in
	samba) all dirsync poll ;;
	*) all content-sync poll ;;
	esac
done
[ $present = 1 ] || tap_skip 'there is no server'
tap_done
