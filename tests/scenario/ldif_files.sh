#!/bin/bash
# LDIF files that are followed: changed, broken, gone, unreadable, set back; what is published, and how old it is.
set -u
cd "$(dirname "$0")/../.." || exit
. tests/servers/lib.sh
. tests/servers/tap.sh
. tests/scenario/follow.sh

files=$scratch/files
mkdir "$files"
person() { printf '%s\n' "dn: uid=$1,o=x" 'objectClass: person' "uid: $1" "cn: $1" 'sn: P' ''; }
# publish NAME PERSON...: a file, put in its place at once.
publish() {
	local name=$1
	shift
	for one; do person "$one"; done >"$scratch/new"
	mv "$scratch/new" "$files/$name"
}
entries() { for one; do ask entry "uid=$one,o=x"; done | tr '\n' ' '; }

publish a.ldif ann
publish b.ldif bob
cp -p "$files/a.ldif" "$scratch/a.old"
follow_start -l "$files"
tap_is "$(ask complete 5000)" ok 'a folder is read'
sleep 0.5
[ "$(ask age)" -lt 400 ]
tap_ok $? 'as long as its files are the ones that were read it is fresh'
publish a.ldif ann amy
tap_is "$(ask until 5000 loads=2)" ok 'a changed file is read'
tap_is "$(entries ann amy bob)" 'entry entry entry ' 'with what is new'

echo nonsense >>"$files/a.ldif"
tap_is "$(ask until 5000 s0:lost)" ok 'a broken file is told'
ask error 0 | grep -q 'what the files said at 20[0-9T:-]*Z stays in force, since they cannot be read now: .*a.ldif:'
tap_ok $? 'with why, and since when what is in force was true'
tap_is "$(entries ann amy bob)" 'entry entry entry ' 'what was read stays'
sleep 0.5
[ "$(ask age)" -ge 500 ]
tap_ok $? 'and grows old'
publish a.ldif ann amy
tap_is "$(ask until 5000 s0:following)" ok 'a mended one is read'
[ "$(ask age)" -lt 500 ]
tap_ok $? 'and is fresh'

mv "$files" "$scratch/away"
tap_is "$(ask until 5000 s0:lost)" ok 'a folder that is gone is told'
ask error 0 | grep -q 'stays in force, since they cannot be read now: .*No such file'
tap_ok $? 'with the reason'
tap_is "$(entries ann amy bob)" 'entry entry entry ' 'what was read stays'
sleep 0.5
[ "$(ask age)" -ge 500 ]
tap_ok $? 'and grows old'
mkdir "$files"
sleep 0.3
tap_is "$(ask state | grep -o s0:lost)" s0:lost 'an empty folder is none'
tap_is "$(entries ann amy bob)" 'entry entry entry ' 'what was read stays'
rmdir "$files" && mv "$scratch/away" "$files"
tap_is "$(ask until 5000 s0:following)" ok 'the folder is back'

loads=$(ask state | sed 's/.*loads=\([0-9]*\).*/\1/')
rm "$files/b.ldif"
tap_is "$(ask until 5000 loads=$((loads + 1)))" ok 'a file that is removed'
tap_is "$(entries ann amy bob)" 'entry entry nothing ' 'takes its entries along'
cp -p "$scratch/a.old" "$scratch/new" && mv "$scratch/new" "$files/a.ldif"
tap_is "$(ask until 5000 loads=$((loads + 2)))" ok 'an older file'
tap_is "$(entries ann amy)" 'entry nothing ' 'is what it is'
tap_is "$(ask state | grep -o 'behind=.* ')" 'behind=0 went_back=0 ' 'and is not behind'

size=$(stat -c %s "$files/a.ldif") time=$(stat -c %y "$files/a.ldif")
sed -i.bak s/ann/amy/g "$files/a.ldif" && rm "$files/a.ldif.bak" && touch -d "$time" "$files/a.ldif"
tap_is "$(stat -c '%s %y' "$files/a.ldif")" "$size $time" 'a change that its size and time hide'
tap_is "$(ask until 5000 loads=$((loads + 3)))" ok 'is seen'
tap_is "$(entries ann amy)" 'nothing entry ' 'and read'
tap_done
