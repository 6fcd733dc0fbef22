#!/bin/bash
# examples/dirgate.yaml is a configuration that works, and its comments show keys that there are.
set -u
. tests/scenario/daemon_lib.sh

mkdir "$dir/examples"
cp -R examples/dirgate.yaml examples/respondio "$dir/examples/"
sed -i 's/127.0.0.1:8080/127.0.0.1:0/' "$dir/examples/dirgate.yaml"
tap_run 'the example works' "$BUILD/dirgated" --check --config "$dir/examples/dirgate.yaml"

# Every commented key, uncommented; the files that it names are not here.
sed -E 's/^( *)# ( *(- )?[a-z_]+:)/\1\2/' "$dir/examples/dirgate.yaml" >"$dir/examples/all.yaml"
"$BUILD/dirgated" --check --config "$dir/examples/all.yaml" >"$dir/out" 2>&1
! grep -E 'unknown key|no YAML|is wanted' "$dir/out"
tap_ok $? 'its comments are keys'
grep -q "password_file: /etc/dirgate/password: " "$dir/out"
tap_ok $? '(and were read)'
tap_done
