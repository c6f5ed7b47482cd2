"""Doing several things at once where one failure ends them all and is told as itself."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

Made = TypeVar("Made")


async def abreast(first: Coroutine[Any, Any, Made], *others: Coroutine[Any, Any, object]) -> Made:
    """Run all at once; what `first` returns. A group's first error is raised in its place."""
    try:
        async with asyncio.TaskGroup() as tasks:
            main = tasks.create_task(first)
            for other in others:
                tasks.create_task(other)
    except ExceptionGroup as group:
        raise _first(group) from group
    return main.result()


async def all_abreast(works: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Run all at once, of which there may be none. A group's first error is raised in its place."""
    await abreast(_nothing(), *works)


async def _nothing() -> None:
    pass


def _first(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
