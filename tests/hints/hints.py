"""
Puts hints into tests and checks what they come to.

hints.py apply SOURCE REPORT   prints SOURCE with the hints of REPORT in it
hints.py gone BEFORE AFTER     fails unless the findings that had hints are gone
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

CASE = re.compile(r"(?://|#) case: (.*)")
OPEN = re.compile(r"(?://|#)\[ ([a-z-]+)$")
CLOSE = re.compile(r"(?://|#)\]$")


def findings(report: str) -> list[dict]:
    files = json.loads(Path(report).read_text())["files"]
    return [finding for file in files for finding in file["findings"]]


def described(finding: dict) -> str:
    return ((finding["interaction"] or {}).get("description") or "").strip()


def head(code: str) -> str:
    """What tells one line from another: the key, or the method, up to its value."""
    quoted = re.match(r"""\s*(["'])((?:\\.|(?!\1).)*)\1""", code)
    if quoted:
        return re.sub(r"[\\]", "", quoted[2])
    return re.split(r"[:(]", code.strip())[0]


def apply(source: str, report: str) -> None:
    hints: dict[tuple[str, str], list[str]] = {}
    for finding in findings(report):
        codes = [hint["code"] for hint in finding["hints"]]
        hints.setdefault((finding["rule"], described(finding)), []).extend(codes)
    out, old, case, rule, missing = [], [], "", None, []
    for line in Path(source).read_text().splitlines():
        text = line.strip()
        if found := CASE.match(text):
            case = found[1]
        if found := OPEN.match(text):
            rule, old = found[1], []
        elif CLOSE.match(text):
            was = " ".join(old)
            codes = hints.get((rule, case), [])
            fits = [code for code in codes if not was or head(code) == head(was)]
            if len(fits) != 1:
                missing.append(f"{rule} in '{case}': {was!r} is to become one of {codes}")
            out.append(fits[0] + ("," if was.endswith(",") else "") if fits else was)
            rule = None
        elif rule:
            old.append(text)
        else:
            out.append(line)
    print("\n".join(out))
    if missing:
        sys.exit("\n".join(missing))


def gone(before: str, after: str) -> None:
    told = {(f["rule"], described(f)) for f in findings(before) if f["hints"]}
    seen = {(f["rule"], described(f)) for f in findings(before)}
    left = [f for f in findings(after) if (f["rule"], described(f)) in told]
    new = [f for f in findings(after) if f["severity"] != "info" and (f["rule"], described(f)) not in seen]
    for name, list_of in (("still there", left), ("new", new)):
        for finding in list_of:
            print(f"{name}: {finding['rule']} in '{described(finding)}' at {finding['pointer']}: {finding['message']}")
            for hint in finding["hints"]:
                print(f"    {hint['code']}")
    if left or new or not told:
        sys.exit(1)
    print(f"{len(told)} findings with hints are gone")


{"apply": apply, "gone": gone}[sys.argv[1]](*sys.argv[2:])
