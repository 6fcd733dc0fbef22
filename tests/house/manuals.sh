#!/bin/sh
# Manual pages have no errors, and those of the gateway say what its table of options says.
#   tests/house/manuals.sh -w    writes that into them
set -eu

command -v mandoc >/dev/null || { echo 'mandoc is not installed'; exit 77; }
BUILD=${BUILD:-build/plain}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# renewed PAGE SECTION: the page with its list made anew.
renewed() {
	"$BUILD/dirgated" --manual "$2" >"$scratch/list"
	awk -v list="$scratch/list" '
		/^\.\\" made: end/ { while ((getline line <list) > 0) print line; inside = 0 }
		!inside
		/^\.\\" made: begin/ { inside = 1 }' "$1"
}

failed=0
check() {
	if "$@" >"$scratch/out" 2>&1; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/# /' "$scratch/out"
		failed=1
	fi
}

if [ -x "$BUILD/dirgated" ]; then
	for page in src/daemon/dirgated.8 src/daemon/dirgate.yaml.5; do
		renewed "$page" "${page##*.}" >"$scratch/page"
		[ "${1:-}" != -w ] || cat "$scratch/page" >"$page"
		name="$page says what the table says"
		check cmp "$page" "$scratch/page"
	done
fi
for page in $(find src -name '*.[1-8]' | sort); do
	name="$page: mandoc"
	check mandoc -T lint -W warning "$page"
done
exit $failed
