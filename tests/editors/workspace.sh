# For the scripts that drive an editor: `source ../workspace.sh SERVER` goes to the root of the
# project and makes a workspace, $work, which is gone in the end: pacts, a file that is none, a
# home, and a folder `bin` in which the server is called `pactlens`.
server=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/pacts" "$work/bin" "$work/home"
ln -s "$server" "$work/bin/pactlens"
cp tests/fixtures/editors/*.json "$work/pacts/"
echo '{"name": "no pact"}' >"$work/package.json"
