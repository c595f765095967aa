# The official tools beside which this one is run, in target/runner: the command `pact` (its
# verifier, stub server and mock server) and pact-python. Made once, and again when what is wanted
# of them changes. For `source`; sets `work`, `python`, which has pact-python, and, if there is
# Node.js to install it with, `pact`, the program itself and not the script that starts it.
runner=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(cd "$runner/../.." && pwd)/target/runner
export PACT_DO_NOT_TRACK=true SCARF_ANALYTICS=false
mkdir -p "$work"

pact=
if command -v node >/dev/null && command -v npm >/dev/null; then
    if ! cmp --quiet "$runner/js/package-lock.json" "$work/js.stamp"; then
        rm -rf "$work/js"
        mkdir "$work/js"
        cp "$runner"/js/{package.json,package-lock.json,.npmrc} "$work/js"
        (cd "$work/js" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
        cp "$runner/js/package-lock.json" "$work/js.stamp"
    fi
    pact=$(find "$work/js/node_modules/@pact-foundation" -path '*/standalone/pact' -print -quit)
fi

python=$work/py/bin/python
packages=$runner/../idioms/py/pact-python-4.txt
if ! cmp --quiet "$packages" "$work/py.stamp"; then
    rm -rf "$work/py"
    python3 -m venv "$work/py"
    "$python" -m pip install --quiet --disable-pip-version-check --requirement "$packages"
    cp "$packages" "$work/py.stamp"
fi
