"""Measures both tools side by side and says which targets hold: see run.sh."""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "runner/lib")]
import gen  # noqa: E402
import mocks  # noqa: E402
from tools import cpu_of_children, official, pactlens  # noqa: E402
from wire import Server, response  # noqa: E402

# With --brief: less load, fewer interactions to verify; figures of a busy machine.
BRIEF = "--brief" in sys.argv
SECONDS, LOAD, VERIFIED, ROUNDS = (2, 5_000, 100, 1) if BRIEF else (4, 100_000, 1000, 3)
TICK = os.sysconf("SC_CLK_TCK")
held: list[tuple[bool, str]] = []


def target(holds: bool, text: str):
    held.append((holds, text))


def pact(interactions: list[dict]) -> dict:
    return {
        "consumer": {"name": "bench-web"},
        "provider": {"name": "bench-service"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def made(count: int, kind: str) -> tuple[dict, list[tuple[str, str]]]:
    """A pact, and a request (path, body) that each of its interactions answers."""
    chance = random.Random(20)
    every = [gen.interaction(number, chance) for number in range(count)]
    asked = []
    for number, one in enumerate(every):
        request, body = one["request"], ""
        if kind == "graphql":
            content = {"query": "query Order($id: ID!) { order(id: $id) { total } }", "variables": {"id": str(number)}}
            body = json.dumps(content)
            request |= {"method": "POST", "path": "/graphql"}
            request.pop("query", None)
            request.pop("matchingRules", None)
            request.pop("headers", None)
            request["body"] = {"content": content, "contentType": "application/json", "encoded": False}
        elif kind in ("regex", "fresh"):
            path = {"path": {"combine": "AND", "matchers": [{"match": "regex", "regex": f"^/shop{number}/orders/\\d+$"}]}}
            request |= {"path": f"/shop{number}/orders/{number}"}
            request.pop("query", None)
            request.pop("headers", None)
            request["matchingRules"] = path
        query = "?expand=lines" if "query" in request else ""
        asked.append((request["path"] + query, body))
    return pact(every), asked


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident(pid: int) -> int:
    """Megabytes that a process holds now."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def wrk(port: int, requests: Path, seconds: int, fresh: bool) -> tuple[int, float, int, int, int]:
    """Requests, seconds, failures, and microseconds at the 50th and 99th percentile. `fresh`: no
    request is the same as another, so that nothing is gained by knowing one again."""
    environment = os.environ | {"REQUESTS": str(requests)} | ({"FRESH": "1"} if fresh else {})
    out = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{seconds}s", "--timeout", "30s", "-s", HERE / "requests.lua", f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, env=environment, check=True,
    ).stdout  # fmt: skip
    told = next(line for line in out.splitlines() if line.startswith("RESULT")).split()
    return int(told[1]), int(told[2]) / 1e6, int(told[3]), int(told[4]), int(told[5])


def mock_row(who: str, count: int, kind: str, start, folder: Path) -> dict:
    """One server under load: ours until it has answered 100,000 requests, for its memory."""
    document, asked = made(count, kind)
    path, requests = folder / f"{kind}-{count}.json", folder / "requests"
    path.write_text(json.dumps(document, indent=2))
    shuffled = random.Random(1).sample(asked, len(asked))
    requests.write_text("".join(f"{path}\t{body}\n" for path, body in shuffled))

    def right(port: int, number: int) -> bool:
        """Whether the answer is that of this interaction."""
        target, body = asked[number]
        headers = [("Accept", "application/json")] + ([("Content-Type", "application/json")] if body else [])
        status, _, got = mocks.ask(port, "POST" if body else "GET", target, headers, body.encode(), timeout=300)
        return status == 200 and json.loads(got)["order"] == number

    began = time.perf_counter()
    with start(path) as (port, pid):
        mistaken = not right(port, count - 1)
        answered = (time.perf_counter() - began) * 1e3
        before, used = resident(pid), cpu_of(pid)
        done, seconds, wrong, half, most = wrk(port, requests, SECONDS, kind == "fresh")
        used, seconds_of_load = (cpu_of(pid) - used) / max(done, 1), seconds
        total, after = done, resident(pid)
        while who == "pactlens" and total < LOAD and seconds < 60:
            more, took, _, _, _ = wrk(port, requests, SECONDS, kind == "fresh")
            total, seconds, after = total + more, seconds + took, resident(pid)
        few = range(0, count, max(count // 20, 1)) if count <= 100 or who == "pactlens" else []
        mistaken += sum(not right(port, number) for number in few)
        row = {
            "who": who, "count": count, "kind": kind, "first": answered, "rate": done / seconds_of_load, "p50": half, "p99": most,
            "cpu": used * 1e6, "rss": (before, after), "total": total, "wrong": wrong + mistaken,
        }  # fmt: skip
    print(
        f"{kind:<8} {count:>6} {who:<9} {row['first']:>9.0f} {row['rate']:>9.0f} {half / 1e3:>9.2f} {most / 1e3:>9.2f}"
        f" {row['cpu']:>11.1f} {before:>6} -> {after:<5} {total:>8} {row['wrong']:>6}",
        flush=True,
    )
    return row


def mock(ours: str, theirs: str, everything: bool, folder: Path):
    def start_ours(path):
        return mocks.pactlens(ours, path)

    def start_theirs(path):
        return mocks.stub(theirs, path, quiet=True)

    print("requests   pact server    first ms     req/s    p50 ms    p99 ms  CPU us/req   RSS MB      requests wrong")
    kinds = [("paths", n) for n in (1, 10, 100, 1000, 10_000)] + [(kind, 1000) for kind in ("graphql", "regex", "fresh")]
    rounds = {key: [] for key in kinds}
    rows = {}
    # Several rounds, as the machine is faster at one time than at another.
    for turn in range(ROUNDS):
        for kind, count in kinds:
            rounds[kind, count].append(mock_row("pactlens", count, kind, start_ours, folder))
            if turn == 0 and kind == "paths" and (count <= 100 or (everything and count == 1000)):
                rows["stub", count] = mock_row("stub", count, kind, start_theirs, folder)
    for key, each in rounds.items():
        rows[key] = {name: statistics.median(row[name] for row in each) for name in ("first", "rate", "cpu")}
        rows[key] |= {"grown": max(row["rss"][1] - row["rss"][0] for row in each), "wrong": sum(row["wrong"] for row in each)}
    one, stub = rows["paths", 1], rows["stub", 1]
    target(one["rate"] >= stub["rate"] and one["cpu"] <= stub["cpu"], "mock: at 1 interaction not below `pact stub`")
    cpu = [rows["paths", n]["cpu"] for n in (1, 10, 100, 1000, 10_000)]
    target(max(cpu) <= 1.2 * min(cpu), f"mock: flat within 20 % from 1 to 10,000 paths (CPU {max(cpu) / min(cpu):.2f}x)")
    ratio = rows["graphql", 1000]["cpu"] / rows["paths", 1000]["cpu"]
    target(ratio <= 3, f"mock: 1,000 on one path at most 3x ({ratio:.2f}x)")
    ratio = rows["regex", 1000]["cpu"] / rows["paths", 1000]["cpu"]
    fresh = rows["fresh", 1000]["cpu"] / rows["paths", 1000]["cpu"]
    target(True, f"mock: 1,000 paths that are patterns {ratio:.2f}x of exact ones, {fresh:.2f}x if no request comes twice (no target)")
    target(rows["paths", 1000]["first"] < 50, f"mock: first answer at 1,000 in {rows['paths', 1000]['first']:.0f} ms < 50")
    grown = max(rows[key]["grown"] for key in kinds)
    target(grown <= 16, f"mock: memory flat over {LOAD:,} requests (grows by {grown} MB at most)")
    target(all(row["wrong"] == 0 for row in rows.values()), "mock: every answer was the right one")


def verify(ours: str, theirs: str, folder: Path):
    document, asked = made(VERIFIED, "paths")
    path = folder / "verify.json"
    path.write_text(json.dumps(document, indent=2))
    answers = {}
    for (target_path, _), one in zip(asked, document["interactions"]):
        body = json.dumps(one["response"]["body"]["content"]).encode()
        answers[target_path] = response(200, [("Content-Type", "application/json")], body)
    missing = response(404)
    figures = {}
    print("verify  interactions    wall s     CPU s  passed  exit")
    with Server(lambda request: answers.get(request.target, missing)) as server:
        for who, tool, program in (("pactlens", pactlens, ours), ("official", official, theirs)):
            used = cpu_of_children()
            run = tool(program, path, server.port, timeout=600)
            used = cpu_of_children() - used
            passed = sum(verdict == "passed" for _, verdict in run.verdicts or [])
            figures[who] = (run.wall, used)
            print(f"{who:<10} {VERIFIED:>9} {run.wall:>9.2f} {used:>9.2f} {passed:>7} {run.code:>5}", flush=True)
            target(passed == VERIFIED, f"verify: {who} passes all {VERIFIED:,}")
    wall, cpu = (figures["official"][at] / figures["pactlens"][at] for at in (0, 1))
    target(wall >= 10, f"verify: wall {wall:.0f}x less (>= 10x)")
    target(cpu >= 10, f"verify: CPU {cpu:.0f}x less (>= 10x)")


def main(ours: str, theirs: str, *more: str) -> int:
    parts = [part for part in more if not part.startswith("--")] or ["mock", "verify"]
    with tempfile.TemporaryDirectory() as folder:
        if "mock" in parts and shutil.which("wrk"):
            mock(ours, theirs, "--all" in more, Path(folder))
        if "verify" in parts:
            verify(ours, theirs, Path(folder))
    for holds, text in held:
        print("holds " if holds else "FAILS ", text)
    return 0 if all(holds for holds, _ in held) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
