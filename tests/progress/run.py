"""The line of progress, on a real terminal: run.py PACTLENS.

The file to check is a pipe that nobody has written to yet, so the run lasts until this script
lets it end; no speed of the machine matters.
"""

import os
import pty
import re
import select
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACT = (ROOT / "tests/fixtures/pacts/bad-matcher-v4.json").read_bytes()
LINE = re.compile(rb"pactlens: checked 0 of 1 files")
# Longer than any run should wait before it shows something.
LONG = 60
# Long enough for a run to show something that it should not.
A_WHILE = 2.5


def start(arguments, environment, terminal=True):
    """The process and the descriptor of what it says on standard error."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**kept, "TERM": "xterm", **environment}
    mine, its = pty.openpty() if terminal else os.pipe()
    out = os.open(os.devnull, os.O_WRONLY)
    files = [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, its, 2)]
    process = os.posix_spawn(arguments[0], arguments, environment, file_actions=files)
    os.close(its)
    os.close(out)
    return process, mine


def read(descriptor, until, seconds):
    """What comes until a pattern is there, the end is reached, or the time is over."""
    text, end = b"", time.monotonic() + seconds
    while not (until and until.search(text)):
        ready, _, _ = select.select([descriptor], [], [], max(0, end - time.monotonic()))
        if not ready:
            break
        try:
            more = os.read(descriptor, 65536)
        except OSError:  # The other side of a terminal is gone.
            break
        if not more:
            break
        text += more
    return text


def run(pactlens, name, shown, flags=(), environment=None, terminal=True):
    with tempfile.TemporaryDirectory() as folder:
        pipe = os.path.join(folder, "pact.json")
        os.mkfifo(pipe)
        arguments = [pactlens, "lint", "--format", "concise", *flags, pipe]
        process, said = start(arguments, environment or {}, terminal)
        text = read(said, LINE if shown else None, LONG if shown else A_WHILE)
        Path(pipe).write_bytes(PACT)
        text += read(said, None, LONG)
        os.close(said)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert code == 1, f"{name}: exit code {code}, {text!r}"
    if shown:
        assert LINE.search(text), f"{name}: no progress in {text!r}"
        # The line is cleared at the end, with nothing left on it.
        assert text.endswith(b"\r\x1b[2K"), f"{name}: not cleared: {text!r}"
    else:
        assert text == b"", f"{name}: {text!r}"
    print(f"progress: {name}")


def main(pactlens):
    pactlens = os.path.abspath(pactlens)
    run(pactlens, "shown on a terminal, and cleared", True)
    run(pactlens, "not shown in CI", False, environment={"CI": "true"})
    run(pactlens, "not shown on a dumb terminal", False, environment={"TERM": "dumb"})
    run(pactlens, "not shown with --no-progress", False, flags=["--no-progress"])
    run(pactlens, "not shown on what is no terminal", False, terminal=False)


main(sys.argv[1])
