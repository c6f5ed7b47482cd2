"""One WebSocket of the gateway: frames in order, compressed when the client asked for it."""

import asyncio
import importlib
import json
import zlib
from typing import Protocol

import discord.utils
from aiohttp import web

from tests.doubles.discord.refusals import Payload


class _Squeeze(Protocol):
    def __call__(self, data: bytes, /) -> bytes: ...


class Connection:
    """Sends through a queue, so that whoever has news need not wait."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.muted = False
        self._socket = socket
        self._transport = request.transport
        self._queue: asyncio.Queue[Payload] = asyncio.Queue()
        self._squeeze = _choose_compression(request.query.get("compress", ""))

    def put(self, frame: Payload) -> None:
        """Send when its turn comes; nothing goes out of a muted connection."""
        if not self.muted:
            self._queue.put_nowait(frame)

    async def write(self) -> None:
        """Runs as long as the connection does."""
        while True:
            frame = await self._queue.get()
            text = json.dumps(frame)
            try:
                if self._squeeze is None:
                    await self._socket.send_str(text)
                else:
                    await self._socket.send_bytes(self._squeeze(text.encode()))
            except ConnectionError:
                return  # the client is gone; its session keeps the log

    async def close(self, code: int, reason: str = "") -> None:
        await self._socket.close(code=code, message=reason.encode())

    def drop(self) -> None:
        """As when a cable is pulled: no close frame."""
        if self._transport is not None:
            self._transport.abort()


def _choose_compression(kind: str) -> _Squeeze | None:
    if kind == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda data: deflate.compress(data) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if kind == "zstd-stream":
        # The same library that the client took: it asks for zstd only where it has one.
        library = importlib.import_module(str(discord.utils._ZSTD_SOURCE))
        if hasattr(library, "ZstdCompressor") and hasattr(library.ZstdCompressor, "FLUSH_BLOCK"):
            own = library.ZstdCompressor()
            return lambda data: bytes(own.compress(data, own.FLUSH_BLOCK))
        stream = library.ZstdCompressor().compressobj()
        return lambda data: bytes(
            stream.compress(data) + stream.flush(library.COMPRESSOBJ_FLUSH_BLOCK)
        )
    return None
