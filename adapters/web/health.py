"""Is the process alive, and can it do its work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Check = Callable[[], Awaitable[str]]
"""Looks at one thing that is needed: empty when it is well, else what is wrong with it."""

_PATIENCE_SECONDS = 2.0


class Health:
    """Fills /health and /ready."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(self, _request: web.Request) -> web.Response:
        async with asyncio.TaskGroup() as group:
            looks = {name: group.create_task(_look(check)) for name, check in self._checks.items()}
        found = {name: look.result() for name, look in looks.items()}
        ready = not any(found.values())
        return web.json_response(
            {"ready": ready, "checks": {name: wrong or "ok" for name, wrong in found.items()}},
            status=200 if ready else 503,
        )


async def _look(check: Check) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await check()
    except TimeoutError:
        return f"no answer within {_PATIENCE_SECONDS:g} seconds"
