"""The wiring: which chats a gateway opens, and what of one goes wrong alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.app import sign_in
from core.calls import Asker
from core.errors import UserError
from core.jobs import Job
from core.screens import Reply


@dataclass(frozen=True)
class ToyPlatform:
    name: str

    async def deliver(self, job: Job, *, delivery: str) -> str:
        raise AssertionError(f"nothing is to be handed over: {job} {delivery}")

    async def show(self, reply: Reply, asker: Asker) -> None:
        raise AssertionError(f"nothing is to be shown: {reply} {asker}")


@dataclass(frozen=True)
class ToyChat:
    platform: ToyPlatform
    trouble: str = ""

    async def sign_in(self) -> None:
        if self.trouble:
            raise UserError(self.trouble)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        yield self.platform.name


async def test_a_wrong_token_is_named_and_the_rest_runs_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trouble = "Discord does not know the token in TAPEDECK_DISCORD_TOKEN."
    chats = [
        ToyChat(ToyPlatform("web")),
        ToyChat(ToyPlatform("discord"), trouble),
        ToyChat(ToyPlatform("telegram")),
    ]
    opened = await sign_in(chats)
    assert [chat.platform.name for chat in opened] == ["web", "telegram"]
    (record,) = caplog.records
    assert (record.levelname, record.getMessage(), record.exc_info) == ("ERROR", trouble, None)
