# What the server scripts share, and the functions tests use. Bash; source it:
#
#     . tests/servers/lib.sh
#     slapd_start "$dir" -b o=acme -l policy.ldif
#
# README.md lists the options and the variables that a started server leaves.

servers_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project_dir=${servers_dir%/tests/servers}

# --- For tests: start a server, and have its SERVER_* variables in this shell ---

slapd_start() { "$servers_dir/slapd.sh" start "$@" && . "$1/env"; }
ds389_start() { "$servers_dir/389ds.sh" start "$@" && . "$1/env"; }
samba_start() { "$servers_dir/samba.sh" start "$@" && . "$1/env"; }
kdc_start() { "$servers_dir/kdc.sh" start "$@" && . "$1/env"; }
kdc_stop() { "$servers_dir/kdc.sh" stop "${1:-$KDC_DIR}"; }

# samba_kept: a folder for samba_start -T, in which the domain is kept until the schema or the script that makes it changes.
samba_kept() {
	echo "$project_dir/build/samba-$(cat "$project_dir/schema/ad/dirgate.ldf" "$servers_dir/samba.sh" | sha256sum | cut -c 1-16)"
}

# server_use DIR: make the server in DIR the one that SERVER_* and the functions below mean.
server_use() { . "$1/env"; }

# server_do VERB [DIR]: stop, kill (as kill -9), restart or env; DIR defaults to the current server.
server_do() {
	local dir=${2:-$SERVER_DIR}
	bash "$servers_dir/$(cat "$dir/kind").sh" "$1" "$dir" || return
	[ "$1" != restart ] || . "$dir/env"
}

server_stop() { server_do stop "$@"; }
server_kill() { server_do kill "$@"; }
server_restart() { server_do restart "$@"; }

# The OpenLDAP tools, as the administrator of the current server.
server_modify() { server_tool ldapmodify "$@"; }
server_add() { server_tool ldapadd "$@"; }
server_delete() { server_tool ldapdelete "$@"; }
server_rename() { server_tool ldapmodrdn "$@"; }
server_search() { server_tool ldapsearch -LLL -o ldif-wrap=no "$@"; }
server_compare() { server_tool ldapcompare "$@"; }
server_tool() {
	local tool=$1
	shift
	LDAPTLS_CACERT=${SERVER_CA:-} "$tool" -x -H "$SERVER_URI" -D "$SERVER_ADMIN" -w "$SERVER_PASSWORD" "$@"
}

# server_inside COMMAND...: run it in the network of a Samba server, where its TCP ports are.
server_inside() { nsenter -t "$SERVER_PID" -n "$@"; }

# server_missing slapd|389ds|samba|kdc: print a Debian package that is missing, fail if none is.
server_missing() {
	local one
	case $1 in
	slapd) set -- slapd=/usr/sbin/slapd ;;
	kdc)
		set -- krb5-kdc=/usr/sbin/krb5kdc krb5-admin-server=/usr/sbin/kadmin.local krb5-user=/usr/bin/kinit \
			libsasl2-modules-gssapi-mit="$(echo /usr/lib/*/sasl2/libgssapiv2.so)"
		;;
	389ds) set -- 389-ds-base=/usr/sbin/ns-slapd python3-lib389=/usr/sbin/dsconf libnss3-tools=/usr/bin/certutil ;;
	samba)
		set -- samba-ad-dc=/usr/sbin/samba samba-ad-provision=/usr/share/samba/setup iproute2=/sbin/ip \
			samba-dsdb-modules="$(echo /usr/lib/*/samba/ldb/samldb.so)" python3-samba=/usr/bin/samba-tool
		;;
	esac
	for one in "$@" ldap-utils=/usr/bin/ldapmodify openssl=/usr/bin/openssl; do
		[ -e "${one#*=}" ] || { echo "${one%=*}" && return; }
	done
	return 1
}

# --- For the server scripts ---

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# A free TCP port of 127.0.0.1, below the range from which outgoing connections take theirs, so that a
# server that was stopped finds its port free when it starts again.
server_port() {
	local port try
	for try in {1..100}; do
		port=$((10000 + RANDOM % 20000))
		if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return
		fi
	done
	return 1
}

# server_claim DIR PID: note the process that is the server of DIR.
server_claim() {
	echo "$2" >"$1/pid"
	server_born "$2" >"$1/born"
}

# When a process started, in clock ticks since boot (proc(5)); nothing if there is none or it has ended.
server_born() { sed -n 's/.*) [^ZX] //p' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 19; }

# server_alive DIR: whether the server of DIR runs; a process that took over its number does not count.
server_alive() {
	[ -s "$1/pid" ] && [ -s "$1/born" ] && [ "$(server_born "$(cat "$1/pid")")" = "$(cat "$1/born")" ]
}

# server_signal DIR SIGNAL: send it and wait, at most 20 s, until the server is gone.
server_signal() {
	local try
	for try in {1..400}; do
		server_alive "$1" || break
		[ "$try" -gt 1 ] || kill -s "$2" "$(cat "$1/pid")"
		sleep 0.05
	done
	! server_alive "$1" || return 1
	rm -f "$1/pid"
}

# The URI of a local socket (RFC 3986 escapes of its path).
server_ldapi() { echo "ldapi://${1//\//%2F}"; }

# server_ready DIR URI: wait, at most 30 s, until it answers. Give the local socket: a port may be another's.
server_ready() {
	local try
	for try in {1..600}; do
		LDAPTLS_REQCERT=never ldapsearch -x -H "$2" -o nettimeout=2 -s base -b '' 1.1 >/dev/null 2>&1 && return
		server_alive "$1" || return 1
		sleep 0.05
	done
	return 1
}

# server_env DIR NAME VALUE... : write DIR/env, which a shell can source (values hold no apostrophe).
server_env() {
	local file=$1/env
	shift
	while [ $# -gt 1 ]; do
		printf "export SERVER_%s='%s'\\n" "$1" "$2"
		shift 2
	done >"$file"
}

# server_main VERB DIR [OPTION...]: the commands that every server script has. The script defines
# server_create DIR OPTION... (write all files, launch) and server_launch DIR (run, write pid and env).
server_main() {
	[ $# -ge 2 ] || die "usage: ${0##*/} start|stop|kill|restart|env DIR [OPTION...]"
	local verb=$1 dir
	mkdir -p "$2" && dir=$(cd "$2" && pwd) || die "cannot make $2"
	shift 2
	case $verb in
	start)
		! server_alive "$dir" || die "already running in $dir"
		server_create "$dir" "$@"
		;;
	restart)
		server_signal "$dir" TERM || die "does not stop"
		server_launch "$dir"
		;;
	stop) server_signal "$dir" TERM || die "does not stop" ;;
	kill) server_signal "$dir" KILL || die "does not end" ;;
	env) cat "$dir/env" ;;
	*) die "unknown command $verb" ;;
	esac
}

# server_ca DIR [NAME...]: a certificate authority of its own in DIR (ca.crt) with server.crt/.key for
# localhost, 127.0.0.1, this machine and NAME..., client.crt/.key for cn=gateway, wrong.crt/.key for another host.
server_ca() {
	local dir=$1 names="DNS:localhost,DNS:$(hostname),IP:127.0.0.1,IP:::1" name
	shift
	for name in "$@"; do names+=",DNS:$name"; done
	mkdir -p "$dir"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=Test authority" \
		-keyout "$dir/ca.key" -out "$dir/ca.crt" -addext basicConstraints=critical,CA:TRUE \
		-addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
	server_certificate "$dir" server "/CN=localhost" "subjectAltName=$names" serverAuth
	server_certificate "$dir" client "/O=Test/CN=gateway" "subjectAltName=DNS:gateway" clientAuth
	server_certificate "$dir" wrong "/CN=other.example" "subjectAltName=DNS:other.example" serverAuth
}

server_certificate() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$3" -keyout "$1/$2.key" 2>/dev/null |
		openssl x509 -req -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial -days 30 -out "$1/$2.crt" \
			-extfile <(printf '%s\n' "$4" "extendedKeyUsage=$5" keyUsage=digitalSignature) 2>/dev/null
}
