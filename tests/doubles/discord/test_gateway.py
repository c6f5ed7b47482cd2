"""The gateway: who gets in, what is replayed, and how clients live through its troubles."""

import aiohttp
import discord
import pytest

from tests.doubles.discord.bot import Bot, running
from tests.doubles.discord.conftest import Studio
from tests.doubles.discord.double import discord_double


async def test_a_wrong_token_is_refused_at_both_doors(studio: Studio) -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()
    assert studio.discord.requests[-1].status == 401
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(studio.discord.gateway.base) as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 0}})
        await socket.receive()
        assert socket.close_code == 4004


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", 4002),
        ('{"op": 3, "d": {}}', 4003),
        ('{"op": 2, "d": {"token": "a.token.of-the-double"}}', 4013),
        ('{"op": 2, "d": {"token": "a.token.of-the-double", "intents": -1}}', 4013),
    ],
)
async def test_frames_that_make_no_sense_end_the_connection(
    studio: Studio, frame: str, code: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(studio.discord.gateway.base) as socket,
    ):
        await socket.receive_json()
        await socket.send_str(frame)
        await socket.receive()
        assert socket.close_code == code


async def test_a_privileged_intent_must_be_granted(studio: Studio) -> None:
    studio.discord.gateway.allowed_intents &= 0
    bot = Bot(content=True)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(studio.discord.token)
    await bot.close()


async def test_what_was_missed_is_replayed_after_a_drop(studio: Studio) -> None:
    bot = Bot()
    async with running(bot, studio.discord):
        await studio.ben.post(studio.channel, "before")
        await bot.hears(1)
        studio.discord.gateway.drop()
        await studio.ben.post(studio.channel, "while away")
        await studio.ben.post(studio.channel, "and again")
        heard = await bot.hears(3)
    assert [each.content for each in heard] == ["before", "while away", "and again"]
    assert (studio.discord.gateway.identified, studio.discord.gateway.resumed) == (1, 1)


async def test_asked_to_reconnect_the_client_resumes(studio: Studio) -> None:
    bot = Bot()
    async with running(bot, studio.discord):
        studio.discord.gateway.ask_to_reconnect()
        await studio.discord.until(lambda: studio.discord.gateway.resumed == 1, "a resume")
        await studio.ben.post(studio.channel, "hello")
        assert len(await bot.hears(1)) == 1


async def test_an_invalid_session_is_begun_anew(studio: Studio) -> None:
    bot = Bot()
    async with running(bot, studio.discord):
        studio.discord.gateway.invalidate()
        await studio.discord.ready(2)
        studio.discord.gateway.invalidate(resumable=True)
        await studio.discord.until(lambda: studio.discord.gateway.resumed == 1, "a resume")
        studio.discord.gateway.forget_sessions()
        studio.discord.gateway.drop()
        await studio.discord.ready(3)
        await studio.ben.post(studio.channel, "hello")
        assert len(await bot.hears(1)) == 1


async def test_a_silent_gateway_is_left_and_resumed(studio: Studio) -> None:
    bot = Bot(patience=0.2)
    async with running(bot, studio.discord):
        studio.discord.gateway.mute()
        await studio.ben.post(studio.channel, "unheard at first")
        assert [each.content for each in await bot.hears(1)] == ["unheard at first"]
        assert studio.discord.gateway.resumed >= 1


async def test_heartbeats_are_answered_and_their_lack_ends_the_connection(studio: Studio) -> None:
    gateway = studio.discord.gateway
    gateway.heartbeat_seconds = 0.02
    async with running(Bot(), studio.discord) as bot:
        await studio.discord.until(lambda: gateway.heartbeats >= 5, "heartbeats")
        assert bot.latency < float("inf")
    gateway.closes_silent_clients = True
    async with aiohttp.ClientSession() as session, session.ws_connect(gateway.base) as socket:
        await socket.receive_json()
        await socket.receive()
        assert socket.close_code == 4009


async def test_members_are_told_to_who_asks(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        carl = studio.discord.user("carl")
        studio.discord.join(studio.guild, carl)
        await carl.post(studio.channel, "hello")
        (message,) = await bot.hears(1)
        assert message.guild is not None
        found = await message.guild.query_members(user_ids=[int(carl.id), int(studio.ben.id)])
    assert sorted(each.name for each in found) == ["ben", "carl"]


async def test_a_guild_that_comes_later_is_told(studio: Studio) -> None:
    async with running(Bot(), studio.discord) as bot:
        guild = studio.discord.guild("Second", studio.ben)
        channel = studio.discord.channel(guild, "tapes")
        await studio.ben.post(channel, "hello")
        (message,) = await bot.hears(1)
        assert isinstance(message.channel, discord.TextChannel)
        assert (message.channel.name, message.guild and message.guild.name) == ("tapes", "Second")


async def test_the_clients_addresses_are_set_back() -> None:
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    async with discord_double() as double:
        assert discord.http.Route.BASE.startswith("http://127.0.0.1")
        assert double.gateway.base == str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY)
    assert before == (discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY)
