"""Serving: the gateway and the worker, from their start to their end."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from adapters.minder import Minder
from bot.app import House, Role, open_house
from bot.beside import beside
from bot.logs import write_logs
from config.settings import Settings, list_secrets, load

LOST = 75
"""Exit status of a process that others took for dead: it is to be started again."""


def serve(role: str, *, parent: int | None) -> int:
    """Run as `all`, `gateway` or `worker` until told to stop."""
    settings = load()
    secrets = list_secrets(settings)
    write_logs(settings.data, level=settings.log_level, shown="warning", secrets=secrets)
    if role == "worker":
        return asyncio.run(_work(settings, parent=parent))
    return asyncio.run(_keep_gateway(settings, with_worker=role == "all"))


async def _work(settings: Settings, *, parent: int | None) -> int:
    stopping = _await_signals()
    async with AsyncExitStack() as things:
        house = await things.enter_async_context(open_house(settings, Role.WORKER))
        await things.enter_async_context(beside(_stop_when_lost(house, stopping)))
        if parent is not None:
            await things.enter_async_context(beside(_stop_without(parent, stopping)))
        await stopping.wait()
    return LOST if house.engine.lost.is_set() else 0


async def _keep_gateway(settings: Settings, *, with_worker: bool) -> int:
    stopping = _await_signals()
    async with AsyncExitStack() as things:
        house = await things.enter_async_context(open_house(settings, Role.GATEWAY))
        places = [await things.enter_async_context(chat.serve()) for chat in house.chats]
        await things.enter_async_context(beside(_stop_when_lost(house, stopping)))
        if with_worker:
            minder = Minder(_worker_command(), listen=house.engine.last_beat)
            await things.enter_async_context(beside(minder.mind()))
        sys.stdout.write(f"Ready on {', '.join(places)}\n{warn_of_links(settings, places)}")
        sys.stdout.flush()
        await stopping.wait()
    return LOST if house.engine.lost.is_set() else 0


def warn_of_links(settings: Settings, places: Sequence[str]) -> str:
    """What the operator should know before people in chats get links that lead nowhere.

    `places` are what is served, the local chat first.
    """
    if settings.public_url or len(places) == 1:
        return ""
    return (
        f"Links in chats lead to {places[0]}. "
        "Set TAPEDECK_PUBLIC_URL if other people reach this machine by another address.\n"
    )


def _worker_command() -> list[str]:
    return [sys.executable, "-m", "bot", "run", "--role", "worker", "--parent", str(os.getpid())]


def _await_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopping.set)
    return stopping


async def _stop_when_lost(house: House, stopping: asyncio.Event) -> None:
    await house.engine.lost.wait()
    stopping.set()


async def _stop_without(parent: int, stopping: asyncio.Event) -> None:
    """A worker that its gateway left behind would work on unseen, beside the next one."""
    while os.getppid() == parent:  # noqa: ASYNC110 - no event tells of a parent's death
        await asyncio.sleep(0.5)
    stopping.set()
