#!/usr/bin/env bash
# `pactlens mock` and `pactlens verify` beside the official stub server and verifier, in a network
# of their own: run.sh [--all | --brief] [PART...], where a part is `mock` or `verify`. Prints a table and
# which targets hold. `cargo build --release` first. Needs wrk for the mock servers. `--all` asks
# the official stub server for 1,000 interactions too: minutes, and 9 GB of memory. `--brief` does
# less of everything. PACTLENS names another binary.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../../runner/install.sh"
binary=${PACTLENS:-$here/../../../target/release/pactlens}
command -v wrk >/dev/null || echo 'SKIPPED: mock servers, there is no wrk'
if ! unshare -rn true 2>/dev/null; then
    echo 'SKIPPED: no network of its own can be made here (unshare -rn)'
    exit 0
fi
exec unshare -rn python3 "$here/../../runner/lib/alone.py" "$here/bench.py" "$(realpath "$binary")" "$pact" "$@"
