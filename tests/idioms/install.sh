# The libraries that tests write pacts with, in target/idioms: made once, and again when what is
# wanted of them changes. For `source`; sets `work` and, if there
# is Node.js, `with_js`.
idioms=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(cd "$idioms/../.." && pwd)/target/idioms
export PACT_DO_NOT_TRACK=1 SCARF_ANALYTICS=false
mkdir -p "$work"

# fresh NAME FILE...: whether FILEs are those that the installation NAME was made of.
fresh() {
    local stamp=$work/$1.stamp
    shift
    [ -f "$stamp" ] && cat "$@" | cmp --quiet - "$stamp"
}

with_js=
if command -v node >/dev/null && command -v npm >/dev/null; then
    with_js=yes
    if ! fresh js "$idioms/js/package-lock.json"; then
        rm -rf "$work/js"
        mkdir "$work/js"
        cp "$idioms/js/package.json" "$idioms/js/package-lock.json" "$idioms/js/.npmrc" "$work/js"
        (cd "$work/js" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
        cat "$idioms/js/package-lock.json" >"$work/js.stamp"
    fi
else
    echo 'SKIPPED: pact-js, there is no Node.js'
fi

for major in 3 4; do
    packages=$idioms/py/pact-python-$major.txt
    if ! fresh "py-$major" "$packages"; then
        rm -rf "$work/py-$major"
        python3 -m venv "$work/py-$major"
        "$work/py-$major/bin/pip" install --quiet --disable-pip-version-check --requirement "$packages"
        cat "$packages" >"$work/py-$major.stamp"
    fi
done
