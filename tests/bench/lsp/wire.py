"""A language server as a process: what goes to it, what comes from it, and what it costs."""

import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]


def pactlens():
    """The command of `$PACTLENS`, or of the release build of this project."""
    path = pathlib.Path(os.environ.get("PACTLENS", ROOT / "target/release/pactlens"))
    if not path.exists():
        sys.exit(f"{path} is not there: cargo build --release")
    return [path, "lsp", "--stdio"]


class Silence(Exception):
    """Nothing came in time, or the server is gone."""


class Gone(Silence):
    """The server is gone."""


def write_pact(size, path):
    """Writes a pact of about `size` bytes."""
    subprocess.run([sys.executable, ROOT / "tests/bench/gen.py", str(size), path], check=True)


def position(text, at):
    """Line and character of an offset, in a text whose line has no letters outside ASCII before it."""
    return {"line": text.count("\n", 0, at), "character": at - text.rindex("\n", 0, at) - 1}


class Server:
    """Talks to `command`; `settings` are what it hears when it asks for its configuration."""

    def __init__(self, command, settings=None, stderr=None):
        self.settings = settings or {}
        self.number = 0
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=stderr)
        self.arrived = queue.Queue()
        self.turn = threading.Lock()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        output = self.process.stdout
        while True:
            length = 0
            while line := output.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = output.read(length)
            # Before it is decoded, which is not the server's time.
            now = time.perf_counter()
            if not body or len(body) < length:
                return self.arrived.put((now, None))
            message = json.loads(body)
            if "method" in message and "id" in message:
                self.answer(message)
            else:
                self.arrived.put((now, message))

    def answer(self, question):
        """A server that asks for settings gets them; everything else is granted."""
        items = (question.get("params") or {}).get("items")
        result = [self.settings.get(item.get("section")) for item in items] if items else None
        try:
            self.send({"id": question["id"], "result": result})
        except BrokenPipeError:
            # It is gone, and what is read next says so.
            pass

    def send(self, message):
        """Sends it, and tells when it began to."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        with self.turn:
            start = time.perf_counter()
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self.process.stdin.flush()
        return start

    def notify(self, method, params):
        return self.send({"method": method, "params": params})

    def ask(self, method, params):
        """Sends a request: its number, and when it began to be sent."""
        self.number += 1
        return self.number, self.send({"id": self.number, "method": method, "params": params})

    def receive(self, patience=120):
        """The next message, and when it came."""
        return self.wait_for(lambda _: True, patience)

    def open(self, uri, version, text):
        """Opens a document, and tells when it began to."""
        document = {"uri": uri, "languageId": "json", "version": version, "text": text}
        return self.notify("textDocument/didOpen", {"textDocument": document})

    def wait_for(self, wanted, patience):
        """The next message that is wanted, and when it came; others are thrown away."""
        end = time.perf_counter() + patience
        while True:
            try:
                now, message = self.arrived.get(timeout=max(0, end - time.perf_counter()))
            except queue.Empty:
                raise Silence(f"nothing in {patience} s") from None
            if message is None:
                raise Gone(f"the server ended with {self.process.wait()}")
            if wanted(message):
                return now, message

    def call(self, method, params, patience=120):
        """The answer, and the milliseconds it took."""
        number, start = self.ask(method, params)
        now, message = self.wait_for(lambda it: it.get("id") == number, patience)
        return message.get("result"), (now - start) * 1e3

    def diagnostics_of(self, version, patience=120):
        """When the diagnostics of this version came or, from a server that names none, the next."""

        def wanted(message):
            published = message.get("method") == "textDocument/publishDiagnostics"
            return published and message["params"].get("version", version) == version

        now, message = self.wait_for(wanted, patience)
        return now, len(message["params"]["diagnostics"])

    def cpu_ms(self):
        """CPU time of all threads until now; it stays true on a busy machine."""
        spent = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                spent += int((task / "schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass
        return spent / 1e6

    def rested_cpu_ms(self):
        """The same once the server is at rest: what it does after an answer counts as well."""
        end = time.perf_counter() + 5
        before = self.cpu_ms()
        while time.perf_counter() < end:
            time.sleep(0.03)
            now = self.cpu_ms()
            # Node never stands quite still.
            if now - before < 0.2:
                return now
            before = now
        return before

    def memory_mb(self):
        """Resident now, and at most."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        of = lambda name: int(status.split(name)[1].split()[0]) / 1024
        return of("VmRSS:"), of("VmHWM:")

    def anonymous_mb(self):
        """What of it is in no file."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0]) / 1024

    def leave(self, patience=10):
        """Ends it as an editor does; it is an error if it does not."""
        self.call("shutdown", None, patience)
        self.notify("exit", None)
        self.process.wait(patience)

    def end(self):
        """Ends it in any case."""
        try:
            self.leave(5)
        except (Silence, BrokenPipeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
