"""Real pacts, and what a provider that keeps to them answers."""

import base64
import hashlib
import json
import os
from pathlib import Path

from wire import Request, response

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("PACTLENS_SHARED", ROOT.parent / "shared"))
# Where there are no real pacts: those of this project, and what the leg `idioms` has written.
OWN = [ROOT / "tests/fixtures/pacts", ROOT / "tests/idioms/fixtures", ROOT / "target/idioms/pacts"]


def pick(text: str, of: int) -> int:
    """A number below `of` that is always the same for `text`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") % of


def load(path: Path) -> dict | None:
    """The pact in a file; none if there is none."""
    try:
        pact = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return None
    return pact if isinstance(pact, dict) else None


def http(pact: dict) -> list[dict]:
    """Its HTTP interactions."""
    every = pact.get("interactions")
    return [
        one
        for one in (every if isinstance(every, list) else [])
        if isinstance(one, dict)
        and one.get("type", "Synchronous/HTTP") == "Synchronous/HTTP"
        and isinstance(one.get("request"), dict)
        and isinstance(one.get("response"), dict)
    ]


def files() -> tuple[list[Path], str]:
    """Every file with an HTTP interaction, and what they are, in words."""
    corpus = SHARED / "corpus/pacts"
    folders, what = ([corpus, SHARED / "pacts-made"], "real pacts") if corpus.is_dir() else (OWN, "own pacts")
    found = [path for folder in folders for path in sorted(folder.rglob("*.json")) if folder.is_dir()]
    return [path for path in found if (pact := load(path)) and http(pact)], what


def sample(items: list, limit: int) -> list:
    """At most `limit` of `items`, evenly taken and always the same; in their order."""
    chosen = sorted(sorted(items, key=lambda item: pick(str(item), 1 << 40))[:limit], key=items.index)
    return chosen


def is_v4(part: dict) -> bool:
    body = part.get("body")
    return isinstance(body, dict) and "content" in body and bool({"contentType", "encoded"} & body.keys())


def headers(part: dict) -> list[tuple[str, str]]:
    """The headers of a request or response, one line each."""
    given = part.get("headers")
    lines = []
    for name, value in (given.items() if isinstance(given, dict) else []):
        values = value if isinstance(value, list) else [value]
        lines.append((str(name), ", ".join(one if isinstance(one, str) else json.dumps(one) for one in values)))
    return lines


def content_type(part: dict) -> str | None:
    given = next((value for name, value in headers(part) if name.lower() == "content-type"), None)
    if given is None and is_v4(part):
        given = part["body"].get("contentType")
    return given


def body(part: dict) -> tuple[object, bool]:
    """The body of a request or response, and whether it is JSON: a value if so, otherwise bytes
    (none: nothing to send)."""
    if part.get("body") is None:
        return None, False
    value, encoded = part["body"], False
    if is_v4(part):
        value, encoded = value["content"], value.get("encoded")
        if encoded and str(encoded).lower() != "json" and isinstance(value, str):
            return base64.b64decode(value + "=="), False
    mime = (content_type(part) or "").lower()
    if isinstance(value, str) and (str(encoded).lower() == "json" or ("json" in mime and not is_v4(part))):
        try:
            return json.loads(value), True
        except ValueError:
            return value.encode(), False
    if isinstance(value, str) and not is_v4(part) and mime.startswith(("image/", "application/octet-stream")):
        try:
            return base64.b64decode(value, validate=True), False
        except ValueError:
            pass
    if isinstance(value, str) and (mime or not is_v4(part)) and "json" not in mime:
        return value.encode("utf-8", "surrogatepass"), False
    return value, True


def _guessed(sent: bytes) -> str:
    """The content type of a body that has none: what the official core takes it for."""
    start = sent.lstrip()[:5]
    return "application/json" if start[:1] in (b"{", b"[") else "application/xml" if start == b"<?xml" else "text/plain"


def to_bytes(value: object, is_json: bool) -> bytes:
    if value is None and not is_json:
        return b""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") if is_json else value


# What belongs to the connection and not to the message.
_HOP = {"content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "trailer", "te"}


def answer(interaction: dict, method: str, broken: bool) -> bytes:
    """What the provider answers: the example of the response, or with one value of it changed."""
    part = interaction["response"]
    status = part.get("status", 200)
    status = int(status) if str(status).isdigit() and int(status) >= 200 else 200
    lines = [(name, value) for name, value in headers(part) if name.lower() not in _HOP]
    value, is_json = body(part)
    if not any(name.lower() == "content-type" for name, _ in lines) and (value is not None or is_json):
        lines.append(("Content-Type", content_type(part) or ("application/json" if is_json else _guessed(value))))
    if broken:
        status, lines, value, is_json = _break(interaction, status, lines, value, is_json)
    return response(status, lines, to_bytes(value, is_json), method == "HEAD")


def places(value: object, at: tuple = ()) -> list[tuple]:
    """The ways to every scalar of a JSON value."""
    if isinstance(value, dict):
        return [place for key, below in value.items() for place in places(below, (*at, key))]
    if isinstance(value, list):
        return [place for index, below in enumerate(value) for place in places(below, (*at, index))]
    return [at]


def changed(value: object, at: tuple, seed: str) -> object:
    """The value with the scalar at a place changed; sometimes in its type too, sometimes gone."""
    if at:
        key, *rest = at
        copy = dict(value) if isinstance(value, dict) else list(value)
        if not rest and isinstance(copy, dict) and pick(seed + "drop", 4) == 0:
            del copy[key]
        else:
            copy[key] = changed(copy[key], tuple(rest), seed)
        return copy
    other = pick(seed + "type", 3) == 0
    if isinstance(value, bool):
        return "broken" if other else not value
    if isinstance(value, (int, float)):
        return str(value) if other else value + 1
    return 17 if other or not isinstance(value, str) else value + "-broken"


def _break(interaction, status, lines, value, is_json):
    seed = json.dumps(interaction, sort_keys=True)
    ways = ["status"]
    ways += ["header"] if any(name.lower() != "content-type" for name, _ in lines) else []
    ways += ["body"] * 5 if value is not None or is_json else []
    match ways[pick(seed, len(ways))]:
        case "status":
            status = 418 if status != 418 else 200
        case "header":
            named = [index for index, (name, _) in enumerate(lines) if name.lower() != "content-type"]
            index = named[pick(seed + "header", len(named))]
            lines[index] = (lines[index][0], lines[index][1] + "-broken")
        case _ if is_json:
            leaves = places(value)
            value = changed(value, leaves[pick(seed + "leaf", len(leaves))], seed) if leaves else ["broken"]
        case _:
            value += b"<broken"
    return status, lines, value, is_json


def query(part: dict) -> list[tuple[str, str]]:
    """The decoded query of a request, sorted."""
    from urllib.parse import parse_qsl

    given = part.get("query")
    if isinstance(given, str):
        return sorted(parse_qsl(given, keep_blank_values=True))
    pairs = []
    for name, values in (given.items() if isinstance(given, dict) else []):
        for value in values if isinstance(values, list) else [values]:
            pairs.append((name, "" if value is None else str(value)))
    return sorted(pairs)


class Provider:
    """Answers the requests of a pact as the pact wants it, found by method, path and query, then
    by headers and body. Interactions whose requests are the same have their turns in order."""

    def __init__(self, pact: dict, broken: bool):
        self.all = http(pact)
        self.broken = broken
        self.turns = [0] * len(self.all)

    def __call__(self, request: Request) -> bytes:
        scores = [self._score(one["request"], request) for one in self.all]
        best = max(scores)
        index = min((turn, i) for i, turn in enumerate(self.turns) if scores[i] == best)[1]
        self.turns[index] += 1
        return answer(self.all[index], request.method, self.broken)

    @staticmethod
    def _score(part: dict, request: Request) -> tuple:
        path = part.get("path", "/")
        path = path if isinstance(path, str) else "/"
        ours, theirs = path.strip("/").split("/"), request.path.strip("/").split("/")
        value, is_json = body(part)
        wanted = to_bytes(value, is_json)
        try:
            same_body = json.loads(wanted) == json.loads(request.body)
        except ValueError:
            same_body = wanted == request.body
        return (
            str(part.get("method", "GET")).upper() == request.method.upper(),
            ours == theirs,
            (len(ours) == len(theirs)) * sum(a == b for a, b in zip(ours, theirs)),
            query(part) == request.query,
            sum(request.header(name) == value for name, value in headers(part)),
            same_body,
        )
