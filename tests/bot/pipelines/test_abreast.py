"""Things that are done side by side: the first error ends the others and is told as itself."""

import asyncio

import pytest

from bot.pipelines.abreast import abreast
from core.errors import UserError


async def give(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def fail() -> None:
    await asyncio.sleep(0)
    raise UserError("no")


async def test_the_first_one_answers() -> None:
    assert await abreast(give(3), give(4)) == 3
    assert await abreast(give(5)) == 5


async def test_an_error_is_told_as_itself_and_ends_the_others() -> None:
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(UserError, match="no"):
        await abreast(wait(), fail())
    assert ended.is_set()


async def test_an_error_inside_groups_is_found() -> None:
    async def deep() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())

    with pytest.raises(UserError, match="no"):
        await abreast(give(1), deep())
