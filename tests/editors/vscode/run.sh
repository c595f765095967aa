#!/usr/bin/env bash
# Packs the extension with the built server, installs it in a real VS Code, and drives that in a
# browser: run.sh PACTLENS. Screenshots go to target/editors/shots. Needs the network once.
set -euo pipefail
server=$(realpath "$1")
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
cd "$here/../../.."
dir=$PWD/target/editors/vscode
bash "$here/install.sh" "$dir"
export PATH=$dir/bin:$PATH

extension=$PWD/editors/vscode
(
    cd "$extension"
    [ -d node_modules/esbuild ] || npm ci --silent --no-audit --no-fund
    npm run --silent check
    npm run --silent bundle -- --log-level=warning
    rm -rf server && mkdir server
    cp "$server" server/pactlens
    npx --no-install vsce package --no-dependencies --skip-license --allow-missing-repository --target linux-x64 \
        --out "$dir/pactlens.vsix" >"$dir/vsce.log" || { cat "$dir/vsce.log" >&2; exit 1; }
    rm -rf server
)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_CACHE_HOME=$work/cache
mkdir -p "$work/user/User" "$work/extensions"
cp "$here/settings.json" "$work/user/User/settings.json"
code=(node "$dir/node_modules/code-server/out/node/entry.js" --user-data-dir "$work/user" --extensions-dir "$work/extensions")
"${code[@]}" --install-extension "$dir/pactlens.vsix" >"$work/install.log" 2>&1 || { cat "$work/install.log" >&2; exit 1; }
"${code[@]}" --list-extensions --show-versions 2>/dev/null | grep -x 'pactlens.pactlens@[0-9.]*'

export WORK=$work SHOTS=$PWD/target/editors/shots FIXTURES=$PWD/tests/fixtures/editors
export NODE_PATH=$dir/node_modules ENTRY=$dir/node_modules/code-server/out/node/entry.js
rm -rf "$SHOTS" && mkdir -p "$SHOTS"
node "$here/host.cjs"
node "$here/ui.cjs"
