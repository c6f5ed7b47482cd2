"""Doing several things at once where one failure ends them all and is told as itself."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from core.errors import list_failures

Made = TypeVar("Made")
Other = TypeVar("Other")


async def abreast(first: Coroutine[Any, Any, Made], *others: Coroutine[Any, Any, object]) -> Made:
    """Run all at once; what `first` returns. A group's first error is raised in its place."""
    try:
        async with asyncio.TaskGroup() as tasks:
            main = tasks.create_task(first)
            for other in others:
                tasks.create_task(other)
    except ExceptionGroup as group:
        raise list_failures(group)[0] from group
    return main.result()


async def both(
    first: Coroutine[Any, Any, Made], second: Coroutine[Any, Any, Other]
) -> tuple[Made, Other]:
    """Run two at once; what each returns. Their first error is raised in a group's place."""
    try:
        async with asyncio.TaskGroup() as tasks:
            one, two = tasks.create_task(first), tasks.create_task(second)
    except ExceptionGroup as group:
        raise list_failures(group)[0] from group
    return one.result(), two.result()


async def all_abreast(works: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Run all at once, of which there may be none. A group's first error is raised in its place."""
    await abreast(_nothing(), *works)


async def _nothing() -> None:
    pass
