#!/usr/bin/env python3
"""Whether memory grows with the number of edits: 144,000 of them, as fast as they can be written.

usage: memory.py [--edits N] [--bytes N] [--wait N]

A session of pactlens (`$PACTLENS`, or target/release/pactlens) has a pact of gen.py open whose
twin, another pact of the same consumer and provider, lies beside it on the disk. Words are typed
in it letter by letter and mostly taken back, with half-typed JSON in between. Nobody waits for
diagnostics; with --wait somebody does after each N edits, so that more of the states in between
are looked at. Resident memory is read after a tenth of the edits and after all, each time when a
hover that was asked for behind them is answered; the anonymous part of it is told beside, as
pages of the program itself come and go with what else the machine does.

Fails if it grew by more than 5 %, if a version of diagnostics is lower than one before it, or if
the last diagnostics are not what a fresh server says of the final text.
"""

import argparse
import pathlib
import random
import sys
import tempfile
import time

from wire import Gone, Server, Silence, pactlens, write_pact

CAPABILITIES = {"textDocument": {"publishDiagnostics": {"versionSupport": True, "relatedInformation": True}}}
WORDS = ["method", '"x": 1, ', "{", '"', "tru", "\\", "status", "}", "é😀", "12", ","]


def start(folder):
    server = Server(pactlens())
    folders = [{"uri": folder.as_uri(), "name": "w"}]
    introduction = {"processId": None, "capabilities": CAPABILITIES, "workspaceFolders": folders}
    server.call("initialize", introduction)
    server.notify("initialized", {})
    return server


class Typist:
    """Types in a text, and remembers what it is."""

    def __init__(self, text):
        self.lines = text.split("\n")
        self.chance = random.Random(1)
        self.todo = []

    def next(self):
        """The next edit: line, start, end, new text; columns in UTF-16 units."""
        if not self.todo:
            line = self.chance.randrange(4, len(self.lines) - 12)
            column = self.chance.randrange(len(self.lines[line]) + 1)
            word = self.chance.choice(WORDS)
            self.todo = [(line, column + at, letter) for at, letter in enumerate(word)]
            if self.chance.randrange(1000):
                self.todo += [(line, column + at, None) for at in reversed(range(len(word)))]
            self.todo.reverse()
        line, column, letter = self.todo.pop()
        text = self.lines[line]
        units = lambda part: len(part.encode("utf-16-le")) // 2
        start = units(text[:column])
        if letter is None:
            self.lines[line] = text[:column] + text[column + 1 :]
            return line, start, start + units(text[column]), ""
        self.lines[line] = text[:column] + letter + text[column:]
        return line, start, start, letter

    def text(self):
        return "\n".join(self.lines)


class Watched:
    """The diagnostics of one document, as they come."""

    def __init__(self, server, uri):
        self.server, self.uri, self.version, self.last = server, uri, -1, None
        self.count = 0

    def take(self, message):
        if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == self.uri:
            version = message["params"]["version"]
            if version < self.version:
                sys.exit(f"FAILED: diagnostics of version {version} after those of {self.version}")
            self.version, self.last = version, message["params"]["diagnostics"]
            self.count += 1

    def until_answered(self):
        """A hover is answered when all that was sent before it is dealt with."""
        params = {"textDocument": {"uri": self.uri}, "position": {"line": 0, "character": 0}}
        number, _ = self.server.ask("textDocument/hover", params)
        while (message := self.server.receive()[1]).get("id") != number:
            self.take(message)

    def until_quiet(self, seconds=3):
        """Gives the last diagnostics. What other files have a part in may come a moment later."""
        try:
            while True:
                self.take(self.server.receive(seconds)[1])
        except Gone:
            raise
        except Silence:
            return sorted(self.last, key=str)


def diagnostics_of(folder, uri, version, text):
    """What a fresh server says of a text."""
    server = start(folder)
    watched = Watched(server, uri)
    server.open(uri, version, text)
    watched.until_answered()
    diagnostics = watched.until_quiet()
    server.leave()
    return diagnostics


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--edits", type=int, default=144_000)
    parser.add_argument("--bytes", type=int, default=56_000)
    parser.add_argument("--wait", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder).resolve()
        for name in ["a.json", "b.json"]:
            write_pact(arguments.bytes, folder / name)
        uri = (folder / "a.json").as_uri()
        typist = Typist((folder / "a.json").read_text())
        server = start(folder)
        watched = Watched(server, uri)
        server.open(uri, 0, typist.text())
        began = time.perf_counter()
        seen, own, behind = [], [], []
        for edit in range(1, arguments.edits + 1):
            line, start_at, end, new = typist.next()
            places = {name: {"line": line, "character": at} for name, at in [("start", start_at), ("end", end)]}
            document = {"uri": uri, "version": edit}
            changes = [{"range": places, "text": new}]
            server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
            if edit in (arguments.edits // 10, arguments.edits):
                sent = time.perf_counter()
                watched.until_answered()
                behind.append(time.perf_counter() - sent)
                seen.append(server.memory_mb()[0])
                own.append(server.anonymous_mb())
            elif arguments.wait and edit % arguments.wait == 0:
                watched.until_answered()
        took = time.perf_counter() - began
        most, cpu = server.memory_mb()[1], server.cpu_ms() / 1e3
        last = watched.until_quiet()
        server.leave()
        expected = diagnostics_of(folder, uri, arguments.edits, typist.text())
    early, late = seen
    growth = late / early - 1
    print(
        f"{arguments.edits} edits in {took:.1f} s ({cpu:.1f} s CPU of the server), told {watched.count} times:"
        f" {early:.1f} MB after a tenth, {late:.1f} MB after all ({growth:+.1%}), at most {most:.1f} MB;"
        f" {own[0]:.1f} and {own[1]:.1f} MB of it anonymous;"
        f" at most {max(behind) * 1e3:.0f} ms behind"
    )
    if last != expected:
        sys.exit(f"FAILED: {len(last)} diagnostics in the end, a fresh server has {len(expected)}")
    print(f"the last {len(expected)} diagnostics are those of the final text")
    if growth > 0.05:
        sys.exit("FAILED: memory grows with the number of edits")


main()
