#!/usr/bin/env bash
# Real commits through pre-commit and the hooks that .pre-commit-hooks.yaml ships, in a
# scratch repository. Needs target/debug/pactlens, and pre-commit in target/venv.
#
# The hook `pactlens` makes a release build, three minutes on two cores from nothing;
# PACTLENS_RUST_HOOK=0 leaves it out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
fixtures=$root/tests/fixtures/pacts
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

export PATH=$root/target/debug:$PATH
# What pre-commit builds for the hook `pactlens` shares its dependencies with other builds.
export CARGO_TARGET_DIR=$root/target
export PRE_COMMIT_HOME=$scratch/cache PRE_COMMIT_COLOR=never
export XDG_CACHE_HOME=$scratch/user-cache
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@example.com
export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@example.com
unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE

fail() {
    printf 'pre-commit: %s\n%s\n' "$1" "$(cat "$scratch/output")" >&2
    exit 1
}

# The checkout as it lies here, in a repository that pre-commit can clone.
git init --quiet "$scratch/hooks"
git -C "$root" ls-files -z --cached --others --exclude-standard |
    tar --create --directory "$root" --null --files-from - --ignore-failed-read 2>/dev/null |
    tar --extract --directory "$scratch/hooks"
git -C "$scratch/hooks" add --all
git -C "$scratch/hooks" commit --quiet --message 'hooks'
revision=$(git -C "$scratch/hooks" rev-parse HEAD)

# repository HOOK [SETTING]: a new repository whose commits run HOOK; becomes the current folder.
repository() {
    mkdir "$scratch/$1"
    cd "$scratch/$1"
    git init --quiet
    cat > .pre-commit-config.yaml <<YAML
repos:
  - repo: file://$scratch/hooks
    rev: $revision
    hooks:
      - id: $1
        verbose: true
        ${2:-}
YAML
    git add .pre-commit-config.yaml
    git commit --quiet --message 'start'
    "$root/target/venv/bin/pre-commit" install >/dev/null
}

# commit: what git and the hook print goes to $scratch/output.
commit() {
    git add --all
    git commit --message 'change' >"$scratch/output" 2>&1
}

# The hook ran and printed nothing: with `verbose`, what it prints follows these lines.
silent() {
    grep -q '^pactlens.*\.Passed$' "$scratch/output" || fail 'the hook did not pass'
    if sed '1,/^pactlens.*\.Passed$/d' "$scratch/output" |
        grep -vE '^- (hook id|duration): |^$|^\[|^ [0-9]+ files? changed|^ create mode'; then
        fail 'the hook was not silent'
    fi
}

check() {
    repository "$1"
    echo '{"name": "shop-web"}' > package.json
    commit || fail 'a commit of package.json alone was refused'
    silent

    mkdir pacts
    echo '{"name": "shop-web", "version": "1.0.0"}' > package.json
    cp "$fixtures/v4.json" pacts/web-customers.json
    commit || fail 'a commit of package.json and a clean pact was refused'
    silent

    cp "$fixtures/bad-matcher-v4.json" pacts/web-customers.json
    if commit; then fail 'a misspelt matcher was committed'; fi
    grep -qE '^pacts/web-customers\.json:62:[0-9]+' "$scratch/output" || fail 'the matcher is not located'

    sed 's/"status": 201/"status": "201"/' "$fixtures/v4.json" > pacts/web-customers.json
    if commit; then fail 'a status in quotes was committed'; fi
    grep -qE '^pacts/web-customers\.json:[0-9]+:[0-9]+' "$scratch/output" || fail 'the status is not located'
    echo "pre-commit: the hook $1 passes what it should and stops what it should"
}

# A pact that git ignores stops a commit until it is mended, and then is not looked at again.
check_generated() {
    repository pactlens-generated 'language: system'
    echo 'pacts/' > .gitignore
    mkdir pacts
    cp "$fixtures/v4.json" pacts/web-customers.json
    commit || fail 'a commit beside a clean pact was refused'
    silent

    cp "$fixtures/bad-matcher-v4.json" pacts/web-customers.json
    echo '{"name": "shop-web"}' > package.json
    for _ in 1 2; do
        if commit; then fail 'a commit beside a misspelt matcher was made'; fi
        grep -qE '^pacts/web-customers\.json:62:[0-9]+' "$scratch/output" || fail 'the matcher is not located'
    done

    cp "$fixtures/v4.json" pacts/web-customers.json
    commit || fail 'a commit beside a mended pact was refused'
    silent
    echo "pre-commit: the hook pactlens-generated sees what git ignores"
}

check pactlens-system
check_generated
if [ "${PACTLENS_RUST_HOOK:-1}" = 0 ]; then
    echo 'pre-commit: SKIPPED the hook pactlens'
else
    check pactlens
fi
