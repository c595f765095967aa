#!/usr/bin/env bash
# Drives a real Emacs with eglot against the built server: run.sh PACTLENS. Needs Debian's
# packages once.
set -euo pipefail
server=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
if ! command -v emacs >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends emacs-nox elpa-eglot >/dev/null
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/pacts" "$work/home"
cp tests/fixtures/editors/*.json "$work/pacts/"
HOME=$work/home WORK=$work PACTLENS=$server timeout 120 emacs -q --batch -l tests/editors/emacs/test.el
