#!/usr/bin/env python3
"""One session with the real server over its standard input and output.

usage: run.py [PACTLENS]     (default: target/debug/pactlens)

What a client in memory cannot see: that nothing but the protocol is on standard output,
that the exit codes are those the protocol asks for, and that the server leaves when told
to, even while its input stays open.
"""

import json
import pathlib
import queue
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
URI = "file:///w/pacts/web-orders.json"
BROKEN = """{
  "consumer": {"name": "é😀", "name": "web"},
  "provider": {"name": "orders"},
  "interactions": [],
}
"""
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "textDocument": {
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"relatedInformation": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
}


class Server:
    def __init__(self, binary):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([binary, "lsp", "--stdio"], stdin=pipe, stdout=pipe, stderr=pipe)
        self.messages = queue.Queue()
        self.noise = b""
        self.stderr = b""
        self.number = 0
        self.readers = [threading.Thread(target=self.read), threading.Thread(target=self.read_errors)]
        for reader in self.readers:
            reader.start()

    def read(self):
        output = self.process.stdout
        while line := output.readline():
            if not line.startswith(b"Content-Length: "):
                self.noise += line
                continue
            assert output.readline() == b"\r\n"
            self.messages.put(json.loads(output.read(int(line.split(b":")[1]))))

    def read_errors(self):
        self.stderr = self.process.stderr.read()

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self):
        message = self.messages.get(timeout=20)
        assert message["jsonrpc"] == "2.0", message
        return message

    def call(self, method, params=None):
        self.number += 1
        self.send(id=self.number, method=method, **({} if params is None else {"params": params}))
        message = self.receive()
        assert message.get("id") == self.number, f"unread: {message}"
        assert "error" not in message, message
        return message["result"]

    def pushed(self):
        message = self.receive()
        assert message["method"] == "textDocument/publishDiagnostics", message
        assert message["params"]["uri"] == URI
        return message["params"]

    def start(self):
        answer = self.call("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES})
        self.send(method="initialized", params={})
        return answer

    def end(self, code):
        """The server is gone soon, with this code, and has said nothing that was not read."""
        found = self.process.wait(timeout=10)
        for reader in self.readers:
            reader.join(10)
        assert found == code, f"exit code {found}, not {code}"
        assert self.messages.empty(), f"unread: {self.messages.get()}"
        assert not self.noise, self.noise
        assert not self.stderr, self.stderr
        self.process.stdin.close()


def codes(diagnostics):
    return [it["code"] for it in diagnostics if it["code"].startswith("json-")]


def a_session(binary):
    started = time.perf_counter()
    server = Server(binary)
    answer = server.start()
    print(f"initialize answered after {(time.perf_counter() - started) * 1e3:.0f} ms")
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    assert answer["serverInfo"] == {"name": "pactlens", "version": version}, answer
    assert answer["capabilities"]["positionEncoding"] == "utf-8"

    document = {"uri": URI, "languageId": "json", "version": 1, "text": BROKEN}
    server.send(method="textDocument/didOpen", params={"textDocument": document})
    pushed = server.pushed()
    assert codes(pushed["diagnostics"]) == ["json-duplicate-key", "json-syntax"], pushed
    place = next(it["range"]["start"] for it in pushed["diagnostics"] if it["code"] == "json-duplicate-key")
    assert place == {"line": 1, "character": 33}, place

    shown = server.call("textDocument/hover", {"textDocument": {"uri": URI}, "position": place})
    assert "json-duplicate-key" in shown["contents"]["value"], shown
    only = {"diagnostics": [], "only": ["source.fixAll"]}
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 5, "character": 0}}
    actions = server.call(
        "textDocument/codeAction", {"textDocument": {"uri": URI}, "range": everything, "context": only}
    )
    edits = actions[0]["edit"]["changes"][URI]
    changes = [{"range": it["range"], "text": it["newText"]} for it in reversed(edits)]
    identifier = {"uri": URI, "version": 2}
    server.send(method="textDocument/didChange", params={"textDocument": identifier, "contentChanges": changes})
    pushed = server.pushed()
    assert (pushed["version"], codes(pushed["diagnostics"])) == (2, ["json-duplicate-key"]), pushed
    server.send(method="textDocument/didClose", params={"textDocument": {"uri": URI}})
    assert server.pushed()["diagnostics"] == []

    assert server.call("shutdown") is None
    server.send(method="exit")
    # Standard input is still open here.
    server.end(0)


def leaving_without_a_word(binary):
    server = Server(binary)
    server.start()
    server.send(method="exit")
    server.end(1)

    server = Server(binary)
    server.start()
    server.process.stdin.close()
    server.end(1)


def main():
    binary = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/pactlens").resolve()
    a_session(binary)
    leaving_without_a_word(binary)
    print("the server speaks the protocol on standard input and output")


main()
