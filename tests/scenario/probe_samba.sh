#!/bin/bash
# dirgate probe on an Active Directory domain controller (Samba): as it should be, and without the rights that it needs.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
tap_need samba

dir=$(mktemp -d)
trap '[ ! -e "$dir/one/kind" ] || server_stop "$dir/one"; rm -rf "$dir"' EXIT
. tests/scenario/follow.sh
. tests/scenario/probe_lib.sh
mkdir "$dir/one"
samba_start "$dir/one" -T "$(samba_kept)" || exit 1
sed "s|BASE|OU=acme,$SERVER_BASE|" tests/scenario/dirsync.ldif | server_add >/dev/null || exit 1
(umask 077 && printf '%s' "$SERVER_PASSWORD" >"$dir/password")

probe -H "$SERVER_URI" -b "OU=acme,$SERVER_BASE" -D "$SERVER_GATEWAY" -y "$dir/password" --fail-on=warning
all_well 'a domain controller as it should be'
tap_is "$probed" 0 '… ends with 0'
finds '… is known' ok server 'Active Directory'
finds '… tells changes' ok changes DirSync
finds '… and deletions' ok deletions
finds '… tells its time' ok clock "the server's clock is 0 s"
finds '… and how far it is' ok position 'update number'
finds '… is encrypted, or a local socket' not-applicable encryption 'local socket'

# An account as any other.
server_add >"$dir/log" 2>&1 <<-END || sed 's/^/# /' "$dir/log"
	dn: CN=plain,CN=Users,$SERVER_BASE
	objectClass: user
	sAMAccountName: plain
	userAccountControl: 512
	unicodePwd:: $(printf '"%s"' "$SERVER_PASSWORD" | iconv -t UTF-16LE | base64)
END
probe -H "$SERVER_URI" -b "OU=acme,$SERVER_BASE" -D "CN=plain,CN=Users,$SERVER_BASE" -y "$dir/password"
finds 'who may not list what was deleted' warning deletions 'may not list Deleted Objects' 'LCRP'
probe -H "$SERVER_URI" -b "OU=other,$SERVER_BASE" -D "$SERVER_GATEWAY" -y "$dir/password"
finds 'a base that is not there' failed base 'there is no entry OU=other'
tap_done
