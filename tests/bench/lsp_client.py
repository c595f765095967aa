"""A language server on its standard input and output, for the measurements beside this file."""

import json
import os
import pathlib
import queue
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def pactlens():
    """`$PACTLENS`, or the release build of this project."""
    path = pathlib.Path(os.environ.get("PACTLENS", ROOT / "target/release/pactlens"))
    if not path.exists():
        sys.exit(f"{path} is not there: cargo build --release")
    return [path, "lsp", "--stdio"]


class Server:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            if not line and self.process.poll() is not None:
                sys.exit(f"the server ended with {self.process.returncode}")
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        message = json.loads(self.process.stdout.read(length))
        if "method" in message and "id" in message:
            items = message["params"].get("items") if message.get("params") else None
            self.send(id=message["id"], result=[None] * len(items) if items else None)
        return message

    def reply_to(self, number):
        while (message := self.receive()).get("id") != number or "method" in message:
            pass
        return message

    def diagnostics_of(self, version):
        """The number of diagnostics of this version or, from a server that names none, the next."""
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                if message["params"].get("version", version) == version:
                    return len(message["params"]["diagnostics"])

    def cpu_ms(self):
        spent = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                spent += int((task / "schedstat").read_text().split()[0])
            except FileNotFoundError:
                pass
        return spent / 1e6

    def resident_mb(self):
        return self.memory_mb("VmRSS")

    def memory_mb(self, which):
        """`VmRSS` for what it has now, `VmHWM` for the most that it ever had."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(which + ":")[1].split()[0]) / 1024

    def leave(self):
        self.send(id="last", method="shutdown")
        self.reply_to("last")
        self.send(method="exit")
        self.process.wait(10)


class Listening(Server):
    """One whose messages are read at once, so that it never waits for us to read."""

    def __init__(self, command):
        super().__init__(command)
        self.messages = queue.SimpleQueue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        try:
            while True:
                message = super().receive()
                self.messages.put((time.perf_counter(), message))
        except (SystemExit, OSError, ValueError):
            self.messages.put((time.perf_counter(), None))

    def receive_timed(self, timeout=120):
        """The next message, and when it came."""
        when, message = self.messages.get(timeout=timeout)
        if message is None:
            sys.exit("the server is gone")
        return when, message

    def receive(self):
        return self.receive_timed()[1]
