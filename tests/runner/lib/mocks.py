"""Mock servers of both tools, and a client that sends a request as it is."""

import http.client
import re
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from tools import environment

# What belongs to the connection, and the clock.
PASSING = {"date", "content-length", "transfer-encoding", "connection", "keep-alive"}


def ask(port: int, method: str, target: str, headers=(), body: bytes = b"", timeout: float = 20):
    """Sends a request; its answer is (status, sorted headers, body)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            if name.lower() not in ("content-length", "host"):
                connection.putheader(name, value.encode("utf-8"))
        if body or method in ("POST", "PUT", "PATCH"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        lines = sorted((name.lower(), value) for name, value in answer.getheaders())
        return answer.status, [line for line in lines if line[0] not in PASSING], answer.read()
    finally:
        connection.close()


@contextmanager
def _process(command: list[str], told: str, ready=lambda: True, seconds: float = 60):
    """A server as a process, when it is `ready` and its output has the pattern `told`; yields the
    group in that, and the number of the process."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment(), cwd=folder
            )
        try:
            until = time.monotonic() + seconds
            while not (found := re.search(told, text := log.read_text("utf-8", "replace"))) or not ready():
                if server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{command[0]} did not start ({server.poll()}): {text[-500:]}")
                time.sleep(0.001)
            yield found[found.re.groups], server.pid
        finally:
            server.terminate()
            server.wait(10)


def free_port() -> int:
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        return any_socket.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def stub(pact: str, path: Path, quiet: bool = False):
    """`pact stub`: yields its port and the number of its process. It listens on all interfaces.
    `quiet`: it logs nothing, which costs it less."""
    if not quiet:
        with _process([pact, "stub", "-f", str(path)], r"Server started on port (\d+)") as (port, pid):
            yield int(port), pid
        return
    port = free_port()
    with _process([pact, "stub", "-f", str(path), "-p", str(port), "-l", "none"], "", lambda: listens(port)) as (_, pid):
        yield port, pid


@contextmanager
def master(pact: str):
    """`pact mock start`: yields its port."""
    with _process([pact, "mock", "start", "-p", "0", "--no-file-log"], r"Master server started on port (\d+)") as (port, _):
        yield int(port)


def created(pact: str, on: int, path: Path) -> int:
    """`pact mock create`: the port of a new mock server of the one on port `on`."""
    command = [pact, "mock", "create", "-p", str(on), "-f", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=30)
    found = re.search(r"Mock server \S+ started on port (\d+)", done.stdout)
    if not found:
        raise RuntimeError(f"pact mock create {path}: {done.stdout[-300:]}{done.stderr[-300:]}")
    return int(found[1])


@contextmanager
def pactlens(binary: str, path: Path, before: list[str] = (), quiet: bool = True):
    """`pactlens mock`: yields its port and the number of its process."""
    command = [*before, binary, "mock", str(path), *(["--quiet"] if quiet else [])]
    with _process(command, r"http://127\.0\.0\.1:(\d+)") as (port, pid):
        yield int(port), pid
