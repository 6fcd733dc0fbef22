#!/bin/sh
# The size budget of src/README.md: no file over 700 lines, no function over 80 (tests, which may be tables, aside).
set -eu

find src include tests -name '*.[ch]' | sort | xargs awk '
	function end_of_file() {
		if (lines > 700)
			refuse(file, lines, "file of " lines " lines")
	}
	function refuse(where, line, words) {
		printf "%s:%d: %s\n", where, line, words
		bad = 1
	}
	FNR == 1 { end_of_file(); file = FILENAME; began = 0 }
	{ lines = FNR }
	# A function body is between braces that stand alone in the first column.
	/^\{/ { began = FNR }
	/^\}/ && began {
		if (FNR - began - 1 > 80 && FILENAME !~ /^tests\//)
			refuse(FILENAME, began, "function of " FNR - began - 1 " lines")
		began = 0
	}
	END { end_of_file(); exit bad }'
