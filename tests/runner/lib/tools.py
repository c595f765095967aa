"""Runs the two tools: what each says of every interaction, and how long that took."""

import json
import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Run:
    """How a verification ended. `verdicts`: a word an interaction, in the order of the file;
    none where the tool gave no report."""

    code: int
    verdicts: list[tuple[str, str]] | None
    out: str
    wall: float = 0.0
    report: dict = field(default_factory=dict)


def environment() -> dict[str, str]:
    """The environment without what either tool reads settings from."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PACT_", "OTEL_", "RUST_"))}
    return kept | {"PACT_DO_NOT_TRACK": "true", "NO_COLOR": "1"}


def _run(command: list[str], timeout: float) -> tuple[int, str, float]:
    start = time.perf_counter()
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=timeout, env=environment(), cwd=tempfile.gettempdir(),
        )  # fmt: skip
        code, out = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        code, out = -1, late.stdout or b""
    return code, out.decode("utf-8", "replace"), time.perf_counter() - start


def official(pact: str, path: Path, port: int, more: list[str] = (), timeout: float = 10) -> Run:
    """What `pact verifier` says."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [pact, "verifier", "-f", str(path), "-h", "127.0.0.1", "-p", str(port)]
        code, out, wall = _run([*command, "-j", report.name, "--no-colour", "-l", "none", *more], timeout)
        try:
            told = json.load(report)
        except ValueError:
            return Run(code, None, out, wall)
    words = {"OK": "passed", "Error": "failed"}
    every = [(one["description"], words.get(one["result"], one["result"])) for one in told["interactionResults"]]
    return Run(code, every, out, wall, told)


def pactlens(binary: str, path: Path, port: int, more: list[str] = (), timeout: float = 20) -> Run:
    """What `pactlens verify` says."""
    command = [binary, "verify", str(path), "--provider", f"http://127.0.0.1:{port}", *more]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        code, out, wall = _run([*command, "--json", str(report)], timeout)
        if not report.exists():
            return Run(code, None, out, wall)
        told = json.loads(report.read_text())
    every = [one for pact in told["pacts"] for one in pact["interactions"] if one["section"] == "interactions"]
    verdicts = [(one["description"], one["status"]) for one in sorted(every, key=lambda one: one["index"])]
    return Run(code, verdicts, out, wall, told)


def cpu_of_children() -> float:
    """Seconds of processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
