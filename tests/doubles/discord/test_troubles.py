"""Rate limits, storms, broken connections, and downloads that fail or expire."""

import asyncio
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import aiohttp
import discord
import pytest

from tests.doubles.discord import LIFE_SECONDS, Upload
from tests.doubles.discord.bot import Bot, running
from tests.doubles.discord.conftest import Studio

SEND = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


async def test_the_client_paces_itself_by_the_headers(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        sent = await channel.send("0")
        for number in range(1, 12):
            await sent.edit(content=str(number))
    assert [each.status for each in studio.discord.requests_to(EDIT)] == [200] * 11
    assert studio.discord.limiter.refused == 0


async def insist(
    studio: Studio, method: str, path: str, times: int
) -> tuple[list[int], dict[str, Any], Mapping[str, str]]:
    """Statuses of requests by a client that does not look at the headers; the last answer."""
    url = f"{discord.http.Route.BASE}/channels/{studio.channel.id}/messages{path}"
    statuses: list[int] = []
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bot {studio.discord.token}"}
    ) as session:
        for number in range(times):
            async with session.request(method, url, json={"content": str(number)}) as response:
                statuses.append(response.status)
                answer = await response.json()
        return statuses, answer, response.headers


async def test_who_ignores_the_headers_gets_429(studio: Studio) -> None:
    studio.discord.limiter.speed = 1
    statuses, answer, told = await insist(studio, "POST", "", 7)
    assert statuses == [200] * 5 + [429] * 2
    assert 0 < answer["retry_after"] <= 5
    assert not answer["global"]
    assert told["X-RateLimit-Remaining"] == "0"
    assert (told["X-RateLimit-Limit"], told["X-RateLimit-Scope"]) == ("5", "user")
    assert "Via" in told
    assert studio.discord.limiter.refused == 2


async def test_old_messages_may_be_edited_less_often(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        sent = await channel.send("0")
    studio.discord.clock.advance(3601)
    studio.discord.limiter.speed = 1
    statuses, _, told = await insist(studio, "PATCH", f"/{sent.id}", 4)
    assert statuses == [200] * 3 + [429]
    assert told["X-RateLimit-Limit"] == "3"


async def test_all_requests_together_have_a_limit_too(studio: Studio) -> None:
    studio.discord.limiter.speed = 0.01
    url = f"{discord.http.Route.BASE}/channels/{studio.channel.id}"
    headers = {"Authorization": f"Bot {studio.discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        await insist(studio, "POST", "", 5)
        for _ in range(46):
            async with session.get(url) as response:
                answer, told = await response.json(), response.headers
    assert (response.status, answer["global"]) == (429, True)
    assert (told["X-RateLimit-Scope"], told["X-RateLimit-Global"]) == ("global", "true")


@pytest.mark.parametrize("scope", ["", "user", "shared", "global"])
async def test_a_429_is_obeyed(studio: Studio, scope: str) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        studio.discord.faults.throttle("POST /channels/*", retry_after=0.05, times=2, scope=scope)
        await channel.send("at last")
    requests = studio.discord.requests_to(SEND)
    assert [each.status for each in requests] == [429, 429, 200]


async def test_a_429_from_before_discord_is_an_error(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        studio.discord.faults.throttle("POST /channels/*", retry_after=1, via=False)
        with pytest.raises(discord.HTTPException) as caught:
            await channel.send("never")
        assert caught.value.status == 429


async def test_a_storm_passes(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        studio.discord.faults.storm(503, on="POST /channels/*", times=2)
        for _ in range(2):
            with pytest.raises(discord.DiscordServerError):
                await channel.send("not yet")
        await channel.send("now")
    assert [each.text for each in studio.anna.sees(studio.channel)] == ["now"]


async def test_an_upload_that_breaks_leaves_nothing(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        studio.discord.faults.cut_upload("POST /channels/*", after=100_000)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send(file=discord.File(BytesIO(bytes(1_000_000)), "a.mp3"))
        assert studio.anna.sees(studio.channel) == []
        await channel.send(file=discord.File(BytesIO(bytes(1_000_000)), "a.mp3"))
    assert len(studio.anna.sees(studio.channel)) == 1


async def test_a_lost_answer_is_not_a_second_message_with_a_nonce(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        channel = bot.get_partial_messageable(int(studio.channel.id))
        studio.discord.faults.lose_answer("POST /channels/*")
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send("done", nonce="job-1")
        sent = await channel.send("done", nonce="job-1")
    assert [each.id for each in studio.anna.sees(studio.channel)] == [str(sent.id)]


async def test_an_address_expires_and_the_message_has_a_new_one(studio: Studio) -> None:
    bot = Bot()
    async with running(bot, studio.discord):
        await studio.ben.post(studio.channel, "song", files=[Upload("a.mp3", b"song")])
        (message,) = await bot.hears(1)
        attachment = message.attachments[0]
        assert await attachment.read() == b"song"
        studio.discord.clock.advance(LIFE_SECONDS)
        with pytest.raises(discord.NotFound):
            await attachment.read()
        fresh = (await message.channel.fetch_message(message.id)).attachments[0]
        assert await fresh.read() == b"song"
        forged = fresh.url.replace("a.mp3", "b.mp3")
        with pytest.raises(discord.NotFound):
            await bot.http.get_from_cdn(forged)
    assert [status for _, status in studio.discord.cdn.downloads] == [200, 404, 200, 404]


@pytest.mark.parametrize(
    ("wanted", "status", "content"),
    [
        ("bytes=0-3", 206, b"0123"),
        ("bytes=4-", 206, b"456789"),
        ("bytes=-2", 206, b"89"),
        ("bytes=8-99", 206, b"89"),
        ("bytes=10-", 416, b""),
    ],
)
async def test_parts_of_a_file_can_be_had(
    studio: Studio, wanted: str, status: int, content: bytes
) -> None:
    posted = await studio.ben.post(studio.channel, files=[Upload("a.mp3", b"0123456789")])
    url = studio.discord.cdn.sign(posted.attachments[0])
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers={"Range": wanted}) as response,
    ):
        assert response.status == status
        if status == 206:
            assert await response.read() == content


async def test_downloads_fail_break_and_stall_as_told(studio: Studio) -> None:
    content = bytes(range(256)) * 1000
    posted = await studio.ben.post(studio.channel, files=[Upload("a.wav", content)])
    cdn, file = studio.discord.cdn, posted.attachments[0]
    cdn.fail(502)
    with pytest.raises(aiohttp.ClientResponseError):
        await studio.anna.download(file)
    cdn.cut(100_000)
    with pytest.raises(aiohttp.ClientPayloadError):
        await studio.anna.download(file)
    async with aiohttp.ClientSession() as session:
        with cdn.stalled(after=1000):
            async with session.get(cdn.sign(file)) as response:
                assert await response.content.readexactly(1000) == content[:1000]
                rest = asyncio.ensure_future(response.content.read(1))
                await asyncio.sleep(0)
                assert not rest.done()
                rest.cancel()
    assert await studio.anna.download(file) == content


async def test_a_request_against_the_specification_fails_the_test(studio: Studio) -> None:
    if studio.discord.rest.spec is None:
        pytest.skip("TAPEDECK_SPECS names no folder")
    async with running(Bot(), studio.discord) as bot:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=1)
        with pytest.raises(discord.NotFound):
            await bot.http.request(route, json={"content": 7, "embeds": "none"})
    assert len(studio.discord.forgive()) == 2
    assert studio.discord.rest.violations == []
