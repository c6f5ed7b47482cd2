"""Files on their way in: sizes, broken lines, and a Bot API server of one's own."""

from pathlib import Path

import pytest

from tests.adapters.telegram.house import House, open_house
from tests.adapters.telegram.test_talking import has, song
from tests.doubles.telegram import MEGABYTE, Chat, Person, Telegram, telegram_double


async def test_more_than_twenty_megabytes_get_the_reason_and_a_page(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    await anna.send_claimed(chat, "audio", size=31 * MEGABYTE, name="long.flac")
    answer = await anna.hears(chat)
    assert "long.flac" in answer.plain
    assert "20 MB" in answer.plain
    assert answer.buttons[0][0].url == f"https://deck.test/upload/telegram:{anna.id}"
    assert telegram.calls("getFile") == []


async def test_in_a_group_the_page_is_for_the_person_alone(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    group = telegram.supergroup("Band", anna)
    caption = "/tray@tapedeck_bot"
    await anna.send_claimed(group, "audio", size=31 * MEGABYTE, name="long.flac", caption=caption)
    answer = await anna.hears(chat)
    assert answer.buttons[0][0].url.startswith("https://deck.test/upload/")
    assert not any(each.buttons for each in house.shown(anna, group))


async def test_a_broken_download_is_tried_again(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    telegram.faults.hang_up(method="download")
    telegram.faults.refuse(502, method="download")
    await anna.send_audio(chat, song(1))
    tray = await anna.hears(chat, has("Mix"))
    assert "1 track" in tray.plain


async def test_a_download_that_never_works_is_told_and_leaves_nothing(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    telegram.faults.refuse(502, method="download", times=3)
    await anna.send_audio(chat, song(1), name="one.mp3")
    answer = await anna.hears(chat)
    assert "“one.mp3” did not come through" in answer.plain
    assert list((house.folder / "uploads").iterdir()) == []


async def test_no_log_line_has_the_token_in_it(
    house: House,
    telegram: Telegram,
    anna: Person,
    chat: Chat,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "adapters")
    telegram.faults.refuse(502, method="download", times=3)
    await anna.send_audio(chat, song(1))
    await anna.hears(chat)
    own = [each for each in caplog.records if each.name.startswith("adapters")]
    assert own
    assert not any(telegram.token in each.getMessage() + str(each.exc_text) for each in own)


async def test_a_server_of_ones_own_hands_over_larger_files_by_their_path(tmp_path: Path) -> None:
    async with telegram_double(local=True) as telegram:
        anna = telegram.user("Anna")
        chat = telegram.private(anna)
        folder = telegram.world.files.folder
        limit = 2000 * MEGABYTE
        async with open_house(
            telegram, tmp_path / "house", folder=folder, download=limit, upload=limit
        ) as house:
            sent = await anna.send_audio(chat, song(1), name="one.mp3")
            tray = await anna.hears(chat, has("Mix"))
            assert "1 track" in tray.plain
            assert sent.media is not None
            assert sent.media.bytes == song(1).read_bytes(), "copied, not moved"
            uploads = list((house.folder / "uploads").iterdir())
            assert [each.read_bytes() for each in uploads] == [song(1).read_bytes()]
            assert telegram.violations == []


async def test_a_path_outside_of_the_servers_folder_is_never_read(tmp_path: Path) -> None:
    async with telegram_double(local=True) as telegram:
        anna = telegram.user("Anna")
        chat = telegram.private(anna)
        other = tmp_path / "other"
        other.mkdir()
        async with open_house(telegram, tmp_path / "house", folder=other) as house:
            await anna.send_audio(chat, song(1), name="one.mp3")
            answer = await anna.hears(chat)
            assert "not in its folder" in answer.plain
            assert list((house.folder / "uploads").iterdir()) == []
