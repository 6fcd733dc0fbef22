#!/bin/bash
# What `make install` leaves is enough to build a program: the examples of dirgate.h and of libdirgate(3), with both
# forms of the library.
set -u
. tests/servers/tap.sh

BUILD=${BUILD:-build/plain}
[ -z "${SANITIZE:-}" ] || tap_skip 'only the plain build is installed'
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
root=$dir/root/usr

tap_run 'make install' make --no-print-directory B="$BUILD" DESTDIR="$dir/root" PREFIX=/usr install
for file in bin/dirgate include/dirgate.h lib/libdirgate.a lib/libdirgate.so share/man/man1/dirgate.1 \
	share/man/man3/libdirgate.3 share/bash-completion/completions/dirgate; do
	[ -e "$root/$file" ]
	tap_ok $? "$file is installed"
done
export PKG_CONFIG_PATH=$root/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$dir/root LD_LIBRARY_PATH=$root/lib
read -ra shared <<<"$(pkg-config --cflags --libs dirgate)"
read -ra static <<<"$(pkg-config --static --libs dirgate | sed "s/-ldirgate//")"

# The head of the header: lines of its comment that are indented once more.
{
	printf '#include <dirgate.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(void)\n{\n'
	sed -n '1,/\*\//s/^ \*     //p' include/dirgate.h
	printf 'return 0;\n}\n'
} >"$dir/header.c"
# The page: the one literal display of its examples.
sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' src/library/libdirgate.3 | sed '1,2d; /^\.Ed/d; s/\\e/\\/g' >"$dir/manual.c"

for example in header manual; do
	tap_run "the example of the $example compiles" cc -std=c11 -Wall -Wextra -Werror -o "$dir/$example" "$dir/$example.c" \
		"${shared[@]}"
done
tap_is "$("$dir/header")" no-grant 'the example of the header'
tap_is "$("$dir/manual")" 'no: a restriction takes the permission away' 'the example of the manual'
tap_run 'linked statically' cc -std=c11 -o "$dir/static" "$dir/manual.c" -I"$root/include" "$root/lib/libdirgate.a" \
	"${static[@]}"
tap_is "$(LD_LIBRARY_PATH='' "$dir/static")" 'no: a restriction takes the permission away' 'the static program'
tap_is "$(nm -D --defined-only "$root/lib/libdirgate.so" | awk '{ print $3 }' | grep -cv '^dirgate_')" 0 \
	'the shared library shows nothing but dirgate_*'
tap_is "$(nm -D --defined-only "$root/lib/libdirgate.so" | awk '{ print $3 }' | sort)" \
	"$(grep -oE '\bdirgate_[a-z_]+\(' include/dirgate.h | tr -d '(' | sort -u)" 'and all that dirgate.h declares'
tap_run 'C++ reads the header' bash -c "printf '#include <dirgate.h>\nint main() { dirgate_close(nullptr); }\n' |
	{ command -v c++ >/dev/null || exit 0; c++ -fsyntax-only -I'$root/include' -x c++ -; }"
tap_done
