#!/bin/sh
# Every rule of the examples has tests, or a part that it belongs to, and the table in examples/README.md says which.
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# said WANTED WORDS NAME: --check of the examples in $1 ends with 0 or 1, and says so in these words.
said() {
	status=0
	"$folder/examples/rules.sh" --check >"$scratch/out" 2>&1 || status=$?
	if [ "$status" -eq "$1" ] && grep -qF -e "$2" "$scratch/out"; then
		echo "ok - $3"
	else
		echo "not ok - $3"
		sed 's/^/# /' "$scratch/out"
		failed=1
	fi
}

# The examples, to break one thing in.
copy() {
	rm -rf "$scratch/copy"
	mkdir "$scratch/copy"
	cp -R examples "$scratch/copy/"
	folder=$scratch/copy
}

folder=.
said 0 '222 rules' 'every rule has a test or a part'

copy
sed -i '/^S4\.21 /d' "$folder/examples/respondio/rules.txt"
said 1 'S4.21: is neither tested nor said to be later' 'a rule that nobody speaks of'
copy
sed -i 's/S4\.87/S4.88/' "$folder/examples/respondio/policy.yaml"
said 1 'S4.87: needs a test of what is allowed and one of what is denied' 'a rule without a test'
copy
sed -i 's/^S4\.12 later events/S4.12 later soon/' "$folder/examples/respondio/rules.txt"
said 1 'S4.12: there is no part soon' 'a part that there is not'
copy
sed -i 's/rule: S4\.35$/rule: S4.350/' "$folder/examples/respondio/policy.yaml"
said 1 'S4.350: there is no such rule' 'a rule that there is not'
copy
sed -i '/^| S4\.40 /d' "$folder/examples/README.md"
said 1 'run examples/rules.sh --write' 'a table that is not the last'
exit $failed
