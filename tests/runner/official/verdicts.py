"""The same verdict on every interaction as the official verifier: verdicts.py PACTLENS PACT [--all].

Every pact with HTTP interactions is verified by both tools against a provider that answers with
the examples of the pact, and against one that has changed a value in every answer. Each run has a
provider of its own, which is told nothing of who asks. What the official verifier does not finish
in 10 s is not compared. Without `--all` at most 150 pacts, evenly taken.

The verdicts have to be the same but for what explained.tsv lists: file, description (`*` for
all), verdict of theirs and of ours, and why.
"""

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
from explained import Explained  # noqa: E402
from pacts import Provider, files, http, load, sample  # noqa: E402
from tools import official, pactlens  # noqa: E402
from wire import Server  # noqa: E402

NONE = "no verdict"


def both(ours: str, theirs: str, path: Path, broken: bool):
    """What each says of the HTTP interactions of a pact, and how it ended."""
    pact = load(path)
    wanted = [index for index, one in enumerate(pact["interactions"]) if one in http(pact)]
    runs = []
    for tool, program in ((official, theirs), (pactlens, ours)):
        with Server(Provider(pact, broken)) as server:
            runs.append(tool(program, path, server.port))
    said = []
    for run in runs:
        full = run.verdicts is not None and len(run.verdicts) == len(pact["interactions"])
        said.append([run.verdicts[index][1] if full else NONE for index in wanted])
    names = [str(pact["interactions"][index].get("description")) for index in wanted]
    return path, broken, names, said, runs


def main(ours: str, theirs: str, *more: str) -> int:
    found, what = files()
    chosen = found if "--all" in more else sample(found, 150)
    explained = Explained(HERE / "explained.tsv")
    table, bad, slow = Counter(), [], []
    with ThreadPoolExecutor(2) as pool:
        jobs = [(path, broken) for path in chosen for broken in (False, True)]
        for path, broken, names, said, runs in pool.map(lambda job: both(ours, theirs, *job), jobs):
            if runs[0].code == -1:
                slow.append(path.name)
            for name, his, mine in zip(names, *said):
                table[broken, his, mine] += 1
                if his == mine or runs[0].code == -1:
                    continue
                if not explained.knows(path.name, name, his, mine):
                    bad.append(path.name)
                    kind = "broken" if broken else "sound"
                    print(f"{path.name}: {name!r}, {kind} provider: official {his}, pactlens {mine}")
                    if "-v" in more:
                        print(runs[0].out[-1500:], runs[1].out[-1500:], sep="\n--\n")
    print(f"{len(chosen)} of {len(found)} {what} with HTTP interactions, each against two providers")
    print(f"{'provider':<10}{'official':<14}{'pactlens':<14}{'interactions':>12}")
    for (broken, his, mine), count in sorted(table.items()):
        print(f"{'broken' if broken else 'sound':<10}{his:<14}{mine:<14}{count:>12}")
    explained.tell()
    print(f"{len(slow)} runs of the official verifier took more than 10 s: {', '.join(sorted(set(slow)))}")
    print(f"{len(bad)} differences are not explained")
    return 1 if bad or not table else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
