#!/usr/bin/env python3
"""Draws warnings to be judged by a reader who knows nothing of the rules.

    sample.py BINARY FOLDER [SEED [COUNT]]

Each pact of FOLDER is checked alone, in the preset `recommended`. The warnings are grouped by
what wrote the file, and drawn in turn from each group and, within it, from each rule, so that
no writer and no rule crowds out the others. Prints a table for `verdicts.tsv` without the
verdicts: number, file, rule, pointer, message.
"""

import collections
import json
import pathlib
import random
import subprocess
import sys

WRITERS = ["pact-js", "pactJs", "pact-python", "pact-go", "pact-net", "pact-php", "pact-jvm",
           "pact_gem", "pact-ruby", "scala-pact", "pactRust", "pact-rust"]


def writer(path):
    try:
        metadata = json.loads(path.read_bytes().decode("utf-8-sig", "replace")).get("metadata") or {}
    except (ValueError, AttributeError):
        return "broken"
    return next((name for name in WRITERS if name in metadata), "not told")


def warnings(binary, path):
    run = subprocess.run([binary, "lint", "--format", "json", "--fail-on", "never", str(path)],
                         capture_output=True, text=True, check=False)
    for file in json.loads(run.stdout)["files"]:
        for finding in file["findings"]:
            if finding["severity"] == "warning":
                yield finding["rule"], finding["pointer"], finding["message"]


def main():
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 100
    chance = random.Random(seed)
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in sorted(folder.glob("*.json")):
        # What follows a tilde tells versions of one file apart; their common findings count once.
        stem = path.stem.split("~")[0]
        for rule, pointer, message in warnings(binary, path):
            groups[writer(path)][rule].append((stem, path.name, rule, pointer, message))
    queues = []
    for name in sorted(groups):
        rules = groups[name]
        for found in rules.values():
            chance.shuffle(found)
        queues.append([rules[rule] for rule in sorted(rules)])
    drawn, seen, again = [], set(), []
    while len(drawn) < count and any(queues):
        for rules in queues:
            while rules:
                found = rules.pop(0)
                row = found.pop()
                if found:
                    rules.append(found)
                key = (row[0], row[2], row[4])
                if key not in seen:
                    seen.add(key)
                    drawn.append(row[1:])
                    break
                again.append(row[1:])
        queues = [rules for rules in queues if rules]
    # Where there are too few that differ, those of further versions count as well.
    for number, row in enumerate((drawn + again)[:count], 1):
        print(number, *(field.replace("\t", " ").replace("\n", " ") for field in row), sep="\t")


if __name__ == "__main__":
    main()
