"""The same answers as the official mock server: requests.py PACTLENS PACT [--all].

Requests that pacts give as their examples, and near misses of them (see cases.py), are sent to
`pact mock` and to `pactlens mock`, each with the same pact and nothing else. Whether an
interaction matches has to be the same for each; if one does, status, headers and body too. What a
server says of a request that nothing matches is its own. Without `--all` about 500 requests.

To be run in a network of its own (lib/alone.py): the official server asks the network for plugins.
"""

import json
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import cases  # noqa: E402
import mocks  # noqa: E402
from explained import Explained  # noqa: E402
from pacts import files, http, load  # noqa: E402

PASSED, MISSED, FAILED = "match", "no match", "failure"


def outcome(answer) -> str:
    status, lines, _ = answer
    if any(name == "x-pact" for name, _ in lines):
        return MISSED
    # No pact here wants a 500 or 501 without a body of its own: a server that gives up says so.
    return FAILED if status in (500, 501) and not answer[1:] == ([], b"") else PASSED


def shape(value: object) -> object:
    """A JSON value without its scalars: what generators leave the same."""
    if isinstance(value, dict):
        return {key: shape(below) for key, below in value.items()}
    return [shape(below) for below in value] if isinstance(value, list) else type(value).__name__


def same(theirs, ours, generated: bool) -> str | None:
    """How two answers differ; `generated`: values of them are random."""
    if theirs[0] != ours[0] and not generated:
        return f"status {theirs[0]}, {ours[0]}"
    by_name = [{name: [value for key, value in answer[1] if key == name] for name, _ in answer[1]} for answer in (theirs, ours)]
    for name in sorted(by_name[0].keys() | by_name[1].keys()):
        his, mine = (of.get(name, []) for of in by_name)
        # The official server sends its own beside those of the pact, and a browser refuses both.
        if name.startswith("access-control-") and len(his) == len(mine) + 1 and set(mine) <= set(his):
            continue
        # Version 2.1.3 of the official server joins what 2.2.6 sends as headers of their own.
        if his == [", ".join(mine)]:
            continue
        if his != mine and not (generated and len(his) == len(mine)):
            return f"header {name} {his}, {mine}"
    if theirs[2] != ours[2]:
        if generated:
            try:
                return None if shape(json.loads(theirs[2])) == shape(json.loads(ours[2])) else "shape of the body"
            except ValueError:
                return None
        return f"body {theirs[2][:300]!r}, {ours[2][:300]!r}"
    return None


def play(port: int, every: list[cases.Case]) -> list:
    answers = []
    for case in every:
        try:
            answers.append(mocks.ask(port, case.method, case.target, case.headers, case.body))
        except OSError as error:
            answers.append((0, [("x-none", type(error).__name__)], b""))
    return answers


def main(ours: str, theirs: str, *more: str) -> int:
    found, what = files()
    chosen = cases.cases(found, 1 << 40 if "--all" in more else 500)
    explained = Explained(HERE / "explained-requests.tsv")
    table, bad, refused = Counter(), 0, []
    with mocks.master(theirs) as master:
        for path, every in chosen.items():
            try:
                his = play(mocks.created(theirs, master, path), every)
            except RuntimeError as error:
                refused.append(path.name)
                if "-v" in more:
                    print(error)
                continue
            try:
                with mocks.pactlens(ours, path) as (port, _):
                    mine = play(port, every)
            except RuntimeError as error:
                print(f"{path.name}: {error}")
                bad += 1
                continue
            generated = "generators" in json.dumps([one["response"] for one in http(load(path))])
            for case, a, b in zip(every, his, mine):
                table[case.what, outcome(a), outcome(b)] += 1
                if outcome(a) == outcome(b) != PASSED:
                    continue
                if outcome(a) != outcome(b):
                    differs = f"{outcome(a)} ({a[0]}), {outcome(b)} ({b[0]})"
                else:
                    differs = same(a, b, generated)
                if differs is None:
                    continue
                if not explained.knows(path.name, differs):
                    bad += 1
                    print(f"{path.name} [{case.interaction}] {case.what}: {case.method} {case.target}: {differs}")
                    if "-v" in more:
                        print(f"  sent {case.headers} {case.body[:500]!r}\n  official {a[2][:1500]!r}\n  pactlens {b[2][:1500]!r}")
    print(f"{sum(table.values())} requests to {len(chosen)} of {len(found)} {what}; {len(refused)} the official server refuses")
    print(f"{'request':<14}{'official':<12}{'pactlens':<12}{'count':>6}")
    for (kind, his, mine), count in sorted(table.items()):
        print(f"{kind:<14}{his:<12}{mine:<12}{count:>6}")
    explained.tell()
    print(f"{bad} differences are not explained")
    return 1 if bad or not table else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
