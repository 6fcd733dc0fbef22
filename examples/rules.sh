#!/bin/sh
# Every rule of the examples, and what shows it.  Of each folder here it reads policy.yaml (the `rule:` of its tests) and
# rules.txt, a line for each rule:
#
#   NUMBER tested [FILE…]          the policy tests show it, what is to be allowed and what is to be denied (or the files do)
#   NUMBER later PART REASON       what cannot be decided or listed is of another part: administration, events, console
#
#   examples/rules.sh              prints the table
#   examples/rules.sh --write      writes it into README.md
#   examples/rules.sh --check      is it there, and does every rule have a test or a part?
set -eu

cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
begin='<!-- rules: written by rules.sh -->' end='<!-- end of the rules -->'

# One line for each rule of each test: NUMBER SIGN FOLDER RULES NAME, with tabs.  A sign is + for what is allowed or listed,
# - for what is denied or absent, * for a list of exactly these; RULES is how many rules the test shows.
tests_of() {
	awk -v folder="$1" '
		function value(key,    rest) {
			if (!match(text, "(^|[\n {])" key ": *")) return ""
			rest = substr(text, RSTART + RLENGTH)
			if (rest ~ /^"/) { sub(/^"/, "", rest); sub(/".*/, "", rest) }
			else if (rest ~ /^[[{]/) sub(/[]}].*/, "", rest)
			else if (text ~ /^\{/) sub(/[,}].*/, "", rest)
			else sub(/\n.*/, "", rest)
			return rest
		}
		function sign(want) {
			if (want ~ /^(deny|no|\{ *deny.*|\{ *not.*|\[ *|\{ *count: *0)$/) return "-"
			return want ~ /^\[/ ? "*" : "+"
		}
		function finish(    numbers, name, want, count, list, i) {
			want = value("want"); numbers = value("rule"); name = value("name")
			gsub(/[[,]/, " ", numbers)
			count = want == "" ? 0 : split(numbers, list, " ")
			for (i = 1; i <= count; i++) printf "%s\t%s\t%s\t%d\t%s\n", list[i], sign(want), folder, count, name
			text = ""
		}
		/^ *#/ || /^ *$/ { next }
		/^ *- (\{ *)?(rule|name|ask|list|want|change|undo|at):/ { finish(); change = /change:/ }
		!change { sub(/^ *(- *)?/, ""); text = text $0 "\n" }
		END { finish() }' "$1/policy.yaml"
}

for folder in */; do
	folder=${folder%/}
	[ ! -e "$folder/policy.yaml" ] || tests_of "$folder" >>"$scratch/tests"
	[ ! -e "$folder/rules.txt" ] || sed "s|^|$folder |" "$folder/rules.txt" >>"$scratch/said"
done

# The table on standard output; what is wrong in $scratch/wrong.
awk -v wrong="$scratch/wrong" '
	function complain(text) { print text >wrong }
	function tell(number, text) { complain(number ": " text) }
	function plural(count, word) { return count == 1 ? count " " word : count " " word "s" }
	BEGIN {
		FS = "\t"
		series = split("S0 33 S1 38 S2 27 S3 35 S4 89", counts, " ")
		for (i = 1; i < series; i += 2)
			for (k = 1; k <= counts[i + 1]; k++) { order[++total] = counts[i] "." k; known[order[total]] = 1 }
		printf "" >wrong
	}
	FILENAME ~ /tests$/ {
		if (!($1 in known)) tell($1, "there is no such rule, named by " $3 "/policy.yaml: " $5)
		# The test that shows least else, and does not merely go on from the one before, stands for the rule.
		weight = $4 + ($5 ~ /^(and|but|nor|not|neither|until|whose|with|without|there|others?|another|on) /)
		if (!($1 in tests) || weight < least[$1]) { shown[$1] = $5; least[$1] = weight }
		tests[$1]++
		home[$1] = $3
		if ($2 != "-") allowed[$1] = 1
		if ($2 != "+") denied[$1] = 1
		next
	}
	{
		count = split($0, word, " ")
		number = word[2]
		if (!(number in known)) tell(number, "there is no such rule, named by " word[1] "/rules.txt")
		if (number in state) tell(number, "said twice")
		state[number] = word[3]
		home[number] = word[1]
		rest = ""
		for (i = 4 + (word[3] == "later"); i <= count; i++) rest = rest (rest == "" ? "" : " ") word[i]
		if (word[3] == "later") {
			if (word[4] !~ /^(administration|events|console)$/) tell(number, "there is no part " word[4])
			if (rest == "") tell(number, "later, but why?")
			later[number] = word[4] ": " rest
		} else if (word[3] == "tested") files[number] = rest
		else tell(number, "tested or later, not " word[3])
	}
	END {
		print "| rule | what shows it | tests | later |"
		print "| --- | --- | --- | --- |"
		for (i = 1; i <= total; i++) {
			number = order[i]
			if (!(number in state)) tell(number, "is neither tested nor said to be later")
			if (state[number] == "tested" && files[number] == "" && !(allowed[number] && denied[number]))
				tell(number, "needs a test of what is allowed and one of what is denied")
			by = number in tests ? plural(tests[number], "test") " in [" home[number] "](" home[number] "/policy.yaml)" : ""
			if (files[number] != "") by = by (by == "" ? "" : ", ") "`" files[number] "`"
			printf "| %s | %s | %s | %s |\n", number, shown[number], by, later[number]
		}
	}' "$scratch/tests" "$scratch/said" >"$scratch/table"

for file in $(sed -n 's/^[^ ]* [^ ]* tested //p' "$scratch/said"); do
	[ -e "../$file" ] || echo "rules.txt: there is no $file" >>"$scratch/wrong"
done

case ${1:-} in
'')
	cat "$scratch/table"
	;;
--write | --check)
	awk -v begin="$begin" -v end="$end" -v table="$scratch/table" '
		$0 == end { inside = 0 }
		!inside
		$0 == begin { inside = 1; print ""; while ((getline line <table) > 0) print line; print "" }' \
		README.md >"$scratch/README.md"
	grep -qxF -e "$begin" README.md || echo "README.md: there is no line $begin" >>"$scratch/wrong"
	if [ "$1" = --write ]; then
		cat "$scratch/README.md" >README.md
	elif ! cmp -s "$scratch/README.md" README.md; then
		echo 'README.md: the table is not that of the rules: run examples/rules.sh --write' >>"$scratch/wrong"
	fi
	;;
*)
	echo "usage: examples/rules.sh [--write | --check]" >&2
	exit 2
	;;
esac
echo "$(grep -c '^| S' "$scratch/table") rules, $(grep -c ' tests\? in ' "$scratch/table") of them shown by policy tests" >&2
cat "$scratch/wrong" >&2
[ ! -s "$scratch/wrong" ]
