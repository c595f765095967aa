#!/usr/bin/env python3
"""Whether what an editor asks beside diagnostics holds these back in a large pact.

usage: large.py [--bytes N] [--edits N]

A pact of gen.py of 58 MB is open in pactlens (`$PACTLENS`, or target/release/pactlens). One-letter
edits in its middle are sent, each when the diagnostics of the one before have come; first alone,
then each followed by requests for symbols, folding ranges and semantic tokens, as editors send
them. Printed: the time from an edit to its diagnostics, and to the last answer.

Fails if the median with requests is more than 50 ms and more than twice the one without.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile

from wire import Server, pactlens, position, write_pact

CAPABILITIES = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    }
}
METHODS = ["textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/semanticTokens/full"]


def measure(server, uri, here, first, edits, methods):
    """From an edit to its diagnostics, and to the answers, in ms."""
    after = {"line": here["line"], "character": here["character"] + 1}
    walls, answers = [], []
    for edit in range(edits):
        version = first + edit
        insert = version % 2 == 0
        change = {"range": {"start": here, "end": here if insert else after}, "text": "x" if insert else ""}
        document = {"uri": uri, "version": version}
        began = server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        waiting = {server.ask(method, {"textDocument": {"uri": uri}})[0] for method in methods}
        told = None
        while waiting or told is None:
            when, message = server.receive()
            if message.get("id") in waiting:
                waiting.discard(message["id"])
                if waiting == set():
                    answers.append((when - began) * 1e3)
                if "error" in message and message["error"]["code"] not in (-32801, -32800, -32802):
                    sys.exit(f"FAILED: {message}")
            elif message.get("method") == "textDocument/publishDiagnostics":
                if message["params"]["uri"] == uri and message["params"]["version"] == version:
                    told = (when - began) * 1e3
        walls.append(told)
    return walls, answers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bytes", type=int, default=58_000_000)
    parser.add_argument("--edits", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder).resolve() / "pact.json"
        write_pact(arguments.bytes, path)
        text, uri = path.read_text(), path.as_uri()
    here = position(text, text.index('"description": "', len(text) // 2) + 1)
    server = Server(pactlens())
    server.call("initialize", {"processId": None, "capabilities": CAPABILITIES})
    server.notify("initialized", {})
    server.open(uri, 1, text)
    server.diagnostics_of(1)
    edits = arguments.edits // 2 * 2
    alone, _ = measure(server, uri, here, 2, edits, [])
    print(f"alone: diagnostics after {statistics.median(alone):.1f} ms, at worst {max(alone):.1f} ms", flush=True)
    slowest = 0
    for methods in [*([method] for method in METHODS), METHODS]:
        walls, answers = measure(server, uri, here, 2, edits, methods)
        name = methods[0] if len(methods) == 1 else "all of them"
        print(
            f"with {name}: diagnostics after {statistics.median(walls):.1f} ms, at worst {max(walls):.1f} ms;"
            f" last answer after {statistics.median(answers):.1f} ms",
            flush=True,
        )
        slowest = max(slowest, statistics.median(walls))
    server.leave()
    if slowest > max(50, 2 * statistics.median(alone)):
        sys.exit(f"FAILED: diagnostics wait for answers: {slowest:.0f} ms")


main()
