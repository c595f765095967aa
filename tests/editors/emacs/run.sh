#!/usr/bin/env bash
# Drives a real Emacs with eglot against the built server: run.sh PACTLENS. Needs Debian's
# packages once.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../workspace.sh" "$1"
if ! command -v emacs >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends emacs-nox elpa-eglot >/dev/null
fi
HOME=$work/home WORK=$work PACTLENS=$server timeout 120 emacs -q --batch -l tests/editors/emacs/test.el
