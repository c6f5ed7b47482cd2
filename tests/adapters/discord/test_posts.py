"""Files that people post without a command, and messages that nobody asked for."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from core.calls import Asker
from core.names import PersonId, Place
from core.screens import Reply
from tests.adapters.discord.house import House, open_house, track
from tests.doubles.discord import LIFE_SECONDS, Intent, Permission, Upload
from tests.toys import until


async def test_files_in_a_direct_message_gather_on_one_tray_message(house: House) -> None:
    await house.anna.post(house.anna.dm, files=[track("one.mp3"), track("two.mp3")])
    first = await house.anna.awaits(house.anna.dm, "2 tracks")
    await house.anna.post(house.anna.dm, files=[track("three.mp3")])
    shown = await house.anna.awaits(house.anna.dm, "3 tracks")
    assert shown.id != first.id, "it moves to the end"
    await house.double.until(lambda: first.deleted, "the old one to go")
    assert [each.author is house.double.bot for each in house.anna.dms] == [False, False, True]


async def test_on_a_server_only_files_with_a_mention_count(house: House) -> None:
    await house.ben.post(house.channel, "listen", files=[track("bens.mp3")])
    await house.anna.post(house.channel, f"<@{house.double.bot.id}>", files=[track("annas.mp3")])
    shown = await house.anna.awaits(house.channel, "1 track")
    assert "annas" in shown.text and "bens" not in shown.text


async def test_all_files_count_where_the_operator_wants_that(tmp_path: Path) -> None:
    async with open_house(tmp_path, hears_all=True) as house:
        await house.ben.post(house.channel, "only words")
        await house.ben.post(house.channel, "listen", files=[track("bens.mp3")])
        shown = await house.anna.awaits(house.channel, "1 track")
        assert "bens" in shown.text


async def test_an_intent_that_is_switched_off_is_named_and_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(tmp_path, hears_all=True, start=False) as house:
        house.double.gateway.allowed_intents &= ~Intent.MESSAGE_CONTENT
        await house.start()
        assert "switch on the message content intent" in caplog.text
        await house.anna.post(house.anna.dm, files=[track()])
        await house.anna.awaits(house.anna.dm, "1 track")


async def test_words_alone_are_answered_with_what_to_do(house: House) -> None:
    await house.anna.post(house.anna.dm, "hello?")
    await house.anna.awaits(house.anna.dm, "type / to see all that I can do")


async def test_a_dropped_download_is_tried_again(house: House) -> None:
    house.double.cdn.cut(1000, times=2)
    await house.anna.post(house.anna.dm, files=[track()])
    await house.anna.awaits(house.anna.dm, "1 track")
    house.double.cdn.fail(503, times=1)
    await house.anna.post(house.anna.dm, files=[track("two.mp3")])
    await house.anna.awaits(house.anna.dm, "2 tracks")


async def test_an_address_that_expired_is_fetched_again_with_its_message(house: House) -> None:
    async def four() -> bool:
        return len(house.double.cdn.downloads) == 4

    with house.double.cdn.stalled():
        await house.anna.post(house.anna.dm, files=[track(f"{at}.mp3") for at in range(6)])
        await until(four, what="four at once")
        house.double.clock.advance(LIFE_SECONDS + 1)
    await house.anna.awaits(house.anna.dm, "6 tracks")
    statuses = sorted(status for _, status in house.double.cdn.downloads)
    assert statuses == [200] * 6 + [404] * 2


async def test_a_file_that_is_gone_for_good_is_named(house: House) -> None:
    house.double.cdn.fail(404, times=1)
    large = Upload("large.mp3", b"x" * 2_000_001)
    await house.anna.post(house.anna.dm, files=[track("here.mp3"), large])
    shown = await house.anna.awaits(house.anna.dm, "1 track")
    assert "large.mp3: That file is too large: up to 2 MB are taken." in shown.text


async def test_a_download_that_is_sent_elsewhere_is_not_followed(house: House) -> None:
    visits: list[str] = []

    async def count(request: web.BaseRequest) -> web.Response:
        visits.append(request.path)
        return web.Response(body=track().data)

    async with RawTestServer(count) as elsewhere:
        house.double.cdn.send_on(str(elsewhere.make_url("/secret")))
        await house.anna.post(house.anna.dm, files=[track("sent.mp3"), track("here.mp3")])
        shown = await house.anna.awaits(house.anna.dm, "1 track")
    assert "Discord did not give it out" in shown.text
    assert visits == []


async def test_what_happened_elsewhere_is_told_in_the_slots_message(house: House) -> None:
    await house.anna.post(house.anna.dm, files=[track("one.mp3")])
    shown = await house.anna.awaits(house.anna.dm, "1 track")
    asker = asker_of(house)
    await house.chat.platform.show(Reply("Now two.", slot="tray"), asker)
    assert shown.text == "Now two.", "it was the last message, so it is changed"
    await house.anna.post(house.anna.dm, "thanks")
    await house.anna.awaits(house.anna.dm, "type /")
    await house.chat.platform.show(Reply("Now three.", slot="tray"), asker)
    assert shown.deleted and house.anna.dms[-1].text == "Now three."


async def test_a_server_that_cannot_be_written_to_is_answered_at_home(house: House) -> None:
    house.double.overwrite(house.channel, house.double.bot, deny=Permission.SEND_MESSAGES)
    await house.anna.post(house.channel, f"<@{house.double.bot.id}>", files=[track()])
    await house.anna.awaits(house.anna.dm, "1 track")


def asker_of(house: House) -> Asker:
    home = Place("discord", f"@{house.anna.id}")
    return Asker(identity=PersonId(f"discord:{house.anna.id}"), place=home, home=home)
