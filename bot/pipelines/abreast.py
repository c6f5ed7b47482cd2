"""Doing several things at once where one failure ends them all and is told as itself."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from core.errors import list_failures

Made = TypeVar("Made")


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
