#!/bin/bash
# What the READMEs say is so: each command of README.md is run, links lead somewhere, make knows the targets that are named,
# and the tables of folders are complete.  (The commands of schema/README.md are run by tests/schema, the changes of
# examples/respondio/README.md by tests/scenario/everyday.sh.)
set -u
BUILD=${BUILD:-build/plain}
. tests/scenario/daemon_lib.sh
unset DIRGATE_URL

# code KIND: the lines of the blocks of README.md marked so, a comment at the end left out; a line that ends within quotes is
# joined with what follows.
code() {
	awk -v kind="$1" '
		/^```/ { inside = !inside && $0 == "```" kind; next }
		inside {
			if (kind == "sh") sub(/ +# .*/, "")
			line = line == "" ? $0 : line "\n" $0
			quotes += gsub(/\047/, "&")
			if (kind != "sh" || quotes % 2 == 0) { printf "%s%c", line, 0; line = "" }
		}' README.md
}

# answered COMMAND: it runs and answers, if not with yes.
answered() {
	bash -c "${1/build\/plain/$BUILD}"
	[ $? -le 1 ]
}

# ---- the commands ----

# A gateway on a real directory, as in README.md but for where it is, and its password.
on_a_directory() {
	local command=$1 address=127.0.0.1:0
	mkdir -p "$dir/slapd"
	slapd_start "$dir/slapd" -b dc=example,dc=com || return
	(umask 077 && echo "$SERVER_PASSWORD" >"$dir/password")
	command=${command/ldaps:\/\/ldap.example.com/$SERVER_URI}
	command=${command/cn=gateway,ou=services,dc=example,dc=com/$SERVER_GATEWAY}
	command=${command/\/etc\/dirgate\/password/$dir/password}
	server_add <<-END
		dn: dc=example,dc=com
		objectClass: domain
		objectClass: dgOrganization
		dc: example
	END
	"$BUILD/dirgated" --check --listen "$address" ${command#dirgated }
}

# run COMMAND: as README.md has it, on another port.
run() {
	case $1 in
	'make check') make -n check B="$BUILD" DEPS=have ;; # which runs this test
	'make demo') DEPS=have make demo ONCE=1 B="$BUILD" && grep -q 'make demo ONCE=1' README.md ;;
	make) make B="$BUILD" ;;
	'build/plain/dirgate '*) answered "$1" ;;
	'dirgated --ldif '*) gateway_start ${1#dirgated } --listen 127.0.0.1:0 && eventually ready ;;
	'dirgated -H '*) on_a_directory "$1" ;;
	'curl '*) bash -c "${1/http:\/\/127.0.0.1:8080/$url}" | grep '"decision":true' ;;
	*) echo 'tests/house/readme.sh does not know how to run it' && return 1 ;;
	esac
}

while IFS= read -r -d '' command; do
	[ -n "$command" ] || continue
	run "$command" >"$dir/output" 2>&1 # in this shell, as it may leave a gateway running
	status=$?
	tap_ok $status "README.md: ${command%%$'\n'*}"
	[ $status = 0 ] || sed 's/^/# /' "$dir/output"
done < <(code sh)
gateway_stop
code ldif | tr '\0' '\n' >"$dir/readme.ldif"
tap_run 'README.md: its entries can be read' answered "build/plain/dirgate lint --ldif $dir/readme.ldif"

# ---- all READMEs ----

pages=$(find . -name README.md ! -path './build/*' | sort)
broken=$(for page in $pages; do
	grep -oE '\]\([^)]+\)' "$page" | sed 's/^](//; s/)$//; s/#.*//' | grep -vE '^(https?:|$)' | while read -r link; do
		[ -e "$(dirname "$page")/$link" ] || echo "$page: $link"
	done
done)
tap_is "$broken" '' 'links lead to files'

targets=$(for page in $pages; do
	awk -v page="$page" '/^```/ { inside = !inside; next } inside && /^make / { sub(/ +#.*/, ""); print page, $0 }' "$page"
	grep -oE '`make [a-z][^`]*`' "$page" | tr -d '`' | sed "s|^|$page |"
done | while read -r page _ words; do
	for word in $words; do
		case $word in *=*) ;; *) grep -qE "^$word:" Makefile || echo "$page: make $word" ;; esac
	done
done)
tap_is "$targets" '' 'make knows its targets'

# named FOLDER PAGE PREFIX: each folder in FOLDER stands in that page as `PREFIX.../`
named() {
	local folder
	for folder in "$1"/*/; do
		folder=$(basename "$folder")
		grep -qF "\`$3$folder/" "$2" || echo "$folder"
	done
}
tap_is "$(named src README.md src/)" '' 'README.md names each folder of src'
tap_is "$(named src src/README.md '')" '' 'src/README.md names each folder of src'
tap_is "$(named tests tests/README.md '' | grep -v '^house$')" '' 'tests/README.md names each folder of tests'
tap_is "$(named examples examples/README.md '')" '' 'examples/README.md names each folder of examples'
tap_done
