#!/usr/bin/env bash
# How long one small clean pact takes from process start to exit code: pactlens beside the
# schema validators that are here. `cargo build --release` first. Peers, each optional:
#   npm install --prefix target/bench-npm ajv-cli
#   target/venv/bin/pip install check-jsonschema
#   cargo install jsonschema-cli --root target/bench-cargo
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python3 - "${1:-40}" <<'PYTHON'
import os
import statistics
import subprocess
import sys
import time

runs = int(sys.argv[1])
pact = "tests/fixtures/pacts/v3.json"
schema = "schemas/pact/v3.schema.json"
contestants = {
    "pactlens": ["target/release/pactlens", "lint", pact],
    "jsonschema": ["target/bench-cargo/bin/jsonschema-cli", "validate", schema, "-i", pact],
    "ajv": ["target/bench-npm/node_modules/.bin/ajv", "validate", "--strict=false", "-s", schema, "-d", pact],
    "check-jsonschema": ["target/venv/bin/check-jsonschema", "--schemafile", schema, pact],
}
here = {name: command for name, command in contestants.items() if os.path.exists(command[0])}
for name in contestants.keys() - here.keys():
    print(f"{name}: SKIPPED, {contestants[name][0]} is not there")
times = {name: [] for name in here}
for run in range(runs):
    # In turns, so that a busy moment of the machine hits all of them.
    for name, command in here.items():
        start = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        times[name].append((time.perf_counter() - start) * 1e3)
        if done.returncode:
            sys.exit(f"{name} ended with {done.returncode}: {done.stderr.decode()}")
for name in here:
    print(f"{name:<17} median {statistics.median(times[name]):7.1f} ms, best {min(times[name]):7.1f} ms")
PYTHON
