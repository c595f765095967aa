"""Runs each command under strace and wants no connection but to the addresses it was given, and no
look at how names are resolved: see network.sh. That this would be seen is shown by a command that
is given a name."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))
import mocks  # noqa: E402
from pacts import Provider, ROOT, load  # noqa: E402
from tools import environment  # noqa: E402
from wire import Server, response  # noqa: E402

PACT = ROOT / "tests/fixtures/pacts/v3.json"
CALLS = "connect,sendto,sendmsg,sendmmsg,openat,open"


def watched(log: Path, *command: str) -> list[str]:
    return ["strace", "-D", "-f", "-s", "200", "-e", f"trace={CALLS}", "-o", str(log), *command]


def strangers(log: Path, ports: set[int]) -> list[str]:
    """The lines of a trace that tell of anything but 127.0.0.1 and these ports."""
    until = time.monotonic() + 20
    while not (lines := log.read_text("utf-8", "replace").splitlines()) or "+++" not in lines[-1]:
        if time.monotonic() > until:
            raise RuntimeError(f"{log} does not end")
        time.sleep(0.01)
    bad = []
    for line in lines:
        if "/resolv.conf" in line or "/nsswitch.conf" in line or "sa_family=AF_UNIX" in line and "connect(" in line:
            bad.append(line)
        for family in re.findall(r"sa_family=(AF_INET6?)", line):
            port = re.search(r"sin6?_port=htons\((\d+)\)", line)
            home = 'inet_addr("127.0.0.1")' in line or '"::1"' in line
            if not home or port is None or int(port[1]) not in ports:
                bad.append(f"{family} {line}")
    return bad


def connections(log: Path) -> int:
    return len(re.findall(r"connect\(.*sa_family=AF_INET", log.read_text("utf-8", "replace")))


def message(value: dict) -> bytes:
    body = json.dumps({"jsonrpc": "2.0"} | value).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def talk(server: subprocess.Popen):
    """A short session with the language server: a pact is opened, and its symbols are asked for."""

    def answer():
        while True:
            length = int(server.stdout.readline().split(b":")[1])
            server.stdout.readline()
            if "id" in (told := json.loads(server.stdout.read(length))) and "method" not in told:
                return told

    def send(*every: dict):
        server.stdin.write(b"".join(map(message, every)))
        server.stdin.flush()

    document = {"uri": PACT.as_uri()}
    send({"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})
    answer()
    opened = document | {"languageId": "json", "version": 1, "text": PACT.read_text()}
    send(
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": opened}},
        {"id": 2, "method": "textDocument/documentSymbol", "params": {"textDocument": document}},
    )
    assert answer()["result"], "the language server tells of no symbols"
    send({"id": 3, "method": "shutdown"})
    answer()
    send({"method": "exit"})
    assert server.wait(20) == 0, "the language server did not end well"


def broker(request) -> bytes:
    """A Pact Broker with one pact, which takes every result."""
    base = f"http://{request.header('host')}"
    result = {"pb:publish-verification-results": {"href": f"{base}/results"}}
    told = {
        "/": {"_links": {
            "pb:provider-pacts-for-verification": {"href": f"{base}/of/{{provider}}", "templated": True},
            "pb:publish-contracts": {"href": f"{base}/publish"},
        }},
        "/publish": {"notices": []},
        "/matrix": {"summary": {"deployable": True, "reason": "fine"}, "matrix": []},
        "/of/order-service": {"_embedded": {"pacts": [{"_links": {"self": {"href": f"{base}/pact", "name": "a pact"}}}]}},
        "/pact": load(PACT) | {"_links": result},
        "/results": {},
    }.get(request.target.split("?")[0])  # fmt: skip
    kind = [("Content-Type", "application/hal+json")]
    return response(404, kind) if told is None else response(200, kind, json.dumps(told).encode())


def main(binary: str) -> int:
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def check(what: str, log: Path, ports: set[int], least: int = 0):
            bad, count = strangers(log, ports), connections(log)
            print(f"{what:<32} {count:>3} connections, {len(bad)} where there should be none")
            if bad or count < least:
                failures.append(what)
                print("\n".join(bad[:5]))

        def run(what: str, arguments: list[str], ports=frozenset(), codes=(0,), least: int = 0):
            log = folder / what.replace(" ", "-").replace("/", "-")
            done = subprocess.run(
                watched(log, binary, *arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                env=environment(), cwd=folder, timeout=60,
            )  # fmt: skip
            if done.returncode not in codes:
                failures.append(what)
                print(f"{what} ended with {done.returncode}\n{done.stdout.decode()[-1000:]}")
            return log if codes == (4,) else check(what, log, set(ports), least)

        copy = folder / "pact.json"
        shutil.copy(PACT, copy)
        run("lint", ["lint", str(PACT)], codes=(0, 1))
        run("states", ["states", str(PACT)], codes=(0, 1))
        run("upgrade", ["upgrade", "--to", "4", str(copy)], codes=(0, 1))
        log = folder / "lsp"
        command = watched(log, binary, "lsp")
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as server:
            talk(server)
        check("lsp", log, set())
        with Server(Provider(load(PACT), False)) as provider:
            given = ["verify", str(PACT), "--provider", provider.url]
            run("verify", given, [provider.port], codes=(0, 1), least=1)
            states = ["--state-change-url", provider.url + "/states"]
            run("verify with states", [*given, *states], [provider.port], codes=(0, 1), least=1)
            with Server(broker) as store:
                given = ["verify", "--broker-url", store.url, "--provider-name", "order-service", "--token", "a-token"]
                publish = ["--publish", "--provider-version", "1", "--provider", provider.url]
                run("verify from a Broker", [*given, *publish], [provider.port, store.port], codes=(0, 1), least=2)
                asked = [request.target for request in store.seen]
                if asked != ["/", "/of/order-service", "/pact", "/results"]:
                    failures.append(f"the Broker was asked for {asked}")
                given = ["-b", store.url, "-a"]
                run("broker publish", ["broker", "publish", str(PACT), *given, "1"], [store.port], least=1)
                asking = ["broker", "can-i-deploy", *given, "shop", "-e", "1", "--to-environment", "test"]
                run("broker can-i-deploy", asking, [store.port], least=1)
        log = folder / "mock"
        with mocks.pactlens(binary, PACT, watched(log)) as (port, _):
            mocks.ask(port, "GET", "/")
        check("mock", log, set())
        # The control: what has to ask for a name is seen to do so.
        log = run("control", ["verify", str(PACT), "--provider", "http://provider.invalid:9"], codes=(4,))
        caught = strangers(log, set())
        print(f"{'control: a host by name':<32} {len(caught)} lines caught")
        if not caught:
            failures.append("the control was not caught")
    for failure in failures:
        print(f"network: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
