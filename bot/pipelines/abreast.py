"""Doing several things at once where one failure ends them all and is told as itself."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from core.errors import list_failures

Made = TypeVar("Made")
Other = TypeVar("Other")


async def abreast(first: Coroutine[Any, Any, Made], *others: Coroutine[Any, Any, object]) -> Made:
    """Run all at once; what `first` returns. A group's first error is raised in its place."""
    async with _together() as tasks:
        main = tasks.create_task(first)
        for other in others:
            tasks.create_task(other)
    return main.result()


async def both(
    first: Coroutine[Any, Any, Made], second: Coroutine[Any, Any, Other]
) -> tuple[Made, Other]:
    """Run two at once; what each returns. Their first error is raised in a group's place."""
    async with _together() as tasks:
        one, two = tasks.create_task(first), tasks.create_task(second)
    return one.result(), two.result()


async def all_abreast(works: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Run all at once, of which there may be none. A group's first error is raised in its place."""
    async with _together() as tasks:
        for work in works:
            tasks.create_task(work)


@asynccontextmanager
async def _together() -> AsyncIterator[asyncio.TaskGroup]:
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except ExceptionGroup as group:
        raise list_failures(group)[0] from group
