#!/usr/bin/env bash
# `pactlens mock` and `pactlens verify` as their users meet them, and beside the official tools:
# run.sh PACTLENS [--all]. Everything that is installed goes to target/runner.
#   tutorial  a consumer's test with pact-python, lint, verify, a renamed field, mock
#   states    the bytes that the state handler gets, beside `pact verifier`
#   verdicts  the verdict on every interaction, beside `pact verifier`
#   requests  the answer to every request, beside `pact mock`
#   network   what each command connects to
# With `--all` the verdicts and requests of every pact there is, in place of a sample.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "$1")
shift

if ! command -v python3 >/dev/null; then
    echo 'SKIPPED: there is no Python'
    exit 0
fi
source "$here/install.sh"

part() {
    local start=$SECONDS
    printf -- '-- %s\n' "$1"
    "${@:2}"
    printf -- '   %s took %s s\n' "$1" $((SECONDS - start))
}

tutorial() {
    rm -rf "$work/pacts"
    mkdir "$work/pacts"
    timeout 60 "$python" "$here/tutorial/consumer.py" "$work/pacts"
    timeout 60 python3 "$here/tutorial/run.py" "$binary" "$work/pacts"
}

# In a network of its own, where nothing but this machine can be reached.
alone() {
    timeout 1200 unshare -rn python3 "$here/lib/alone.py" "$here/official/$1.py" "$binary" "$pact" "${@:2}"
}

part tutorial tutorial
if [ -z "$pact" ]; then
    echo 'SKIPPED: the official verifier and mock server, there is no Node.js to install them with'
elif ! unshare -rn true 2>/dev/null; then
    echo 'SKIPPED: the official verifier and mock server, they cannot be kept off the network here (unshare -rn)'
else
    if [ ! -d "${PACTLENS_SHARED:-$here/../../../shared}/corpus" ]; then
        echo 'SKIPPED in part: no real pacts in ../shared/corpus, own ones are compared'
    fi
    part states alone states
    part verdicts alone verdicts "$@"
    part requests alone requests "$@"
fi
part network bash "$here/network.sh" "$binary"
