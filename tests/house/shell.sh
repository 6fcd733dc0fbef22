#!/bin/sh
# Shell scripts have no warnings.  What a script sets for another, or finds set by one, is not followed (SC2034, SC2154).
set -eu

command -v shellcheck >/dev/null || { echo 'shellcheck is not installed'; exit 77; }
grep -rlE '^#!/bin/(ba)?sh' .ci examples schema src tests 2>/dev/null | sort | xargs shellcheck -S warning -e SC2034,SC2154
