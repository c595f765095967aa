#!/usr/bin/env python3
"""pactlens beside VS Code's JSON server, over stdio, as an editor meets them. Run by run.sh.

Each server opens a file of gen.py with a fresh process, gets one-character edits in the name
of a key in its middle, so that each changes what is found (pactlens sends nothing otherwise),
each when the diagnostics of the one before have come, and then questions. The peer waits for
300 to 500 ms after an edit before it looks; that is in its wall times, not in its CPU times,
which are those of /proc until the server is at rest, and so stay true on a busy machine.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

from wire import ROOT, Server, Silence

PEER = "target/bench-lsp/node_modules/.bin/vscode-json-language-server"
SERVERS = {
    "pactlens": [ROOT / "target/release/pactlens", "lsp", "--stdio"],
    "vscode-json": [ROOT / PEER, "--stdio"],
}
SIZES = {"56 kB": 56_000, "585 kB": 585_000, "1 MB": 1_000_000, "5.8 MB": 5_800_000, "58 MB": 58_000_000}
CAPABILITIES = {
    "textDocument": {
        "synchronization": {},
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "completion": {"completionItem": {"snippetSupport": True}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
    "workspace": {"configuration": True},
}
# What is measured; less is better in all.
ROWS = {
    "start": "ms from start to the answer to initialize",
    "open": "ms from open to diagnostics",
    "open_cpu": "ms of CPU for it",
    "change": "ms from an edit to its diagnostics, median",
    "change_worst": "ms from an edit to its diagnostics, worst",
    "change_cpu": "ms of CPU an edit until at rest, median",
    "pull": "ms from an edit to those asked for, median",
    "hover": "ms for a hover, median",
    "completion": "ms for a completion, median",
    "after_edit": "ms for a hover right behind an edit",
    "symbols": "ms for the outline",
    "resident": "MB resident after the edits",
    "peak": "MB resident at most",
}


def settings():
    """What makes the peer judge pacts too: our schema, for every file. pactlens ignores it."""
    schema = json.loads((ROOT / "schemas/pact/v4.schema.json").read_text())
    schema = {"fileMatch": ["*.json"], "url": "pact:v4", "schema": schema}
    return {"json": {"validate": {"enable": True}, "schemas": [schema]}}


class Document:
    """An open document, edited in the name of a key in its middle."""

    def __init__(self, server, path):
        self.server, self.uri, self.version = server, path.as_uri(), 1
        self.text = path.read_text()
        self.edited = self.place(self.text.index('"description": "', len(self.text) // 2) + 1)
        self.plain = True

    def place(self, offset):
        start = self.text.rfind("\n", 0, offset) + 1
        return {"line": self.text.count("\n", 0, offset), "character": offset - start}

    def open(self):
        return self.server.open(self.uri, 1, self.text)

    def edit(self):
        """Writes a letter, or takes it away again."""
        self.version += 1
        here = self.edited
        end = here if self.plain else {**here, "character": here["character"] + 1}
        change = {"range": {"start": here, "end": end}, "text": "x" if self.plain else ""}
        self.plain = not self.plain
        document = {"uri": self.uri, "version": self.version}
        return self.server.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )

    def ask(self, what, at=None, patience=120):
        params = {"textDocument": {"uri": self.uri}, **({"position": at} if at else {})}
        return self.server.call(f"textDocument/{what}", params, patience)


def measure(command, path, edits, seconds):
    """The figures of one server on one file; those it did not give are missing."""
    found = {}
    start = time.perf_counter()
    server = Server(command, settings(), subprocess.DEVNULL)
    try:
        introduction = {"processId": None, "rootUri": None, "capabilities": CAPABILITIES}
        server.call("initialize", introduction)
        found["start"] = (time.perf_counter() - start) * 1e3
        server.notify("initialized", {})
        server.notify("workspace/didChangeConfiguration", {"settings": settings()})
        document = Document(server, path)
        cpu = server.rested_cpu_ms()
        start = document.open()
        now, _ = server.diagnostics_of(1)
        found["open"] = (now - start) * 1e3
        rested = server.rested_cpu_ms()
        found["open_cpu"] = rested - cpu

        walls, cpus, end = [], [], time.perf_counter() + seconds
        # An even number, so that the text is what it was.
        while len(walls) < edits and (time.perf_counter() < end or len(walls) < 6) or len(walls) % 2:
            before = rested
            start = document.edit()
            now, _ = server.diagnostics_of(document.version)
            walls.append((now - start) * 1e3)
            rested = server.rested_cpu_ms()
            cpus.append(rested - before)
        found["change"], found["change_worst"] = statistics.median(walls), max(walls)
        found["change_cpu"] = statistics.median(cpus)
        found["resident"], _ = server.memory_mb()

        matcher = re.compile('"match": "').search(document.text, len(document.text) // 2)
        on_key, in_value = document.place(matcher.start() + 2), document.place(matcher.end())
        for what, at in (("hover", on_key), ("completion", in_value)):
            answers = [document.ask(what, at) for _ in range(9)]
            if not answers[-1][0]:
                print(f"no {what} from {command[0].name}", file=sys.stderr)
            found[what] = statistics.median(took for _, took in answers)
        behind = []
        for _ in range(2):
            document.edit()
            behind.append(document.ask("hover", on_key)[1])
            server.rested_cpu_ms()
        found["after_edit"] = statistics.mean(behind)
        found["symbols"] = document.ask("documentSymbol", patience=60)[1]
    except Silence as silence:
        print(f"{command[0].name}, {path.name}: {silence}", file=sys.stderr)
    finally:
        if server.process.poll() is None:
            _, found["peak"] = server.memory_mb()
        server.end()
    return found


def pulled(command, path, edits, seconds):
    """Milliseconds from an edit to the diagnostics of a client that asks for them at once, as VS
    Code and Neovim do of pactlens; the peer waits for nothing then."""
    capabilities = {**CAPABILITIES, "textDocument": {**CAPABILITIES["textDocument"], "diagnostic": {}}}
    server = Server(command, settings(), subprocess.DEVNULL)
    try:
        server.call("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        server.notify("initialized", {})
        server.notify("workspace/didChangeConfiguration", {"settings": settings()})
        document = Document(server, path)
        document.open()
        document.ask("diagnostic")
        walls, end = [], time.perf_counter() + seconds
        while len(walls) < edits and (time.perf_counter() < end or len(walls) < 4) or len(walls) % 2:
            server.rested_cpu_ms()
            document.edit()
            answer, took = document.ask("diagnostic")
            if answer is None:
                return {}
            walls.append(took)
        return {"pull": statistics.median(walls)}
    except Silence as silence:
        print(f"{command[0].name}, {path.name}, asked: {silence}", file=sys.stderr)
        return {}
    finally:
        server.end()


def show(number):
    if number is None:
        return "none"
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 1000 else f"{number:.0f}"


def table(size, figures):
    """A row a figure; how many times more the peer takes comes last."""
    print(f"\n{size:<46}{''.join(f'{name:>13}' for name in figures)}{'ratio':>9}")
    for row, title in ROWS.items():
        values = [found.get(row) for found in figures.values()]
        both = len(values) == 2 and all(value is not None for value in values)
        ratio = f"{values[1] / values[0]:.1f}" if both and values[0] else ""
        print(f"{title:<46}{''.join(f'{show(value):>13}' for value in values)}{ratio:>9}", flush=True)


def goals(all_figures):
    """Which of the numbers to hold are held, of those that were measured."""

    def say(what, size, value, holds):
        print(f"{'holds ' if holds else 'MISSED'}  {size:>7}: {what}: {show(value)}")

    print()
    for size, most in (("1 MB", 5), ("58 MB", 50)):
        found = all_figures.get(size, {}).get("pactlens", {})
        if value := found.get("change"):
            cpu = show(found["change_cpu"])
            say(f"an edit's diagnostics in <= {most} ms, median ({cpu} of CPU)", size, value, value <= most)
    for size, figures in all_figures.items():
        ours, theirs = (figures.get(name, {}).get("change_cpu") for name in SERVERS)
        if ours and theirs:
            least = 10 if SIZES[size] < 500_000 else 20
            say(f">= {least} times less CPU an edit", size, theirs / ours, theirs / ours >= least)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--servers", default=",".join(SERVERS), help="names, by comma: %(default)s")
    parser.add_argument("--sizes", default=",".join(SIZES), help="by comma: %(default)s")
    parser.add_argument("--edits", type=int, default=40, help="at most so many (%(default)s)")
    parser.add_argument("--seconds", type=float, default=40, help="no more edits after (%(default)s)")
    arguments = parser.parse_args()
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}: what is not CPU time is no better than that")
    all_figures = {}
    for size in arguments.sizes.split(","):
        path = ROOT / f"target/tmp/bench-{SIZES[size]}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run([sys.executable, ROOT / "tests/bench/gen.py", str(SIZES[size]), path], check=True)
        names = arguments.servers.split(",")
        all_figures[size] = {
            name: {
                **measure(SERVERS[name], path, arguments.edits, arguments.seconds),
                **pulled(SERVERS[name], path, arguments.edits, arguments.seconds / 2),
            }
            for name in names
        }
        table(size, all_figures[size])
    goals(all_figures)


main()
