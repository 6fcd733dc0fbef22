#!/bin/bash
# The gateway's memory stays at its level: what it has after the first tenth of many changes and whole reads it has in the end. On
# an OpenLDAP server that is followed, and, shorter, on one that is polled and on Active Directory (Samba), if that can run.
#
#   CHANGES=n REFRESHES=n    how many changes (1000) and whole reads (20); a fifth of them where it is shorter
#   PEOPLE=n                 in the directory (2000)
#   PERCENT=n                by how much the level may rise (10), besides half a MiB
#
# The level is the memory of its own that the process has when nothing happens (Pss_Anon, proc_pid_smaps(5)).
set -u
. tests/scenario/daemon_lib.sh
tap_need slapd
[ -z "${SANITIZE:-}" ] || tap_skip 'a sanitizer keeps what was freed'

changes=${CHANGES:-1000} refreshes=${REFRESHES:-20} people=${PEOPLE:-2000} percent=${PERCENT:-10}
top=ou=acme,dc=ad,dc=example,dc=test

ldif() { python3 tests/scenario/memory_level.py "$@"; }
memory() { awk '/^Pss_Anon/ { print $2 }' "/proc/$gateway/smaps_rollup"; }
loads() { curl -sS "$url/readyz" | jq '.sources[0].counters.loads'; }
loaded_since() { [ "$(loads)" -gt "$1" ]; }

# settled: the memory, once it stays the same.
settled() {
	local before=0 now try
	for try in {1..20}; do
		now=$(memory)
		[ "$now" != "$before" ] || break
		before=$now
		sleep 0.5
	done
	echo "$now"
}

marks=0
change_many() {
	marks=$((marks + 1))
	{
		ldif changes "$top" "$people" "$1" "$2"
		ldif mark "$top" "$marks"
	} | server_modify >"$dir/modify.log" 2>&1 || tail -n 2 "$dir/modify.log"
	eventually answers true p1 "docs.mark$marks" red
}

refresh_many() {
	local number before
	for ((number = $1; number < $2; number++)); do
		before=$(loads)
		kill -HUP "$gateway"
		eventually loaded_since "$before" || return
	done
}

# stays NAME COUNT COMMAND: COMMAND FROM TO, for a tenth of COUNT and for the rest, leaves the memory where it is.
stays() {
	local first last tenth=$(($2 / 10))
	"$3" 0 "$tenth"
	tap_ok $? "$1: a tenth of $2"
	first=$(settled)
	"$3" "$tenth" "$2"
	tap_ok $? "$1: the rest"
	last=$(settled)
	echo "# $1: $first KiB after a tenth of $2, $last KiB in the end"
	[ "$last" -le $((first * (100 + percent) / 100 + 512)) ]
	tap_ok $? "$1: the memory stays at its level"
}

# levels NAME SHARE OPTIONS: of a gateway on the current server; OPTIONS are more of its source's.
levels() {
	(umask 077 && printf '%s\n' "$SERVER_PASSWORD" >"$dir/password")
	cat >"$dir/dirgate.yaml" <<-END
		sources: [{ name: acme, uri: "$SERVER_URI", base: "$top", bind: { dn: "$SERVER_GATEWAY", password_file: password }, $3 }]
		listen: [{ address: "127.0.0.1:0" }]
		max_staleness: 60s
	END
	gateway_start --config "$dir/dirgate.yaml"
	tap_run "$1: ready" eventually ready
	stays "$1, changes" $((changes / $2)) change_many
	stays "$1, whole reads" $((refreshes / $2)) refresh_many
	gateway_stop
	tap_is "$status" 0 "$1: it ends well"
}

ldif entries "$top" "$people" slapd >"$dir/entries.ldif"
slapd_start "$dir/slapd" -b "$top" -l "$dir/entries.ldif" || exit
levels content-sync 1 'kind: content-sync'
slapd_start "$dir/polled" -N -b "$top" -l "$dir/entries.ldif" || exit
levels poll 5 'kind: poll, interval: 200ms, ids_interval: 1s'
if ! server_missing samba >/dev/null && [ "$(id -u)" = 0 ]; then
	# As in dirsync_samba.sh: the domain is kept until one of these files changes.
	kept=$(dirname "$BUILD")/samba-$(cat schema/ad/dirgate.ldf tests/servers/samba.sh | sha256sum | cut -c 1-16)
	people=200
	samba_start "$dir/samba" -T "$kept" || exit
	ldif entries "$top" "$people" samba | server_add >/dev/null
	levels dirsync 5 'kind: dirsync, interval: 200ms'
fi
tap_done
