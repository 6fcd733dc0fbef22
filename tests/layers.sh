#!/bin/sh
# The arrows between the folders of src/ go one way, and each library of others has one place: see src/README.md.
#   tests/layers.sh [DIRECTORY]    checks DIRECTORY/src (here, if none is given) after a test of itself
set -eu

check() {
	find "$1/src" "$1/include" -name '*.[ch]' 2>/dev/null | sort | xargs awk -v top="$1/" '
	BEGIN {
		# What each layer may include, besides itself.
		may["base"] = ""
		may["model"] = "base"
		may["directory"] = "base model"
		may["decide"] = "base model"
		may["json"] = "base model decide"
		may["http"] = "base model decide json"
		may["library"] = "base model directory decide json dirgate.h"
		may["daemon"] = "base model directory decide json http library dirgate.h"
		may["cli"] = "base dirgate.h"
		may["include"] = ""

		# Where each library of others may be included: beginnings of paths.
		only["ldap.h"] = only["ldap_schema.h"] = only["lber.h"] = "src/directory/"
		only["microhttpd.h"] = "src/http/"
		only["jansson.h"] = "src/json/"
		only["curl/"] = "src/library/http_client.c"
		only["sasl/"] = "src/directory/ src/http/"
		only["krb5.h"] = only["gssapi/"] = "src/directory/server/kerberos.c"
		only["yaml.h"] = "src/base/yaml.c"
		only["systemd/"] = only["seccomp.h"] = "src/daemon/"
		only["urcu"] = "src/model/published.c"
		only["xxhash.h"] = "src/base/ src/model/"
		only["uni"] = "src/model/name.c" # libunistring: unicase.h, uninorm.h, unistr.h; not unistd.h
	}

	function layer_of(path, parts) {
		split(path, parts, "/")
		return parts[1] == "include" ? "include" : parts[2]
	}

	function refuse(path, words) {
		printf "%s:%d: %s\n", path, FNR, words
		bad = 1
	}

	function allowed(word, list, words, count, i) {
		count = split(list, words, " ")
		for (i = 1; i <= count; i++)
			if (words[i] == word)
				return 1
		return 0
	}

	function check_own(path, from, file, to) {
		to = file
		if (sub(/\/.*/, "", to) == 0 && file != "dirgate.h") {
			refuse(path, "\"" file "\": write the folder too")
			return
		}
		if (to != from && !allowed(to, may[from]))
			refuse(path, from " -> " to)
	}

	function check_foreign(path, file, library, places, count, i) {
		if (file == "unistd.h")
			return
		for (library in only) {
			if (index(file, library) != 1)
				continue
			count = split(only[library], places, " ")
			for (i = 1; i <= count; i++)
				if (index(path, places[i]) == 1)
					return
			refuse(path, "<" file "> belongs to " only[library])
		}
	}

	/^[ \t]*#[ \t]*include/ {
		path = substr(FILENAME, length(top) + 1)
		from = layer_of(path)
		if (path ~ /^src\/[^\/]*$/ || !(from in may)) {
			refuse(path, "is in no known layer")
			next
		}
		file = $0
		sub(/^[^"<]*["<]/, "", file)
		sub(/[">].*/, "", file)
		if ($0 ~ /"/)
			check_own(path, from, file)
		else
			check_foreign(path, file)
	}

	END { exit bad }'
}

# Plants what must be found, one at a time, and what must not.
plant() {
	wanted=$1 path=$2 line=$3
	rm -rf "$scratch/src" "$scratch/include"
	mkdir -p "$scratch/$(dirname "$path")"
	printf '/* planted */\n%s\n' "$line" >"$scratch/$path"
	if found=$(check "$scratch"); then found=nothing; fi
	if [ "$found" != "$wanted" ]; then
		echo "not ok - layers.sh: \"$line\" in $path: wanted: $wanted; found: $found"
		exit 1
	fi
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
plant 'src/model/snapshot.c:2: model -> http' src/model/snapshot.c '#include "http/server.h"'
plant 'src/decide/resolver.h:2: decide -> directory' src/decide/resolver.h '#  include "directory/server/session.h"'
plant 'src/cli/main.c:2: cli -> model' src/cli/main.c '#include "model/entry.h"'
plant 'src/base/text.c:2: "error.h": write the folder too' src/base/text.c '#include "error.h"'
plant 'src/model/dn.c:2: <ldap.h> belongs to src/directory/' src/model/dn.c '#include <ldap.h>'
plant 'src/model/snapshot.c:2: <urcu/urcu-bp.h> belongs to src/model/published.c' src/model/snapshot.c \
	'#include <urcu/urcu-bp.h>'
plant 'src/model/dn.c:2: <unicase.h> belongs to src/model/name.c' src/model/dn.c '#include <unicase.h>'
plant 'src/decide/decide.c:2: decide -> json' src/decide/decide.c '#include "json/json_writer.h"'
plant 'src/http/reply.c:2: <jansson.h> belongs to src/json/' src/http/reply.c '#include <jansson.h>'
plant 'src/library/library.c:2: <curl/curl.h> belongs to src/library/http_client.c' src/library/library.c \
	'#include <curl/curl.h>'
plant 'src/daemon/config.c:2: <yaml.h> belongs to src/base/yaml.c' src/daemon/config.c '#include <yaml.h>'
plant 'src/extra/x.c:2: is in no known layer' src/extra/x.c '#include <stdio.h>'
plant 'include/dirgate.h:2: include -> model' include/dirgate.h '#include "model/entry.h"'
plant nothing src/http/server.c '#include <microhttpd.h>'
plant nothing src/http/users.c '#include "json/explanation.h"'
plant nothing src/cli/main.c '#include "dirgate.h"'
plant nothing src/library/open.c '#include "dirgate.h"'
plant nothing src/base/log.c '#include <unistd.h>'
echo 'ok - layers.sh finds what it must find'

if check "${1:-.}"; then
	echo 'ok - arrows between layers'
else
	echo 'not ok - arrows between layers'
	exit 1
fi
