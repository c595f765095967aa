#!/usr/bin/env python3
"""From a keystroke to its diagnostics over stdio, for pactlens and the peer.

usage: lsp_keystroke.py [--edits N] [--sizes BYTES,BYTES] [SERVER...]

SERVER is `pactlens` (target/release/pactlens, `cargo build --release` first) or `vscode`
(vscode-json-language-server: put in target/bench-npm by `npm install --prefix
target/bench-npm vscode-langservers-extracted`). Each server gets a file of gen.py, then
one-character edits in the name of a key in its middle, so that each changes what is found
(pactlens sends nothing otherwise), each sent when the diagnostics of the one before have
come. Printed: wall time from open and from didChange to publishDiagnostics
(the peer debounces by 300 to 500 ms) and the server's CPU time from /proc, which stays
true on a busy machine.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

from lsp_client import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVERS = {
    "pactlens": [ROOT / "target/release/pactlens", "lsp", "--stdio"],
    "vscode": [ROOT / "target/bench-npm/node_modules/.bin/vscode-json-language-server", "--stdio"],
}
CAPABILITIES = {
    "textDocument": {"publishDiagnostics": {"versionSupport": True}, "synchronization": {}},
    "workspace": {"configuration": True},
}


def peer_settings():
    """What makes the peer validate pacts too: our schema, for every file. pactlens ignores it."""
    path = ROOT / "schemas/pact/v4.schema.json"
    if not path.exists():
        return {}
    schema = {"fileMatch": ["*.json"], "url": "pact:v4", "schema": json.loads(path.read_text())}
    return {"json": {"validate": {"enable": True}, "schemas": [schema]}}


def measure(name, path, edits):
    text = path.read_text()
    uri = path.as_uri()
    server = Server(SERVERS[name])
    server.send(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": CAPABILITIES})
    server.reply_to(1)
    server.send(method="initialized", params={})
    server.send(method="workspace/didChangeConfiguration", params={"settings": peer_settings()})

    document = {"uri": uri, "languageId": "json", "version": 1, "text": text}
    start = time.perf_counter()
    server.send(method="textDocument/didOpen", params={"textDocument": document})
    server.diagnostics_of(1)
    opened = (time.perf_counter() - start) * 1e3

    at = text.index('"description": "', len(text) // 2) + 1
    line, column = text.count("\n", 0, at), at - text.rindex("\n", 0, at) - 1
    here = {"line": line, "character": column}
    after = {"line": line, "character": column + 1}
    walls, cpus = [], []
    for edit in range(edits):
        insert = edit % 2 == 0
        change = {"range": {"start": here, "end": here if insert else after}, "text": "x" if insert else ""}
        cpu = server.cpu_ms()
        start = time.perf_counter()
        identifier = {"uri": uri, "version": edit + 2}
        server.send(
            method="textDocument/didChange",
            params={"textDocument": identifier, "contentChanges": [change]},
        )
        server.diagnostics_of(edit + 2)
        walls.append((time.perf_counter() - start) * 1e3)
        cpus.append(server.cpu_ms() - cpu)
    resident = server.resident_mb()
    server.send(id=2, method="shutdown")
    server.reply_to(2)
    server.send(method="exit")
    server.process.wait(10)
    print(
        f"{name:<9} {len(text):>9} bytes: open {opened:8.1f} ms, keystroke median {statistics.median(walls):8.2f} ms"
        f" worst {max(walls):8.2f} ms, CPU a keystroke {statistics.median(cpus):8.2f} ms, {resident:.0f} MB",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("servers", nargs="*", default=list(SERVERS), metavar="SERVER")
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--sizes", default="56000,585000,1000000,58000000")
    arguments = parser.parse_args()
    for size in map(int, arguments.sizes.split(",")):
        path = ROOT / f"target/tmp/bench-{size}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([sys.executable, ROOT / "tests/bench/gen.py", str(size), path], check=True)
        for name in arguments.servers:
            if pathlib.Path(SERVERS[name][0]).exists():
                measure(name, path, arguments.edits)
            else:
                print(f"{name}: SKIPPED, {SERVERS[name][0]} is not there")


main()
