# shellcheck shell=bash
# For tests of how the gateway binds: one check of a source, and what it says. Source it in the top folder, with $BUILD set.
. tests/scenario/daemon_lib.sh

sed 1d "$policy" >"$dir/policy.ldif"
# Nobody but the gateway reads: whatever is read was read as it.
readers() {
	echo 'access to attrs=userPassword by * auth'
	echo "access to * by dn.exact=cn=gateway,ou=services read by * none"
}
readers >"$dir/access"
(umask 077 && printf '%s\n' secret >"$dir/password" && printf '%s\n' mistaken >"$dir/mistaken")

inside=() # a command that runs the gateway where the server is

# source_write URI BIND TLS: the configuration of one source, BIND and TLS as in dirgate.yaml(5)
source_write() {
	cat <<-END
		sources:
		  - name: acme
		    uri: "$1"
		    base: o=acme
		    bind: { ${2:-} }
		    tls: { ${3:-} }
		    heartbeat: 200ms
		    heartbeat_limit: 1s
		    connect_timeout: 3s
		listen:
		  - address: 127.0.0.1:0
		max_staleness: 3s
	END
}

# says WORDS NAME URI [BIND [TLS]]: what dirgated --check says of such a source has the words; "ok" for: it was read
says() {
	local wanted=$1 status=0 lines
	source_write "$3" "${4:-}" "${5:-}" >"$dir/one.yaml"
	lines=$(${inside[@]+"${inside[@]}"} "$BUILD/dirgated" --check --config "$dir/one.yaml" 2>&1) || status=$?
	[ "$wanted" != ok ] || wanted="ok     source acme: 6 entries from $3"
	grep -qF -- "$wanted" <<<"$lines" && [ "$status" = "$([ "$1" = ok ] && echo 0 || echo 1)" ]
	status=$?
	tap_ok "$status" "$2"
	[ "$status" = 0 ] || sed 's/^/# /' <<<"$lines"
}

# Debian's own; another one may come first in $PATH.
python=/usr/bin/python3
liar_need() { [ -x "$python" ] || tap_skip 'apt-get install python3'; }

# liar MODE [CERTIFICATE [PORT]]: another server, tests/servers/liar.py, with a certificate of $tls; its port in $port, what it
# is told in $told
liar() {
	liar_end
	told=$dir/told
	coproc liar { exec "$python" tests/servers/liar.py "$1" "$told" "$tls/${2:-server}.crt" "$tls/${2:-server}.key" ${3:-} 2>/dev/null; }
	liar_pid=$liar_PID
	read -r port <&"${liar[0]}"
}
liar_end() {
	[ -n "${liar_pid:-}" ] || return 0
	kill "$liar_pid" 2>/dev/null
	wait "$liar_pid" 2>/dev/null
	liar_pid=''
}
