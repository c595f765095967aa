"""What is sent to the handler of provider states, byte by byte: states.py PACTLENS PACT.

Both tools verify the same pacts against the same recorder, one after the other. Every call of the
state handler has to be the same bytes, in the same order. Left out of the comparison is the header
`user-agent`, which names the tool. The requests to the provider between the calls have to be the
same but for the order of headers, which the official verifier leaves to chance.
"""

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
from tools import official, pactlens  # noqa: E402
from wire import Request, Server, response  # noqa: E402

HANDLER = "/_pact/provider_states"
# What is asked of the state handler: how a pact says it, and what the flags are. `None` for an
# interaction without a state.
CASES = {
    "no state": (["none"], []),
    "one state": (["one"], []),
    "params": (["params"], []),
    "several states, and none": (["several", "none"], []),
    "teardown": (["one", "several", "none"], ["--state-change-teardown"]),
    "as query": (["one", "params", "none"], ["--state-change-as-query"]),
    "as query, with teardown": (["params", "several"], ["--state-change-as-query", "--state-change-teardown"]),
    "other letters": (["letters"], []),
    "other letters as query": (["letters"], ["--state-change-as-query"]),
    "nested params": (["nested"], ["--state-change-teardown"]),
    "a state of version 2": (["old"], ["--state-change-teardown"]),
    "values from the handler": (["values"], ["--state-change-teardown"]),
}
STATES = {
    "none": {},
    "one": {"providerStates": [{"name": "a user exists"}]},
    "params": {
        "providerStates": [{"name": "a user exists", "params": {"id": 7, "name": "Ada", "on": True, "off": None}}]
    },
    "several": {
        "providerStates": [
            {"name": "a user exists", "params": {"id": 7}},
            {"name": "the user has two carts", "params": {"carts": 2.5}},
            {"name": "the shop is open"},
        ]
    },
    "letters": {"providerStates": [{"name": 'a "größe" & 日本 / 100 % = ?', "params": {"ключ +": "a b&c=d\n\u0001"}}]},
    "nested": {"providerStates": [{"name": "orders", "params": {"of": {"b": [1, {"c": None}], "a": "x"}, "n": 1e3}}]},
    "old": {"providerState": "a user exists"},
    "values": {"providerStates": [{"name": "a user with an id"}]},
}


def pact_of(kinds: list[str]) -> dict:
    interactions = []
    for number, kind in enumerate(kinds):
        request = {"method": "POST", "path": f"/items/{number}", "headers": {"X-Trace": "7"}, "body": {"n": 1}}
        if kind == "values":
            request["generators"] = {"path": {"type": "ProviderState", "expression": "/items/${id}"}}
        of = {"description": f"{kind} {number}", "request": request, "response": {"status": 200}}
        interactions.append(of | STATES[kind])
    version = "2.0.0" if kinds == ["old"] else "3.0.0"
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "shop"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": version}},
    }


LEFT_OUT = b"user-agent:"


def told(request: Request) -> list[bytes]:
    """The lines of a request, and its body."""
    head, _, body = request.raw.partition(b"\r\n\r\n")
    return [line for line in head.split(b"\r\n") if not line.lower().startswith(LEFT_OUT)] + [body]


def calls(seen: list[Request]) -> list[list[bytes]]:
    """A run on the wire: calls of the handler as they are, other requests with sorted headers."""
    every = []
    for request in seen:
        first, *headers, body = told(request)
        every.append([first, *(headers if HANDLER in request.target else sorted(headers)), body])
    return every


def answer(request: Request) -> bytes:
    return response(200, [("Content-Type", "application/json")], b'{"id": 42}' if HANDLER in request.target else b"")


def main(ours: str, theirs: str) -> int:
    bad = total = 0
    with tempfile.TemporaryDirectory() as folder, Server(answer) as server:
        for name, (kinds, flags) in CASES.items():
            path = Path(folder) / "pact.json"
            path.write_text(json.dumps(pact_of(kinds)))
            flags = ["--state-change-url", server.url + HANDLER, *flags]
            wire = []
            for tool, program in ((official, theirs), (pactlens, ours)):
                server.seen.clear()
                run = tool(program, path, server.port, flags)
                wire.append(calls(server.seen))
                if run.code != 0:
                    bad += 1
                    print(f"{name}: {tool.__name__} ended with {run.code}\n{run.out}")
            handled = [call for call in wire[0] if HANDLER.encode() in call[0]]
            total += len(handled)
            if wire[0] != wire[1] or not handled:
                bad += 1
                print(f"{name}: DIFFERS")
                for who, every in zip(("official", "pactlens"), wire):
                    for call in every:
                        print(f"  {who}: {b' | '.join(call)!r}")
    print(f"{len(CASES)} pacts, {total} calls of the state handler, {bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
