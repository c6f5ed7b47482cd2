"""What other services call: each has an address of its own, and checks who calls."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from adapters.web.guard import HOOKS
from core.errors import ServiceError

Hook = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""Takes the headers and the body of a call; returns the HTTP status of the answer."""


def list_hooks(hooks: Mapping[str, Hook]) -> list[web.RouteDef]:
    """One route for each hook, by its name."""
    return [web.post(f"{HOOKS}{name}", _answer(hook)) for name, hook in hooks.items()]


def _answer(hook: Hook) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return web.Response(status=await hook(request.headers, await request.read()))
        except ServiceError:
            return web.Response(status=503)  # it is sent again

    return answer
