#!/usr/bin/env bash
# Runs the server under pytest-lsp with the capabilities of several editors: run.sh PACTLENS.
set -euo pipefail
server=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
venv=target/editors/clients
if [ ! -x "$venv/bin/pytest" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check pytest==9.0.1 pytest-lsp==1.0.1
fi
PACTLENS=$server timeout 120 "$venv/bin/python" -B -m pytest -q -p no:cacheprovider \
    -W error::pytest_lsp.LspSpecificationWarning -o asyncio_mode=auto tests/editors/clients
