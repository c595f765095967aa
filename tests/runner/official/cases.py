"""Requests to a mock server: what a pact gives as its example, and what nearly is that."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from pacts import body, changed, content_type, headers, http, load, pick, places, query, to_bytes


@dataclass(frozen=True)
class Case:
    """A request, and what was done to the example to get it (`exact`: nothing)."""

    pact: Path
    interaction: int
    what: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def of(path: Path, interaction: int, one: dict) -> list[Case]:
    """The example of an interaction, and what can be changed in it."""
    part = one["request"]
    where, pairs, lines = part.get("path", "/"), query(part), headers(part)
    if not isinstance(where, str) or not where.startswith("/"):
        return []
    value, is_json = body(part)
    sent = to_bytes(value, is_json)
    if sent and not any(name.lower() == "content-type" for name, _ in lines):
        lines.append(("Content-Type", content_type(part) or ("application/json" if is_json else "text/plain")))
    seed = json.dumps(part, sort_keys=True)

    def case(what, where=where, pairs=pairs, lines=lines, sent=sent, method=None):
        target = quote(where, safe="/:@!$&'()*+,;=~%") + ("?" + urlencode(pairs) if pairs else "")
        method = str(method or part.get("method", "GET")).upper()
        return Case(path, interaction, what, method, target, tuple(lines), sent)

    every = [case("exact"), case("path", where.rstrip("/") + "/other"), case("query more", pairs=[*pairs, ("zz", "1")])]
    every.append(case("method", method="PATCH" if str(part.get("method", "GET")).upper() != "PATCH" else "GET"))
    every.append(case("header more", lines=[*lines, ("X-More", "1")]))
    if pairs:
        index = pick(seed, len(pairs))
        every.append(case("query less", pairs=pairs[:index] + pairs[index + 1 :]))
        other = [(name, text + "9" if at == index else text) for at, (name, text) in enumerate(pairs)]
        every.append(case("query value", pairs=other))
    if lines:
        index = pick(seed + "h", len(lines))
        every.append(case("header less", lines=lines[:index] + lines[index + 1 :]))
        other = [(name, text + "-other" if at == index else text) for at, (name, text) in enumerate(lines)]
        every.append(case("header value", lines=other))
    if is_json and (leaves := places(value)):
        for turn in ("", "again"):
            other = changed(value, leaves[pick(seed + turn, len(leaves))], seed + turn)
            every.append(case("body value", sent=to_bytes(other, True)))
        if isinstance(value, dict):
            every.append(case("body more", sent=to_bytes(value | {"zz": 1}, True)))
    elif sent:
        every.append(case("body value", sent=sent + b"9"))
    return every


def cases(files: list[Path], limit: int) -> dict[Path, list[Case]]:
    """About `limit` requests to pacts that are evenly taken from `files`, always the same."""
    chosen: dict[Path, list[Case]] = {}
    total = 0
    for path in sorted(files, key=lambda path: pick(path.name, 1 << 40)):
        every = [case for index, one in enumerate(http(load(path))) for case in of(path, index, one)]
        if total >= limit:
            break
        chosen[path] = sorted(every, key=lambda case: pick(repr(case.what + case.target), 1 << 40))[:12]
        total += len(chosen[path])
    return chosen
