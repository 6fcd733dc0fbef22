#!/bin/sh
# The evaluator and the reference evaluator answer alike, in random organizations.
#   DIRECTORIES=n SEED=n   how many (100), beginning with which (1)
set -eu

exec python3 tests/oracle/compare.py --program "${BUILD:-build/plain}/tests/oracle/answer" --jobs 2 --requests 200 \
	--directories "${DIRECTORIES:-100}" --seed "${SEED:-1}"
