"""What the doubles share: a server on loopback, answers in turn, and everything that was asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


class WrongRequestError(Exception):
    """The real service would refuse this request."""


@dataclass
class Stage:
    """How a double behaves: each request takes the next of `acts`, or none when they are used up.

    `asked` is every request that was right, `wrong` why others were not.
    """

    acts: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)

    def next_act(self) -> str:
        return self.acts.pop(0) if self.acts else ""

    async def hang(self) -> web.Response:
        """Answer nothing for as long as the double is there."""
        await self.leaving.wait()
        return web.Response()


def require(true: bool, words: str) -> None:  # an assertion that the real service makes
    if not true:
        raise WrongRequestError(words)


def require_known(given: Mapping[str, Any], known: set[str]) -> None:
    require(given.keys() <= known, f"unknown fields {sorted(given.keys() - known)}")


async def cut_off(request: web.Request, body: bytes, *, kind: str) -> web.StreamResponse:
    """Send a part of a body, and hang up."""
    response = web.StreamResponse(headers={"Content-Type": kind, "Content-Length": f"{len(body)}"})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    assert request.transport is not None
    request.transport.close()
    return response


@asynccontextmanager
async def serving(app: web.Application, stage: Stage) -> AsyncIterator[str]:
    """Serve on a free port of loopback; yields the address."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        stage.leaving.set()
        await runner.cleanup()
