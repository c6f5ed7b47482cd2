"""Being there: wrong tokens, news that came while we were away, and the address for news."""

import asyncio
import itertools
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from telegram import Bot, Update

from adapters.telegram.news import Journal
from adapters.web.hooks import list_hooks
from core.errors import UserError
from tests.adapters.telegram.house import House, make_house, open_house
from tests.adapters.telegram.test_talking import has, song
from tests.doubles.telegram import Chat, Person, Telegram


async def test_a_wrong_token_is_named_and_not_shown(telegram: Telegram, tmp_path: Path) -> None:
    wrong = telegram.token[:-4] + "xxxx"
    async with make_house(telegram, tmp_path / "house", token=wrong) as house:
        with pytest.raises(UserError, match="TAPEDECK_TELEGRAM_TOKEN") as caught:
            await house.chat.sign_in()
        assert wrong not in str(caught.value)
        assert caught.value.__suppress_context__


async def test_a_network_that_is_down_keeps_nobody_out(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.chat._RETRY_SECONDS", 0.1)
    telegram.faults.refuse(502, method="getMe", times=2)
    async with open_house(telegram, tmp_path / "house"):
        asked = await anna.write(chat, "/help")
        assert await anna.hears(chat, after=asked)


@pytest.mark.parametrize(
    ("failures", "name"), [(0, "Telegram as @tapedeck_bot"), (1, "Telegram (not reached yet)")]
)
async def test_says_under_which_name_it_is_there_or_that_it_is_not_yet(
    telegram: Telegram, tmp_path: Path, failures: int, name: str
) -> None:
    if failures:
        telegram.faults.refuse(502, method="getMe", times=failures)
    async with make_house(telegram, tmp_path / "house") as house:
        await house.chat.sign_in()
        async with house.chat.serve() as told:
            assert told == name


async def test_what_came_while_we_were_away_is_answered(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    asked = await anna.write(chat, "/help")
    await anna.send_audio(chat, song(1))
    async with open_house(telegram, tmp_path / "house"):
        await anna.hears(chat, after=asked)
        await anna.hears(chat, has("Mix"))


async def test_what_a_crash_cut_short_is_taken_up_again_and_nothing_twice(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    async with open_house(telegram, tmp_path / "house") as house:
        asked = await anna.write(chat, "/help")
        await anna.hears(chat, after=asked)
        telegram.faults.delay(60, method="download")
        await anna.send_audio(chat, song(1))
        await telegram.until(lambda: telegram.calls("getFile"))
        assert house.shown(anna, chat)
    telegram.faults.clear()
    async with open_house(telegram, tmp_path / "house") as house:
        tray = await anna.hears(chat, has("Mix"))
        assert "1 track" in tray.plain
        assert len(house.shown(anna, chat)) == 2, "help was answered once"


async def test_news_by_our_own_address_need_the_secret(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    """Telegram calls the sidecar's route; whoever else does is turned away."""
    app, holder = web.Application(), dict[str, House]()

    async def hear(headers: object, body: bytes) -> int:
        return await holder["house"].chat.hear(headers, body)  # type: ignore[arg-type] # headers

    app.add_routes(list_hooks({"telegram": hear}))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/telegram"
    try:
        async with open_house(
            telegram, tmp_path / "house", webhook=address, secret="s3cret-of-the-hook"
        ) as house:
            holder["house"] = house
            await telegram.until(lambda: telegram.calls("setWebhook"))
            asked = await anna.write(chat, "/help")
            assert await anna.hears(chat, after=asked)
            async with ClientSession() as session:
                for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}):
                    async with session.post(address, json={}, headers=headers) as answer:
                        assert answer.status == 403
    finally:
        await runner.cleanup()


async def test_an_update_that_comes_twice_is_taken_once(house: House, telegram: Telegram) -> None:
    notes = house.counter.notes
    journal, update = Journal(notes), Update(77)
    assert await journal.begin([update, Update(78)]) == [update, Update(78)]
    assert await journal.begin([update]) == []
    left, start = await Journal(notes).open(Bot(telegram.token))
    assert [each.update_id for each in left] == [77, 78]
    assert start == 79
    await journal.end(update)
    left, _ = await Journal(notes).open(Bot(telegram.token))
    assert [each.update_id for each in left] == [78]


async def test_progress_keeps_to_the_budget(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    """Edits of a progress message are at least three seconds apart, whatever happens."""
    await anna.send_audio(chat, song(1), caption="/mixtape")
    running = await anna.hears(chat, has("Cancel"))
    job = await house.job_of(anna)
    telegram.faults.flood(2, method="editMessageText")
    for percent in range(0, 60, 2):
        house.jobs.run(job.id, "mixing", float(percent))
        await asyncio.sleep(0.2)
    edits = telegram.calls("editMessageText", chat=chat)
    gaps = [after.at - before.at for before, after in itertools.pairwise(edits)]
    assert edits
    assert all(gap >= 2.5 for gap in gaps)
    await house.deliver(house.finish(job.id))
    assert running.now.kind == "audio"
