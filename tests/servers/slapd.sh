#!/bin/bash
# A private OpenLDAP server with the schema of dirgate, on loopback; README.md says how to use it.
#
#   slapd.sh start DIR [OPTION...] | stop DIR | kill DIR | restart DIR | env DIR
#
#   -b SUFFIX   a database for SUFFIX, may be given again (default: o=acme); the first is SERVER_BASE
#   -l FILE     load this LDIF into the database last named, before the start, may be given again
#   -d LINE     a line more in the configuration of every database, such as "sizelimit 10"
#   -g LINE     a line more in the global configuration
#   -a FILE     access rules instead of the default (passwords hidden, all else readable)
#   -s FILE     a further .schema file
#   -p PORT     this port instead of a free one
#   -i ADDRESS  this address instead of 127.0.0.1
#   -t          TLS: ldaps as SERVER_LDAPS, StartTLS as well, SERVER_CA is the authority
#   -c          configured by cn=config, which root and the user that starts it may change over SERVER_LDAPI
#   -n          without the schema of dirgate and its indexes
#   -S          load LDIF without looking whether classes allow it
#   -N          without syncprov
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
schema=$project_dir/schema/openldap
services=ou=services
gateway=cn=gateway,$services
admin=cn=admin,$services
password=secret

server_create() {
	local dir=$1 option port='' address=127.0.0.1 tls='' config='' ours=1 sync=1 access='' unchecked='' index=-1
	local -a suffixes=() loads=() database=() global=() schemas=()
	shift
	while getopts b:l:d:g:a:s:p:i:tcnNS option; do
		case $option in
		b) suffixes+=("$OPTARG") loads+=('') index=$((index + 1)) ;;
		l)
			[ $index -ge 0 ] || { suffixes=(o=acme) loads=('') index=0; }
			loads[index]+="$(realpath "$OPTARG")"$'\n'
			;;
		d) database+=("$OPTARG") ;;
		g) global+=("$OPTARG") ;;
		a) access=$OPTARG ;;
		s) schemas+=("$OPTARG") ;;
		p) port=$OPTARG ;;
		i) address=$OPTARG ;;
		t) tls=1 ;;
		c) config=1 ;;
		n) ours='' ;;
		N) sync='' ;;
		S) unchecked=-s ;;
		*) die "see the head of $0" ;;
		esac
	done
	[ ${#suffixes[@]} -gt 0 ] || { suffixes=(o=acme) loads=(''); }
	echo slapd >"$dir/kind"
	echo "${suffixes[0]}" >"$dir/base"
	echo "$port" >"$dir/port"
	echo "$address" >"$dir/address"
	[ -z "$tls" ] || server_ca "$dir/tls"
	config_write "$dir" >"$dir/slapd.conf"
	services_load "$dir"
	for index in "${!suffixes[@]}"; do
		while read -r file; do
			[ -z "$file" ] || slapadd -q -w $unchecked -f "$dir/slapd.conf" -b "${suffixes[index]}" -l "$file" ||
				die "cannot load $file"
		done <<<"${loads[index]}"
	done
	[ -z "$config" ] || config_convert "$dir"
	server_launch "$dir"
}

# Uses the variables of server_create.
config_write() {
	local dir=$1 file index
	for file in core cosine inetorgperson nis dyngroup; do echo "include /etc/ldap/schema/$file.schema"; done
	[ -z "$ours" ] || echo "include $schema/dirgate.schema"
	for file in ${schemas[@]+"${schemas[@]}"}; do echo "include $(realpath "$file")"; done
	cat <<-END
		modulepath /usr/lib/ldap
		moduleload back_mdb
		moduleload syncprov
		pidfile $dir/slapd.pid
		threads 4
		authz-policy to
	END
	[ -z "$tls" ] || cat <<-END
		TLSCACertificateFile $dir/tls/ca.crt
		TLSCertificateFile $dir/tls/server.crt
		TLSCertificateKeyFile $dir/tls/server.key
		TLSVerifyClient try
	END
	for index in "${!global[@]}"; do echo "${global[index]}"; done
	echo "database config"
	echo "rootdn gidNumber=$(id -g)+uidNumber=$(id -u),cn=peercred,cn=external,cn=auth"
	for index in "${!suffixes[@]}"; do database_write "$dir" "$index" "${suffixes[index]}"; done
	mkdir -p "$dir/services"
	cat <<-END
		database ldif
		suffix $services
		directory $dir/services
		rootdn $admin
		rootpw $password
		access to attrs=userPassword by * auth
		access to attrs=authzTo by * auth
		access to * by * read
	END
}

# One database: DIR/dbN.
database_write() {
	local dir=$1/db$2 index
	mkdir -p "$dir"
	cat <<-END
		database mdb
		suffix "$3"
		directory $dir
		maxsize 4294967296
		dbnosync
		rootdn $admin
		index objectClass,entryUUID,entryCSN eq
		index cn,uid,mail,member,uniqueMember,memberUid,owner eq
		limits dn.exact=$gateway size=unlimited time=unlimited
	END
	[ -z "$ours" ] || echo "include $schema/indexes.conf"
	for index in "${!database[@]}"; do echo "${database[index]}"; done
	if [ -n "$access" ]; then
		cat "$access"
	else
		echo "access to attrs=userPassword by self =xw by * auth"
		echo "access to * by * read"
	fi
	[ -z "$sync" ] || printf 'overlay syncprov\nsyncprov-checkpoint 1 1\n'
}

# The identities of services have a database of their own, so that any LDIF can be loaded into the others.
services_load() {
	slapadd -f "$1/slapd.conf" -b "$services" <<-END
		dn: $services
		objectClass: organizationalUnit
		ou: services

		dn: $gateway
		objectClass: organizationalRole
		objectClass: simpleSecurityObject
		cn: gateway
		userPassword: $password
		$(printf 'authzTo: ldap:///%s??sub?(objectClass=person)\n' "${suffixes[@]}")
	END
}

config_convert() {
	mkdir -p "$1/slapd.d"
	slaptest -n 0 -f "$1/slapd.conf" -F "$1/slapd.d" >"$1/slaptest.log" 2>&1 || die "$(cat "$1/slaptest.log")"
}

# Tries other ports when somebody else took those that were free.
server_launch() {
	local dir=$1 port try
	port=$(cat "$dir/port")
	[ -z "$port" ] || { launch_on "$dir" "$port" && return; }
	for try in {1..5}; do
		[ -z "$port" ] || break
		rm -f "$dir/ldaps"
		launch_on "$dir" "$(server_port)" && return
	done
	tail -n 5 "$dir/slapd.log" >&2
	die "slapd does not start, see $dir/slapd.log"
}

launch_on() {
	local dir=$1 port=$2 address ldapi ldaps='' from="-f $1/slapd.conf"
	address=$(cat "$dir/address")
	ldapi=$(server_ldapi "$dir/ldapi")
	[ ! -d "$dir/slapd.d" ] || from="-F $dir/slapd.d"
	if [ -d "$dir/tls" ]; then
		[ -s "$dir/ldaps" ] || server_port >"$dir/ldaps"
		ldaps=ldaps://$address:$(cat "$dir/ldaps")
	fi
	# shellcheck disable=SC2086
	setsid slapd $from -h "ldap://$address:$port $ldapi $ldaps" -d none </dev/null >>"$dir/slapd.log" 2>&1 &
	server_claim "$dir" $!
	server_ready "$dir" "$ldapi" || return 1
	echo "$port" >"$dir/port"
	server_env "$dir" DIR "$dir" PID "$(cat "$dir/pid")" URI "ldap://$address:$port" LDAPI "$ldapi" LDAPS "$ldaps" \
		BASE "$(cat "$dir/base")" ADMIN "$admin" GATEWAY "$gateway" PASSWORD "$password" \
		CA "$([ -z "$ldaps" ] || echo "$dir/tls/ca.crt")"
}

server_main "$@"
