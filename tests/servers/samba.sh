#!/bin/bash
# A private Active Directory domain controller (Samba) with the schema of dirgate; README.md says how to use it.
# Its ports cannot be moved, so it has a network of its own: needs root. From outside it is reached by
# SERVER_URI, a local socket; `server_inside COMMAND` runs something in its network, where SERVER_LDAPS answers.
#
#   samba.sh start DIR [OPTION...] | stop DIR | kill DIR | restart DIR | env DIR
#
#   -l FILE     load this LDIF, which may hold changes, may be given again
#   -T DIR      copy the domain kept in DIR; the first time make it and keep it there (saves 5 s a start)
#   -n          without the schema of dirgate
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
realm=ad.example.test
base=DC=ad,DC=example,DC=test
admin=CN=Administrator,CN=Users,$base
gateway=CN=gateway,CN=Users,$base
password=Passw0rd.secret

server_create() {
	local dir=$1 option template='' ours=1 file
	local -a loads=()
	shift
	while getopts l:T:n option; do
		case $option in
		l) loads+=("$OPTARG") ;;
		T) template=$OPTARG ;;
		n) ours='' ;;
		*) die "see the head of $0" ;;
		esac
	done
	[ "$(id -u)" = 0 ] || die "needs root, for a network of its own"
	echo samba >"$dir/kind"
	server_ca "$dir/tls" "dc1.$realm"
	if [ -n "$template" ] && [ -d "$template/ad" ]; then
		cp -a --sparse=always "$template/ad" "$dir/ad"
		smb_write "$dir" >"$dir/smb.conf"
		server_launch "$dir"
	else
		domain_make "$dir"
		[ -z "$template" ] || domain_keep "$dir" "$template"
	fi
	server_use "$dir"
	for file in ${loads[@]+"${loads[@]}"}; do
		server_add -f "$file" >/dev/null || die "cannot load $file"
	done
}

# Uses the variables of server_create.
domain_make() {
	local dir=$1
	samba-tool domain provision --targetdir="$dir/ad" --realm="$realm" --domain=ADTEST --host-name=dc1 \
		--host-ip=127.0.0.1 --adminpass="$password" --dns-backend=NONE --server-role=dc --use-rfc2307 \
		>"$dir/provision.log" 2>&1 || die "cannot make the domain, see $dir/provision.log"
	smb_write "$dir" >"$dir/smb.conf"
	gateway_make "$dir" || die "cannot make the gateway's account"
	server_launch "$dir"
	[ -n "$ours" ] || return 0
	server_use "$dir"
	sed "s/DC=X$/$base/" "$project_dir/schema/ad/dirgate.ldf" | server_modify >"$dir/schema.log" 2>&1 ||
		die "the schema is refused, see $dir/schema.log"
}

domain_keep() {
	server_signal "$1" TERM && mkdir -p "$2" && cp -a --sparse=always "$1/ad" "$2/ad" && server_launch "$1"
}

smb_write() {
	local dir=$1/ad
	mkdir -p "$dir/run"
	cat <<-END
		[global]
		netbios name = DC1
		realm = ${realm^^}
		workgroup = ADTEST
		server role = active directory domain controller
		server services = ldap, cldap, kdc
		dcerpc endpoint servers = -winreg -srvsvc
		interfaces = 127.0.0.1/8
		bind interfaces only = yes
		disable netbios = yes
		private dir = $dir/private
		state directory = $dir/state
		cache directory = $dir/cache
		lock directory = $dir
		pid directory = $dir/run
		binddns dir = $dir/bind-dns
		ncalrpc dir = $dir/ncalrpc
		ntp signd socket directory = $dir/ntp_signd
		winbindd socket directory = $dir/winbindd
		log file = $dir/log.%m
		logging = file
		tls keyfile = $1/tls/server.key
		tls certfile = $1/tls/server.crt
		tls cafile = $1/tls/ca.crt
		ldap server require strong auth = no
		dsdb:schema update allowed = true
		idmap_ldb:use rfc2307 = yes
		[sysvol]
		path = $dir/state/sysvol
		read only = No
	END
}

# The account, and its right to see what was deleted: without that DirSync keeps silent about deletions.
gateway_make() {
	/usr/bin/python3 - "$1/smb.conf" "$1/ad/private/sam.ldb" "$password" <<-'END'
		import sys
		import ldb
		from samba.auth import system_session
		from samba.dcerpc import security
		from samba.ndr import ndr_pack, ndr_unpack
		from samba.param import LoadParm
		from samba.samdb import SamDB

		smb_conf, url, password = sys.argv[1:]
		parameters = LoadParm()
		parameters.load(smb_conf)
		directory = SamDB(url=url, session_info=system_session(), lp=parameters)
		directory.newuser("gateway", password)
		directory.setexpiry("(sAMAccountName=gateway)", 0, no_expiry_req=True)
		base = directory.domain_dn()
		account = directory.search(base, expression="(sAMAccountName=gateway)", attrs=["objectSid"])[0]
		sid = ndr_unpack(security.dom_sid, account["objectSid"][0])
		domain = security.dom_sid(directory.get_domain_sid())
		deleted = directory.search("CN=Deleted Objects," + base, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"],
		                           controls=["show_deleted:1", "sd_flags:1:15"])[0]
		rights = ndr_unpack(security.descriptor, deleted["nTSecurityDescriptor"][0]).as_sddl(domain)
		cut = rights.index("(", rights.index("D:"))
		rights = security.descriptor.from_sddl(f"{rights[:cut]}(A;;RPLCLO;;;{sid}){rights[cut:]}", domain)
		change = ldb.Message(deleted.dn)
		change["rights"] = ldb.MessageElement(ndr_pack(rights), ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
		directory.modify(change, controls=["show_deleted:1", "sd_flags:1:4"])
	END
}

server_launch() {
	local dir=$1 ldapi
	ldapi=$(server_ldapi "$dir/ad/private/ldapi")
	rm -f "$dir"/ad/run/*.pid "$dir/ad/private/ldapi"
	setsid unshare -n sh -c 'ip link set lo up && exec samba -F -M single --debug-stdout -d 1 -s "$1"' sh \
		"$dir/smb.conf" </dev/null >>"$dir/samba.log" 2>&1 &
	server_claim "$dir" $!
	server_ready "$dir" "$ldapi" || die "samba does not start, see $dir/samba.log"
	server_env "$dir" DIR "$dir" PID "$(cat "$dir/pid")" URI "$ldapi" LDAPI "$ldapi" \
		LDAPS "ldaps://127.0.0.1" BASE "$base" ADMIN "$admin" GATEWAY "$gateway" PASSWORD "$password" \
		CA "$dir/tls/ca.crt"
}

server_main "$@"
