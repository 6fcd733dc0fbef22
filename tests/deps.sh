#!/bin/sh
# Installs what building and testing need, where something is missing; says what it will do before it does it.
#   tests/deps.sh [GROUP...]      the groups are build, test, servers and tools; all of them if none is named
# Needs Debian 12 (others of its family may do), and root or sudo, but only if something is missing.  DEPS=have in the
# environment says that all is there, and nothing is looked at.
set -eu

# Package, group, and what for.
packages='
gcc                         build    the compiler
libc6-dev                   build    the headers of the C library
make                        build    GNU make
pkg-config                  build    finds the libraries
libldap-dev                 build    LDAP
libsasl2-dev                build    authentication, to directories and of callers
libkrb5-dev                 build    Kerberos tickets from a keytab
libmicrohttpd-dev           build    HTTP
libjansson-dev              build    JSON
libcurl4-gnutls-dev         build    asking a gateway over HTTP
libyaml-dev                 build    YAML configuration
liburcu-dev                 build    publishing snapshots to readers
libxxhash-dev               build    hashes
libunistring-dev            build    Unicode
libsystemd-dev              build    readiness, sockets and the journal of systemd
libcmocka-dev               test     unit tests
python3                     test     scripts, and the oracle that recomputes decisions
python3-ldap                test     changes to directories in the middle of things
curl                        test     HTTP
jq                          test     JSON
openssl                     test     certificates
ca-certificates             test     the authorities that a system believes
iproute2                    test     a network of its own for the Samba server
mandoc                      test     manuals without errors
slapd                       servers  OpenLDAP
ldap-utils                  servers  ldapmodify and its sisters
libsasl2-modules            servers  SCRAM-SHA-256
libsasl2-modules-gssapi-mit servers  GSSAPI
krb5-kdc                    servers  a Kerberos realm
krb5-admin-server           servers  its keys
krb5-user                   servers  kinit
faketime                    servers  a server whose clock is wrong
389-ds-base                 servers  389 Directory Server
samba-ad-dc                 servers  Active Directory by Samba
samba-ad-provision          servers  its first domain
clang                       tools    fuzzing
libclang-rt-14-dev          tools    libFuzzer
shellcheck                  tools    shell scripts without errors
'

[ "${DEPS:-}" != have ] || exit 0

groups=${*:-build test servers tools}
table() {
	for group in $groups; do
		echo "$packages" | awk -v group="$group" '$2 == group'
	done
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	echo 'This is no Debian system: install what matches these packages of Debian 12, then say DEPS=have.' >&2
	table >&2
	exit 1
fi

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { printf " %s ", $2 }')
missing=$(table | while read -r package _; do
	case $installed in *" $package "*) ;; *) printf '%s ' "$package" ;; esac
done)
missing=${missing% }
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
	if ! command -v sudo >/dev/null; then
		echo "These packages are missing, and there is neither root nor sudo to install them:" >&2
		echo "  apt-get install --no-install-recommends $missing" >&2
		exit 1
	fi
fi

# shellcheck disable=SC1091 # the system's
. /etc/os-release
[ "${ID:-} ${VERSION_ID:-}" = 'debian 12' ] || echo "(Made for Debian 12; this is ${PRETTY_NAME:-unknown}.)"
echo "Going to install${as_root:+, through sudo}:"
table | while read -r package _ reason; do
	case " $missing " in *" $package "*) printf '  %-28s %s\n' "$package" "$reason" ;; esac
done
echo 'None of the servers among them will be started or configured by that: /etc/ldap/noslapd tells the slapd package'
echo 'so, and /usr/sbin/policy-rc.d, there only meanwhile, tells the others.'

# $as_root is a word or nothing.
# shellcheck disable=SC2086,SC2016
$as_root env DEBIAN_FRONTEND=noninteractive missing="$missing" sh -eu -c '
	mkdir -p /etc/ldap
	[ -e /etc/ldap/slapd.d ] || [ -e /etc/ldap/slapd.conf ] || : >>/etc/ldap/noslapd
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		trap "rm -f $policy" EXIT
		trap "exit 1" HUP INT TERM
		printf "#!/bin/sh\nexit 101\n" >"$policy"
		chmod 755 "$policy"
	fi
	new=
	for service in smbd nmbd winbind samba-ad-dc; do
		[ -e "/lib/systemd/system/$service.service" ] || new="$new $service"
	done
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends $missing
	# New services must not start at the next boot either.
	for service in $new; do
		systemctl --quiet disable "$service" 2>/dev/null || :
	done
'
