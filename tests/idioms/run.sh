#!/usr/bin/env bash
# Pacts as real libraries write them, in their documented ways, give no error and no
# warning in the preset `recommended`. pact-js and pact-python write theirs here, through
# their own mock servers; those in fixtures/ are made by hand, after what others write.
#
# Needs target/debug/pactlens, Python 3.11, Node.js, and the network for packages the first
# time. What libraries get wrong is in pacts of its
# own, which defects.tsv names, and has to be found.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

if ! command -v python3 >/dev/null; then
    echo 'SKIPPED: there is no Python'
    exit 0
fi

source "$here/install.sh"
skip=()
rm -rf "$work/pacts"
mkdir -p "$work/pacts" "$work/log"

# write NAME COMMAND...: the pacts of a library. Twice at most: a mock server may take note
# of a request after it has answered it, and then the test has failed.
write() {
    local name=$1 try
    shift
    for try in 1 2; do
        rm -rf "$work/pacts/$name"
        if timeout 120 "$@" "$work/pacts/$name" >"$work/log/$name.$try" 2>&1; then return; fi
        tail -n 40 "$work/log/$name.$try" >&2
        echo "idioms: $name did not write its pacts, try $try" >&2
    done
    exit 1
}

if [ -n "$with_js" ]; then
    cp "$here/js/write.js" "$work/js"
    for major in 13 16 17; do
        write "js-$major" node "$work/js/write.js" "pact-$major"
    done
else
    skip+=(--without js-)
fi

for major in 3 4; do
    write "py-$major" "$work/py-$major/bin/python" "$here/py/write.py"
done

python3 "$here/check.py" "${skip[@]}" "$root/target/debug/pactlens" "$work/pacts" "$here/fixtures"
