#!/bin/bash
# A private Kerberos realm, EXAMPLE.TEST, on loopback (MIT krb5); README.md says how to use it.
#
#   kdc.sh start DIR [OPTION...] | stop DIR | kill DIR | restart DIR | env DIR
#
#   -k NAME=FILE  a principal with random keys, which are put into DIR/FILE, may be given again
#   -w NAME=WORD  a principal with this password
#   -l SECONDS    how long a ticket lives at most (default: 10 h)
#   -c COMMAND    run the KDC by this command, such as "faketime -f -1h"
#
# A program is in the realm with KRB5_CONFIG=$KDC_CONFIG in its environment.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
realm=EXAMPLE.TEST

server_create() {
	local dir=$1 option life=36000 one
	local -a keys=() words=()
	shift
	: >"$dir/command"
	while getopts k:w:l:c: option; do
		case $option in
		k) keys+=("$OPTARG") ;;
		w) words+=("$OPTARG") ;;
		l) life=$OPTARG ;;
		c) echo "$OPTARG" >"$dir/command" ;;
		*) die "see the head of $0" ;;
		esac
	done
	echo kdc >"$dir/kind"
	server_port >"$dir/port"
	config_write "$dir" >"$dir/krb5.conf"
	kdc_write "$dir" "$life" >"$dir/kdc.conf"
	kdc_tool kdb5_util create -s -r "$realm" -P master-secret || die "cannot make the realm"
	for one in ${keys[@]+"${keys[@]}"}; do
		kdc_tool kadmin.local addprinc -randkey "${one%%=*}" &&
			kdc_tool kadmin.local ktadd -k "$dir/${one#*=}" "${one%%=*}" || die "cannot make $one"
	done
	for one in ${words[@]+"${words[@]}"}; do
		kdc_tool kadmin.local addprinc -pw "${one#*=}" "${one%%=*}" || die "cannot make $one"
	done
	server_launch "$dir"
}

kdc_tool() { KRB5_CONFIG=$dir/krb5.conf KRB5_KDC_PROFILE=$dir/kdc.conf "$@" >>"$dir/kdc.log" 2>&1; }

config_write() {
	cat <<-END
		[libdefaults]
		default_realm = $realm
		dns_lookup_kdc = false
		dns_lookup_realm = false
		dns_canonicalize_hostname = false
		rdns = false
		udp_preference_limit = 1
		default_ccache_name = FILE:$1/tickets
		[realms]
		$realm = {
			kdc = 127.0.0.1:$(cat "$1/port")
		}
		[domain_realm]
		localhost = $realm
	END
}

kdc_write() {
	cat <<-END
		[kdcdefaults]
		kdc_listen = 127.0.0.1:$(cat "$1/port")
		kdc_tcp_listen = 127.0.0.1:$(cat "$1/port")
		[realms]
		$realm = {
			database_name = $1/principal
			key_stash_file = $1/stash
			acl_file = $1/kadm5.acl
			max_life = $2s
		}
		[logging]
		kdc = FILE:$1/kdc.log
	END
}

server_launch() {
	local dir=$1 try
	# shellcheck disable=SC2046 # a command of several words, or none
	KRB5_CONFIG=$dir/krb5.conf KRB5_KDC_PROFILE=$dir/kdc.conf setsid $(cat "$dir/command") krb5kdc -n \
		</dev/null >>"$dir/kdc.log" 2>&1 &
	server_claim "$dir" $!
	for try in {1..200}; do
		! (exec 3<>"/dev/tcp/127.0.0.1/$(cat "$dir/port")") 2>/dev/null || break
		server_alive "$dir" && sleep 0.05 || die "the KDC does not start, see $dir/kdc.log"
	done
	printf "export KDC_%s='%s'\\n" DIR "$dir" CONFIG "$dir/krb5.conf" REALM "$realm" >"$dir/env"
}

server_main "$@"
