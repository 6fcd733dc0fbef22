#!/bin/sh
# Each header compiles alone: it includes what it needs, and says nothing twice.
set -eu

CC=${CC:-cc}
flags="-std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Isrc -Iinclude -fsyntax-only"
# shellcheck disable=SC2046 # a list of flags
set -- $(pkg-config --cflags ldap lber libsasl2 krb5-gssapi krb5 libmicrohttpd jansson libcurl yaml-0.1 liburcu-bp libxxhash libsystemd)
failed=0
for header in $(find src include -name '*.h' | sort); do
	file=${header#src/} file=${file#include/}
	# shellcheck disable=SC2086 # lists of words
	if printf '#include "%s"\n#include "%s"\n' "$file" "$file" | $CC $flags "$@" -x c -; then
		echo "ok - $header"
	else
		echo "not ok - $header"
		failed=1
	fi
done
exit $failed
