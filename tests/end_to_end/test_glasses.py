"""Photos of glasses from the bytes on the wire to a video in a chat, through kills in the middle.

The real program, its worker and its chats; the video itself is a film of one second.
"""

import asyncio
import random
import re
import sys
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.adapters.web.test_glasses import FORM, over_phone, over_wifi
from tests.camera import photo
from tests.doubles.discord import discord_double
from tests.doubles.telegram import telegram_double
from tests.end_to_end.deck import Deck, until_none
from tests.end_to_end.test_discord import SLOW, Stage, addresses_of, names
from tests.end_to_end.test_telegram import LONG, newcomer
from tests.toys import until

ROOT = Path(__file__).parents[2]
LAUNCHER = (sys.executable, "-m", "tests.end_to_end.filming")
JPEG = photo("JPEG", size=(300, 200))


@pytest.fixture(autouse=True)
def _times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with discord_double() as double:
        anna, ben = double.user("anna"), double.user("ben")
        guild = double.guild("Studio", anna, ben)
        deck = Deck(tmp_path, program=LAUNCHER)
        yield Stage(double, deck, guild, double.channel(guild), anna, ben)
        if deck.process is not None:
            assert await asyncio.to_thread(deck.stop) == 0
            assert deck.processes() == []


def diary_of(deck: Deck) -> Path:
    return deck.data.parent / "films.log"


async def send(deck: Deck, token: str, body: bytes) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": FORM}
    address = f"{deck.url}/glasses/photos"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=headers) as response,
    ):
        answer = await response.json()
        assert response.status == 200, answer
        return dict(answer)


def read_token(text: str) -> str:
    found = re.search(r"tdg[0-9a-f]{64}", text)
    assert found is not None, text
    return found[0]


def assert_no_trace(deck: Deck, token: str) -> None:
    """A token is neither in the log nor in a database."""
    for file in [*deck.data.glob("*.log"), *deck.data.glob("*.db*")]:
        assert token.encode() not in file.read_bytes(), file.name


async def test_a_photo_of_paired_glasses_comes_back_as_a_direct_message(stage: Stage) -> None:
    await stage.start(DIARY=str(diary_of(stage.deck)))
    exchange = await stage.anna.use(stage.channel, "glasses", action="pair", name="Sunday")
    paired = await exchange.filled()
    token = read_token(paired.text)
    assert paired not in stage.ben.sees(stage.channel)
    await send(stage.deck, token, over_wifi("r1", JPEG))
    result = await stage.awaits_result("evening.mp4")
    assert result.channel is stage.anna.dm
    assert result.attachments[0].data[4:8] == b"ftyp"
    progress = await stage.awaits("Ready.", dm=True)
    assert any("A photo came from “Sunday”." in shown for shown in progress.versions)
    assert not [each for each in stage.ben.sees(stage.channel) if "Sunday" in each.text]
    assert stage.ben.dms == []
    moved = await stage.anna.use(stage.channel, "glasses", where="here")
    assert "Videos go to this channel." in (await moved.filled()).text
    await send(stage.deck, token, over_phone("r2", JPEG))
    await stage.double.until(lambda: stage.count("evening.mp4") == 1, "it is here", seconds=SLOW)
    assert_no_trace(stage.deck, token)


async def test_kills_in_the_middle_lose_no_photo_and_bring_none_twice(stage: Stage) -> None:
    settings: dict[str, Any] = {
        "DIARY": str(diary_of(stage.deck)),
        **addresses_of(stage.double),
    }
    chance = random.Random(20261120)
    await stage.start(DIARY=settings["DIARY"])
    exchange = await stage.anna.use(stage.channel, "glasses", action="pair", where="here")
    token = read_token((await exchange.filled()).text)
    requests = [f"r{number}" for number in range(4)]
    waits = []
    for number, request in enumerate(requests):
        await asyncio.to_thread(partial(stage.deck.start, until_ready=False, **settings))
        begun = time.perf_counter()
        answer = await send(stage.deck, token, over_wifi(request, JPEG))
        waits.append(time.perf_counter() - begun)
        assert answer["requestId"] == request
        await asyncio.sleep(chance.uniform(0, 0.8))  # the random moment
        gateway, worker = ((True, True), (True, False), (False, True))[number % 3]
        await asyncio.to_thread(stage.deck.kill, gateway=gateway, worker=worker)
        if worker and gateway:
            await until_none(stage.deck)
    await asyncio.to_thread(partial(stage.deck.start, **settings))
    for request in requests[-2:]:
        await send(stage.deck, token, over_phone(request, JPEG))  # as glasses that heard nothing
    await stage.double.until(
        lambda: stage.count("evening.mp4") >= len(requests), "all are here", seconds=SLOW
    )
    jobs = stage.deck.rows("SELECT id, state FROM jobs WHERE kind = 'video'")
    assert [state for _, state in jobs] == ["done"] * len(requests)
    results = [each for each in stage.anna.sees(stage.channel) if "evening.mp4" in names(each)]
    assert len(results) == len(requests)
    assert len(stage.deck.rows("SELECT id FROM photos")) == len(requests)
    print("answered in", " ".join(f"{wait:.3f}" for wait in waits), "s")


async def test_the_local_chat_shows_a_token_and_writes_it_nowhere(tmp_path: Path) -> None:
    deck = Deck(tmp_path, program=LAUNCHER)
    await asyncio.to_thread(lambda: deck.start(DIARY=str(diary_of(deck)), PYTHONPATH=str(ROOT)))
    try:
        async with deck.person() as anna, deck.person() as ben:
            answer = await anna.send("glasses", values={"action": "pair"})
            token = read_token(str(answer))
            assert token in str(await anna.messages()), "a page that was opened again shows it"
            await send(deck, token, over_wifi("r1", JPEG))

            async def came() -> bool:
                return "evening.mp4" in str(await anna.messages())

            await until(came, seconds=SLOW, what="the video is here")
            assert await ben.messages() == []
            assert_no_trace(deck, token)
    finally:
        assert await asyncio.to_thread(deck.stop) == 0


async def test_a_photo_comes_back_in_a_telegram_chat(tmp_path: Path) -> None:
    async with telegram_double() as telegram:
        deck = Deck(tmp_path, program=LAUNCHER)
        settings: dict[str, Any] = {
            "DIARY": str(diary_of(deck)),
            "PYTHONPATH": str(ROOT),
            "TAPEDECK_TELEGRAM_TOKEN": telegram.token,
            "TAPEDECK_TELEGRAM_API": telegram.base_url.removesuffix("/bot"),
        }
        await asyncio.to_thread(lambda: deck.start(**settings))
        try:
            anna, hers = await newcomer(telegram, "Anna")
            otto, his = await newcomer(telegram, "Otto")
            asked = await anna.write(hers, "/glasses pair")
            paired = await anna.hears(
                hers, lambda m: "Token: tdg" in m.plain, after=asked, seconds=LONG
            )
            token = read_token(paired.plain)
            await send(deck, token, over_phone("r1", JPEG))
            video = await anna.hears(hers, lambda m: m.kind == "video", after=paired, seconds=LONG)
            assert video.media is not None and video.media.bytes[4:8] == b"ftyp"
            assert not [each for each in otto.sees(his) if each.kind == "video"]
            await anna.write(hers, "/glasses test")
            again = await anna.hears(hers, lambda m: m.kind == "video", after=video, seconds=LONG)
            assert again.id != video.id
            assert_no_trace(deck, token)
        finally:
            assert await asyncio.to_thread(deck.stop) == 0
