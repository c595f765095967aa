"""A small HTTP/1.1 server of tests: what it is sent is kept as bytes, what it answers is bytes."""

import asyncio
import threading
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass
class Request:
    """A request as it came: `raw` is the whole of it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    raw: bytes

    @property
    def path(self) -> str:
        return unquote(urlsplit("//host" + self.target).path)

    @property
    def query(self) -> list[tuple[str, str]]:
        return sorted(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def response(status: int, headers: list[tuple[str, str]] = (), body: bytes = b"", head: bool = False) -> bytes:
    """The bytes of an answer. `head`: it answers a HEAD, so that its body is not sent."""
    lines = [f"HTTP/1.1 {status} {'OK' if status < 400 else 'Not so'}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(body)}")
    text = "".join(line.replace("\r", "").replace("\n", "") + "\r\n" for line in lines) + "\r\n"
    return text.encode("utf-8", "replace") + (b"" if head or status in (204, 304) else body)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = [(line.split(":", 1)[0], line.split(":", 1)[1].strip()) for line in rest]
    of = {name.lower(): value for name, value in headers}
    raw, body = head, b""
    if "chunked" in of.get("transfer-encoding", ""):
        while True:
            line = await reader.readuntil(b"\r\n")
            chunk = await reader.readexactly(int(line.split(b";")[0], 16) + 2)
            raw += line + chunk
            body += chunk[:-2]
            if chunk == b"\r\n":
                break
    elif "content-length" in of:
        body = await reader.readexactly(int(of["content-length"]))
        raw += body
    return Request(method, target, headers, body, raw)


class Server:
    """Serves on a free port of 127.0.0.1 from a thread of its own until it is closed.

    `answer` gets a `Request` and returns the bytes to send back. All requests are in `seen`.
    """

    def __init__(self, answer):
        self.answer = answer
        self.seen: list[Request] = []
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()

        def run():
            asyncio.set_event_loop(self._loop)
            self._server = self._loop.run_until_complete(
                asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24, backlog=512)
            )
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        ready.wait()
        self.url = f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader, writer):
        try:
            while request := await _read(reader):
                self.seen.append(request)
                writer.write(self.answer(request))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def close(self):
        async def end():
            self._server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(end(), self._loop)
        self._thread.join(5)
        self._loop.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
