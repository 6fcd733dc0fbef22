#!/bin/bash
# The files that are shipped are those which schema/generate writes, and it refuses a source that is wrong.
. "$(dirname "$0")/../servers/lib.sh"
. "$servers_dir/tap.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$project_dir/schema" || exit 1

./generate "$work/new"
tap_ok $? "the source is read"
for file in $(cd "$work/new" && find . -type f | sort); do
	tap_run "${file#./} is what the source says" diff "$file" "$work/new/$file"
done

# refused NAME SED-COMMAND MESSAGE: the source changed by SED-COMMAND is refused with MESSAGE.
refused() {
	local output
	mkdir -p "$work/bad"
	cp generate README.md "$work/bad/"
	sed "$2" dirgate.def >"$work/bad/dirgate.def"
	output=$("$work/bad/generate" "$work/bad/out" 2>&1)
	[ $? -eq 1 ] && [[ $output == *"$3"* ]]
	tap_ok $? "refused: $1"
}
refused "a number used twice" 's/^attribute 2 /attribute 1 /' "used twice"
refused "a number that was withdrawn" '$a retired class 5 dgOld' "used twice"
refused "a class with the name of an attribute" 's/^class 3 dgRole /class 3 dgSCOPE /' "used twice"
refused "an attribute that nobody knows" 's/ dgColor owner / dgColour owner /' "dgColour"
refused "an unknown syntax" 's/^attribute 25 dgRank  integer/attribute 25 dgRank  number/' "unknown word"
refused "a missing description" '/^  The short name of the entry/d' "description of dgId"
tap_done
