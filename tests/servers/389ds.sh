#!/bin/bash
# A private 389 Directory Server with the schema of dirgate, on loopback; README.md says how to use it.
# dscreate needs systemd; here the server's own template is filled in and ns-slapd started directly.
#
#   389ds.sh start DIR [OPTION...] | stop DIR | kill DIR | restart DIR | env DIR
#
#   -b SUFFIX   a backend for SUFFIX, may be given again (default: o=acme); the first is SERVER_BASE
#   -l FILE     add this LDIF, which holds the suffix last named, and let everybody read what is below it
#   -p PORT     this port instead of a free one
#   -t          TLS: ldaps as SERVER_LDAPS, StartTLS as well, SERVER_CA is the authority
#   -n          without the schema of dirgate and its indexes
#   -N          without the plug-ins for content synchronization
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

schema=$project_dir/schema/389ds
template=/usr/share/dirsrv/data/template-dse.ldif
services=ou=services
gateway=cn=gateway,$services
admin="cn=Directory Manager"
password=secret

server_create() {
	local dir=$1 option port='' tls='' ours=1 sync=1 index
	local -a suffixes=() loads=()
	shift
	while getopts b:l:p:tnN option; do
		case $option in
		b) suffixes+=("$OPTARG") ;;
		l)
			[ ${#suffixes[@]} -gt 0 ] || suffixes=(o=acme)
			loads+=("${suffixes[-1]}" "$(realpath "$OPTARG")")
			;;
		p) port=$OPTARG ;;
		t) tls=1 ;;
		n) ours='' ;;
		N) sync='' ;;
		*) die "see the head of $0" ;;
		esac
	done
	[ ${#suffixes[@]} -gt 0 ] || suffixes=(o=acme)
	echo 389ds >"$dir/kind"
	echo "${suffixes[0]}" >"$dir/base"
	mkdir -p "$dir"/{conf/schema,lock,tmp,ldif,bak,run,inst,log,db}
	# What is in /etc/dirsrv only some may read; the rest of the schema is elsewhere, but the server wants a file here.
	printf '%s\n' 'dn: cn=schema' 'objectClass: top' 'objectClass: ldapSubentry' 'objectClass: subschema' 'cn: schema' \
		>"$dir/conf/schema/99user.ldif"
	[ -z "$ours" ] || cp "$schema/60dirgate.ldif" "$dir/conf/schema/"
	echo "${port:-$(server_port)}" >"$dir/port"
	[ -z "$tls" ] || tls_create "$dir"
	dse_write "$dir" | cat -s >"$dir/conf/dse.ldif" # it takes two empty lines for an entry
	server_launch "$dir"
	content_add "$dir"
}

# The first is userRoot, as in an ordinary installation.
backend_name() { [ "$1" = 0 ] && echo userRoot || echo "userRoot$1"; }

# Uses the variables of server_create.
dse_write() {
	local dir=$1 index
	template_fill "$dir" | plugins_enable
	for index in "${!suffixes[@]}"; do backend_write "$dir" "$(backend_name "$index")" "${suffixes[index]}"; done
	backend_write "$dir" services "$services"
}

template_fill() {
	local dir=$1
	sed -e "s|%schema_dir%|$dir/conf/schema|; s|%lock_dir%|$dir/lock|; s|%tmp_dir%|$dir/tmp|
		s|%cert_dir%|$dir/conf|; s|%ldif_dir%|$dir/ldif|; s|%bak_dir%|$dir/bak|; s|%run_dir%|$dir/run|
		s|%inst_dir%|$dir/inst|; s|%log_dir%|$dir/log|; s|%fqdn%|localhost|; s|%ds_port%|$(cat "$dir/port")|
		s|%ds_user%|$(id -un)|; s|%rootdn%|$admin|; s|%ds_passwd%|$(pwdhash -s PBKDF2_SHA256 "$password")|
		s|%ldapi_enabled%|on|; s|%ldapi%|$dir/ldapi|; s|%ldapi_autobind%|on|; s|%ds_suffix%|${suffixes[0]}|
		s|%config_dir%|$dir/conf|; s|%db_dir%|$dir/db|; s|%db_home_dir%|$dir/db|; s|%db_lib%|bdb|" \
		-e '/^nsslapd-port:/a nsslapd-listenhost: 127.0.0.1' \
		-e '/^nsslapd-port:/a nsslapd-securelistenhost: 127.0.0.1' \
		${tls:+-e "/^nsslapd-port:/a nsslapd-security: on"} \
		${tls:+-e "/^nsslapd-port:/a nsslapd-secureport: $(cat "$dir/ldaps")"} "$template"
}

plugins_enable() {
	[ -n "$sync" ] || { cat && return; }
	awk '/^dn: / { on = /^dn: cn=(Content Synchronization|Retro Changelog Plugin),/ }
		on && tolower($0) ~ /^nsslapd-pluginenabled:/ { $0 = "nsslapd-pluginEnabled: on" }
		{ print }'
}

backend_write() {
	cat <<-END

		dn: cn="$3",cn=mapping tree,cn=config
		objectClass: top
		objectClass: extensibleObject
		objectClass: nsMappingTree
		cn: $3
		nsslapd-state: backend
		nsslapd-backend: $2

		dn: cn=$2,cn=ldbm database,cn=plugins,cn=config
		objectClass: top
		objectClass: extensibleObject
		objectClass: nsBackendInstance
		cn: $2
		nsslapd-suffix: $3
		nsslapd-directory: $1/db/$2
	END
}

tls_create() {
	local dir=$1
	server_ca "$dir/tls"
	server_port >"$dir/ldaps"
	certutil -N -d "sql:$dir/conf" --empty-password
	certutil -A -d "sql:$dir/conf" -n CA -t CT,, -a -i "$dir/tls/ca.crt"
	openssl pkcs12 -export -inkey "$dir/tls/server.key" -in "$dir/tls/server.crt" -certfile "$dir/tls/ca.crt" \
		-name Server-Cert -passout pass:x -out "$dir/tls/server.p12"
	pk12util -i "$dir/tls/server.p12" -d "sql:$dir/conf" -W x -K '' >/dev/null
}

content_add() {
	local dir=$1 index
	server_use "$dir"
	for index in "${!suffixes[@]}"; do
		[ -z "$ours" ] || sed "s/cn=userRoot,/cn=$(backend_name "$index"),/" "$schema/indexes.ldif" | server_quietly modify
	done
	services_write | server_quietly add
	for ((index = 0; index < ${#loads[@]}; index += 2)); do
		server_quietly add -f "${loads[index + 1]}"
		aci_write "${loads[index]}" | server_quietly modify
	done
}

server_quietly() { "server_$1" "${@:2}" >/dev/null || die "the server refuses what it should $1"; }

services_write() {
	cat <<-END
		dn: $services
		objectClass: organizationalUnit
		ou: services

		dn: $gateway
		objectClass: organizationalRole
		objectClass: simpleSecurityObject
		objectClass: extensibleObject
		cn: gateway
		userPassword: $password
		nsSizeLimit: -1
		nsLookThroughLimit: -1
		nsPagedSizeLimit: -1
		nsPagedLookThroughLimit: -1
		nsTimeLimit: -1
		nsIdleTimeout: 0
	END
}

aci_write() {
	cat <<-END
		dn: $1
		changetype: modify
		add: aci
		aci: (targetattr!="userPassword || aci")(version 3.0; acl "all may read";
		  allow (read, search, compare) userdn = "ldap:///anyone";)
	END
}

server_launch() {
	local dir=$1 ldapi ldaps='' try
	ldapi=$(server_ldapi "$dir/ldapi")
	[ ! -s "$dir/ldaps" ] || ldaps=ldaps://127.0.0.1:$(cat "$dir/ldaps")
	# In lock/server a killed server that nobody has waited for would count as running.
	rm -rf "$dir/run/slapd.pid" "$dir/lock/server"
	setsid ns-slapd -D "$dir/conf" -i "$dir/run/slapd.pid" </dev/null >>"$dir/log/errors" 2>&1 || die "ns-slapd does not start, see $dir/log/errors"
	for try in {1..200}; do [ ! -s "$dir/run/slapd.pid" ] || break && sleep 0.05; done
	server_claim "$dir" "$(cat "$dir/run/slapd.pid")"
	server_ready "$dir" "$ldapi" || die "ns-slapd does not start, see $dir/log/errors"
	server_env "$dir" DIR "$dir" PID "$(cat "$dir/pid")" URI "ldap://127.0.0.1:$(cat "$dir/port")" \
		LDAPI "$ldapi" LDAPS "$ldaps" BASE "$(cat "$dir/base")" ADMIN "$admin" GATEWAY "$gateway" \
		PASSWORD "$password" CA "$([ -z "$ldaps" ] || echo "$dir/tls/ca.crt")"
}

PATH=$PATH:/usr/sbin:/sbin
server_main "$@"
