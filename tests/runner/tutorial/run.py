"""The loop of a tutorial, from the consumer's test to the provider's: run.py PACTLENS FOLDER.

FOLDER has the pact that consumer.py has just written with pact-python. Then
1. `pactlens lint` finds no error in it;
2. `pactlens verify` passes against a provider with a state handler;
3. with `name` renamed to `full_name` in the provider it fails, and says that and nothing else;
4. the consumer's client gets what it needs from `pactlens mock`.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import mocks  # noqa: E402
from client import fetch_member  # noqa: E402
from provider import Directory  # noqa: E402
from tools import environment  # noqa: E402
from wire import Server  # noqa: E402


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment())
    return done.returncode, done.stdout


def verify(binary: str, pact: Path, field: str) -> tuple[int, str, Directory]:
    directory = Directory(field)
    with Server(directory) as server:
        handler = "/_pact/provider_states"
        code, out = run(
            binary, "verify", str(pact), "--provider", server.url, "--state-change-url", server.url + handler
        )
    return code, out, directory


def main(binary: str, folder: str) -> None:
    (pact,) = Path(folder).resolve().glob("*.json")

    code, out = run(binary, "lint", str(pact))
    assert code == 0 and "error" not in re.sub(r"0 errors?|no errors?", "", out), out

    code, out, directory = verify(binary, pact, "name")
    assert code == 0, out
    assert [call["state"] for call in directory.states] == ["member 101 is known"], directory.states

    code, out, _ = verify(binary, pact, "full_name")
    assert code == 1, (code, out)
    print(out)
    # Exactly this: the field that is gone, and the one that has its value now.
    assert re.search(r"\bname\b", out) and "did you mean" in out.lower() and "full_name" in out, out
    fields = {"id", "email", "active", "plan", "price", "title"}
    told = {word for word in fields if re.search(rf"\$\.?\S*{word}|[`'\"]{word}[`'\"]", out)}
    assert not told, f"the answer has {told} as the pact wants it, and the report speaks of it:\n{out}"
    wrong = ["caroline@example.org", "mary@example.com", "yearly"]
    assert not [word for word in wrong if word in out], out

    with mocks.pactlens(binary, pact) as (port, _):
        assert fetch_member(f"http://127.0.0.1:{port}", 101)["name"] == json.loads(pact.read_text())["interactions"][0][
            "response"
        ]["body"]["content"]["name"]
    print("tutorial: the loop holds")


if __name__ == "__main__":
    main(*sys.argv[1:3])
