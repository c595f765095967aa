#!/usr/bin/env bash
# The language server beside VS Code's JSON server, which gets the same schema: run.sh [OPTION...],
# see bench.py for the options. Builds what is measured; needs Node.js, and the network once.
set -euo pipefail
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
cd "$here/../../.."
cargo build --locked --release
peer=target/bench-lsp
mkdir -p "$peer"
cp "$here"/package.json "$here"/package-lock.json "$peer/"
[ -d "$peer/node_modules" ] || (cd "$peer" && npm ci --silent --no-audit --no-fund --ignore-scripts)
python3 -B "$here/bench.py" "$@"
