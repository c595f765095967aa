#!/usr/bin/env bash
# Holds what the server sends against the types of the protocol: run.sh PACTLENS.
set -euo pipefail
server=$(realpath "$1")
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
dir=$here/../../../target/editors/protocol
mkdir -p "$dir"
dir=$(realpath "$dir")
cp "$here"/{package.json,package-lock.json,wire.ts,tsconfig.json} "$dir/"
cd "$dir"
[ -d node_modules/ajv ] || npm ci --silent --no-audit --no-fund --ignore-scripts
if [ ! -f wire.schema.json ] || [ wire.ts -nt wire.schema.json ]; then
    npx --no-install ts-json-schema-generator --tsconfig tsconfig.json --path wire.ts --type Wire \
        --expose all --out wire.schema.json >/dev/null
fi
timeout 300 node "$here/validate.mjs" "$server" wire.schema.json "$here/../../fixtures/editors"
