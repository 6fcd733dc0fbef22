#!/bin/sh
# The page of lint's rules says what the table says.
#   tests/house/lint.sh -w    writes that into it
set -eu

BUILD=${BUILD:-build/plain}
page=src/decide/LINT.md
[ -x "$BUILD/dirgate" ] || { echo 'dirgate is not built'; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$BUILD/dirgate" lint --rules >"$scratch/rules"
awk -v rules="$scratch/rules" '
	/^<!-- made: end/ { while ((getline line <rules) > 0) print line; inside = 0 }
	!inside
	/^<!-- made: begin/ { inside = 1 }' "$page" >"$scratch/page"
[ "${1:-}" != -w ] || cat "$scratch/page" >"$page"
if cmp "$page" "$scratch/page"; then
	echo "ok - $page says what the table says"
else
	echo "not ok - $page: tests/house/lint.sh -w renews it"
	exit 1
fi
