#!/usr/bin/env bash
# Drives a real Vim with ALE against the built server: run.sh PACTLENS. Needs Debian's packages
# once.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../workspace.sh" "$1"
if [ ! -d /usr/share/vim-ale ] || ! command -v vim >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends vim vim-ale >/dev/null
fi
# What the page for Vim tells its readers to write.
sed -n '/^```vim$/,/^```$/{/^```/!p}' editors/README.md >"$work/page.vim"
code=0
HOME=$work/home XDG_CACHE_HOME=$work/home PATH=$work/bin:$PATH WORK=$work \
    timeout 120 vim -N -n -i NONE -es -u tests/editors/vim/test.vim >/dev/null || code=$?
cat "$work/report.txt"
exit $code
