"""A web server of bare sockets: it can send what no library would, and counts what it sent."""

import asyncio
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self

_PIECE = 16 * 1024
_SEND_BUFFER = 256 * 1024
_HEAD_BYTES = 64 * 1024
_START_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came: the target with its query, the names of headers in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Exchange:
    """One request and the way to answer it."""

    def __init__(
        self,
        asked: Asked,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        sent: Counter[str],
    ) -> None:
        self.asked = asked
        self._reader = reader
        self._writer = writer
        self._sent = sent

    async def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the status and headers; every answer ends with its connection."""
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Unheard of"
        lines = [f"HTTP/1.1 {status} {phrase}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        await self.raw(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    async def raw(self, data: bytes) -> None:
        """Send bytes that do not count as content."""
        self._writer.write(data)
        await self._writer.drain()

    async def body(self, data: bytes, *, rate: float | None = None) -> None:
        """Send content, `rate` bytes in a second at most."""
        clock = asyncio.get_running_loop().time
        started = clock()
        for at in range(0, len(data), _PIECE):
            piece = data[at : at + _PIECE]
            await self.raw(piece)
            self._sent[self.asked.path] += len(piece)
            if rate is not None:
                # By the clock: sleeps that come out too long must not add up.
                await asyncio.sleep(max(0.0, started + (at + len(piece)) / rate - clock()))

    async def gone(self) -> None:
        """Wait, saying nothing, until the caller has had enough."""
        while await self._reader.read(_PIECE):
            pass


Answer = Callable[[Exchange], Awaitable[None]]


class Web:
    """Serves `routes`, by path, from a thread of its own for the length of a `with` block.

    A route that ends with a slash answers for everything below it. `asked` are the requests in
    their order, `sent` the bytes of content by path.
    """

    def __init__(self, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.port = 0
        self.routes: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.sent: Counter[str] = Counter()
        self._tls = tls
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    @property
    def address(self) -> str:
        return f"{'http' if self._tls is None else 'https'}://{self.host}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_START_SECONDS)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._meet, self.host, 0, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # What waits in the kernel counts as sent, so let there be little of it.
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        writer.transport.set_write_buffer_limits(high=1, low=0)
        try:
            asked = await _read(reader)
            self.asked.append(asked)
            answer = self._find(asked.path)
            await answer(Exchange(asked, reader, writer, self.sent))
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass  # the caller has left or talks nonsense, which is theirs to do
        except asyncio.CancelledError:
            pass  # the server ends; Python 3.11 would write a traceback about its own surprise
        finally:
            writer.close()

    def _find(self, path: str) -> Answer:
        if path in self.routes:
            return self.routes[path]
        above = [route for route in self.routes if route.endswith("/") and path.startswith(route)]
        return self.routes[max(above, key=len)] if above else _nothing


async def _nothing(exchange: Exchange) -> None:
    await exchange.head(404, {"Content-Length": "0"})


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = await reader.readuntil(b"\r\n\r\n")
    if len(head) > _HEAD_BYTES:
        raise EOFError("a head that long is nobody's")
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return Asked(method, target, {name.lower(): value.strip() for name, _, value in pairs})
