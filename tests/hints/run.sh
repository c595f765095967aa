#!/usr/bin/env bash
# Hints do what they say: tests of real libraries write pacts with findings, each finding's hint
# takes the place of what it is about, the tests pass again and their pacts no longer have it.
#
# Needs target/debug/pactlens and what tests/idioms needs; the libraries are those of it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

if ! command -v python3 >/dev/null; then
    echo 'SKIPPED: there is no Python'
    exit 0
fi
source "$root/tests/idioms/install.sh"
work=$root/target/hints
rm -rf "$work"
mkdir -p "$work"

# pacts SOURCE FOLDER COMMAND...: runs a test. Twice at most: a mock server may take note of a
# request after it has answered it, and then the test has failed.
pacts() {
    local source=$1 folder=$2 try
    shift 2
    for try in 1 2; do
        rm -rf "$folder"
        mkdir -p "$folder"
        if timeout 120 "$@" "$folder" >"$folder.log" 2>&1; then return; fi
    done
    tail -n 40 "$folder.log" >&2
    echo "hints: $source does not pass" >&2
    exit 1
}

lint() {
    "$root/target/debug/pactlens" "$1" --format json --preset strict --fail-on never --dsl "$2" --regex-target ruby,rust \
        --ignore spec-version-shape-mismatch,content-type-hint-invalid
}

# check NAME DSL SOURCE COMMAND...: COMMAND runs SOURCE, which stands in it as %.
check() {
    local name=$1 dsl=$2 source=$3
    shift 3
    local after=$work/$name.${source##*.}
    pacts "$source" "$work/$name/before" "${@//%/$source}"
    lint "$work/$name/before" "$dsl" >"$work/$name-before.json"
    python3 "$here/hints.py" apply "$source" "$work/$name-before.json" >"$after"
    pacts "$after" "$work/$name/after" "${@//%/$after}"
    lint "$work/$name/after" "$dsl" >"$work/$name-after.json"
    echo "$name: $(python3 "$here/hints.py" gone "$work/$name-before.json" "$work/$name-after.json")"
}

if [ -n "$with_js" ]; then
    export PACKAGES=$root/target/idioms/js/node_modules
    for major in 16 17; do
        check "js-$major" js "$here/consumer.js" node % "pact-$major"
    done
fi
for major in 3 4; do
    check "py-$major" python "$here/consumer.py" "$root/target/idioms/py-$major/bin/python" %
done
