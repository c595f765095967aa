"""
Runs pactlens over folders of pacts. Those named in defects.tsv have the findings that stand
there, all others none:
`check.py [--without PREFIX] PACTLENS FOLDER...`
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import subprocess
import sys
from pathlib import Path

LINE = re.compile(r"(?P<file>.+?):\d+:\d+: (?P<severity>error|warning|info)\[(?P<rule>[a-z0-9-]+)\]")


def version(text: str) -> str:
    """The specification, as the file words it."""
    metadata = json.loads(text).get("metadata", {})
    for key in ("pactSpecification", "pact-specification"):
        if isinstance(metadata.get(key), dict):
            return "V" + metadata[key]["version"][0]
    return "V" + metadata.get("pactSpecificationVersion", "?")[0]


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--without", default=[], action="append")
    options.add_argument("pactlens", type=Path)
    options.add_argument("folders", type=Path, nargs="+")
    given = options.parse_args()

    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for folder in given.folders:
        for file in folder.rglob("*.json"):
            counts[file.parent.name, version(file.read_text("utf-8"))] += 1

    # Each file alone: what libraries made for one provider here were never meant to be together.
    printed = ""
    for file in sorted(file for folder in given.folders for file in folder.rglob("*.json")):
        ran = subprocess.run(
            [given.pactlens, "lint", "--preset", "recommended", "--format", "concise"]
            + ["--color", "never", "--fail-on", "warning", file],
            capture_output=True,
            encoding="utf-8",
        )
        if ran.returncode not in (0, 1):
            print(ran.stdout, ran.stderr, sep="\n", file=sys.stderr)
            print(f"idioms: pactlens ended with {ran.returncode}", file=sys.stderr)
            return 1
        printed += ran.stdout

    expected: collections.Counter[tuple[str, str]] = collections.Counter()
    for line in (Path(__file__).parent / "defects.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            file, rule, times, _reason = line.split("\t")
            if not any(file.startswith(prefix) for prefix in given.without):
                expected[file, rule] = int(times)

    found: collections.Counter[tuple[str, str]] = collections.Counter()
    notes: collections.Counter[str] = collections.Counter()
    lines = collections.defaultdict(list)
    for line in printed.splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        if match["severity"] == "info":
            notes[match["rule"]] += 1
            print(line)
            continue
        file = Path(match["file"])
        key = (f"{file.parent.name}/{file.name}", match["rule"])
        found[key] += 1
        lines[key].append(line)

    print(f"\n{'library':14} {'specification':14} pacts")
    for (library, spec), number in sorted(counts.items()):
        print(f"{library:14} {spec:14} {number:5}")
    print(f"{'':29} {sum(counts.values()):5}")
    for rule, number in sorted(notes.items()):
        print(f"info: {rule} {number} times")

    wrong = False
    for key in sorted(found.keys() | expected.keys()):
        if found[key] != expected[key]:
            wrong = True
            print(*lines[key], sep="\n", file=sys.stderr)
            print(
                f"idioms: {key[0]}: {key[1]} {found[key]} times, expected {expected[key]}",
                file=sys.stderr,
            )
    if not wrong:
        apart = len({file for file, _ in expected})
        print(f"idioms: no error and no warning in {sum(counts.values()) - apart} pacts")
        print(f"defects: each of {sum(expected.values())} found, in {apart} pacts")
    return 1 if wrong else 0


sys.exit(main())
