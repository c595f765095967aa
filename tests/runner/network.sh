#!/usr/bin/env bash
# What the commands of PACTLENS connect to, in the eyes of the kernel: network.sh PACTLENS.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "$1")
if ! command -v strace >/dev/null; then
    echo 'SKIPPED: what the commands connect to, there is no strace'
    exit 0
fi
if ! strace -D -o /dev/null true 2>/dev/null; then
    echo 'SKIPPED: what the commands connect to, strace may not watch here'
    exit 0
fi
exec python3 "$here/network.py" "$binary"
