#!/bin/bash
# What lint says of the server that a directory is on: overlays that change data unseen, rules that are looser than the policy;
# and probe's remedies mend it.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh

dir=$(mktemp -d)
trap 'for one in "$dir"/*/kind; do [ ! -e "$one" ] || server_kill "${one%/kind}"; done; rm -rf "$dir"' EXIT
. tests/scenario/probe_lib.sh
(umask 077 && printf secret >"$dir/password")
for file in examples/respondio/*.ldif; do
	sed '/^version: 1$/d' "$file"
	echo
done | sed 's/^uid: mia$/&\nuserPassword: secret/' >"$dir/all.ldif"
sed -i 's/^dgPermission: workspace.read$/&\ndgPermission: team.read (manager=$user.memberOf)/' "$dir/all.ldif"

# lints NAME WANTED OPTION...: the codes of what is found of the server
lints() {
	local got
	got=$("$BUILD/dirgate" lint --json "${@:3}" 2>"$dir/errors" |
		jq -r '.findings[] | select(.value // "" | test("^ldap")) | .code' | tr '\n' ' ')
	[ ! -s "$dir/errors" ] || got=$(cat "$dir/errors")
	tap_is "${got% }" "$2" "$1"
}
detail() { "$BUILD/dirgate" lint --json "${@:2}" | jq -r --arg code "$1" '.findings[] | select(.code == $code) | .detail'; }

if missing=$(server_missing slapd); then
	echo "SKIPPED: ${0##*/}: slapd: apt-get install $missing" >&2
else
	cat >"$dir/access" <<-END
		access to attrs=userPassword by self =xw by * auth
		access to attrs=authzTo by * auth
		access to attrs=telephoneNumber by self write by * read
		access to * by dn.exact="cn=editor,o=respondio" write by users read by anonymous auth
	END
	mkdir "$dir/good" "$dir/loose"
	slapd_start "$dir/good" -b o=respondio -c -a "$dir/access" -l "$dir/all.ldif" || exit 1
	gateway=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
	root=(-H "$SERVER_LDAPI" -b o=respondio -Y EXTERNAL)
	lints 'slapd: as it should be' '' "${gateway[@]}"
	probe "${root[@]}"
	finds '… nobody reads without a name' ok anonymous
	finds '… nor writes policy for being somebody' ok writing
	ldapmodify -Q -Y EXTERNAL -H "$SERVER_LDAPI" >"$dir/log" 2>&1 <<-'END' || sed 's/^/# /' "$dir/log"
		dn: cn=module{0},cn=config
		changetype: modify
		add: olcModuleLoad
		olcModuleLoad: refint
		olcModuleLoad: memberof

		dn: olcOverlay=refint,olcDatabase={1}mdb,cn=config
		changetype: add
		objectClass: olcOverlayConfig
		objectClass: olcRefintConfig
		olcOverlay: refint
		olcRefintAttribute: seeAlso member

		dn: olcOverlay=memberof,olcDatabase={1}mdb,cn=config
		changetype: add
		objectClass: olcOverlayConfig
		objectClass: olcMemberOfConfig
		olcOverlay: memberof
	END
	lints 'slapd: overlays that who reads may not look at' '' "${gateway[@]}"
	detail unseen-changes "${root[@]}" >"$dir/detail"
	tap_run '… who may, is told of those that matter' grep -qF ': member (refint), memberOf (memberof);' "$dir/detail"
	server_kill "$dir/good"
	rm -rf "$dir/good"

	cat >"$dir/access" <<-END
		access to attrs=telephoneNumber by users write by * read
		access to attrs=telephoneNumber,member by users peername.ip=10.0.0.1 write by * read
		access to dn.subtree="ou=people by name,o=respondio" attrs=entry,dgStatus by self write by * read
		access to * by users write by * read
	END
	slapd_start "$dir/loose" -b o=respondio -c -a "$dir/access" -l "$dir/all.ldif" || exit 1
	gateway=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
	root=(-H "$SERVER_LDAPI" -b o=respondio -Y EXTERNAL)
	lints 'slapd: open to all' 'anonymous-reads passwords-readable' "${gateway[@]}"
	detail policy-writable "${root[@]}" >"$dir/detail"
	tap_is "$(grep -o '{[0-9]}' "$dir/detail" | tr -d '\n')" '{2}{3}' '… the rules that let people write'
	"$BUILD/dirgate" lint "${gateway[@]}" --fail-on=warning >"$dir/log"
	tap_is "$?" 1 '… and it fails on warnings'
	probe "${gateway[@]}"
	paste anonymous
	paste passwords
	lints '… what was said to be done mends it' '' "${gateway[@]}"
	server_kill "$dir/loose"
fi

if missing=$(server_missing 389ds); then
	echo "SKIPPED: ${0##*/}: 389ds: apt-get install $missing" >&2
else
	mkdir "$dir/389"
	ds389_start "$dir/389" -b o=respondio -l "$dir/all.ldif" || exit 1
	gateway=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_GATEWAY" -y "$dir/password")
	lints '389: everybody may read' 'anonymous-reads' "${gateway[@]}"
	probe "${gateway[@]}"
	finds '… what they may write is not said to those who read' not-applicable writing
	manager=(-H "$SERVER_URI" -b o=respondio -D "$SERVER_ADMIN" -y "$dir/password")
	probe "${manager[@]}"
	finds '… but to the manager' ok writing
	server_modify >"$dir/log" 2>&1 <<-END || sed 's/^/# /' "$dir/log"
		dn: o=respondio
		changetype: modify
		add: aci
		aci: (targetattr="member || dgGrantsRole")(version 3.0; acl "loose"; allow (write) userdn="ldap:///all";)

		dn: cn=config
		changetype: modify
		replace: nsslapd-allow-anonymous-access
		nsslapd-allow-anonymous-access: rootdse
	END
	lints '389: everybody may write, and nobody without a name read' 'passwords-readable policy-writable' "${manager[@]}"
	server_kill "$dir/389"
fi

if missing=$(server_missing samba); then
	echo "SKIPPED: ${0##*/}: samba: apt-get install $missing" >&2
else
	samba_start "$dir/samba" -T "$(samba_kept)"
	top=OU=acme,$SERVER_BASE
	server_add >"$dir/log" 2>&1 <<-END || sed 's/^/# /' "$dir/log"
		dn: $top
		objectClass: organizationalUnit
		objectClass: dgOrganization

		dn: CN=reader,$top
		objectClass: dgRole
		dgPermission: docs.read

		dn: CN=readers,$top
		objectClass: dgBinding
		dgGrantsRole: CN=reader,$top
		dgScope: $top
	END
	(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
	lints 'samba: as it should be' '' -H "$SERVER_URI" -b "$top" -D "$SERVER_GATEWAY" -y "$dir/password"
	lints 'samba: who reads may write' policy-writable -H "$SERVER_URI" -b "$top" -D "$SERVER_ADMIN" -y "$dir/password"
fi
tap_done
