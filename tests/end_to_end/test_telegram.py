"""Telegram from end to end: the real program, its worker and its client."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from mutagen.mp3 import MP3
from PIL import Image

from tests.adapters.ffmpeg.rendering import measure
from tests.doubles.telegram import Chat, Limits, Message, Person, Telegram, telegram_double
from tests.end_to_end.deck import Deck
from tests.media import Sound, make

LONG = 90.0
"""Seconds that a mixtape may take on a machine that is busy with other tests."""


@pytest.fixture(autouse=True)
def _times_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with telegram_double() as telegram:
        yield telegram


@pytest.fixture
async def deck(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Deck]:
    deck = Deck(tmp_path)
    await start(deck, telegram)
    yield deck
    await asyncio.to_thread(deck.stop)
    log = (deck.data / "tapedeck.log").read_text()
    assert telegram.token not in log
    assert "Traceback" not in log, log[-3000:]


async def start(deck: Deck, telegram: Telegram, **settings: str) -> None:
    known: dict[str, Any] = {
        "TAPEDECK_TELEGRAM_TOKEN": telegram.token,
        "TAPEDECK_TELEGRAM_API": telegram.base_url.removesuffix("/bot"),
        **settings,
    }
    await asyncio.to_thread(lambda: deck.start(**known))


async def newcomer(telegram: Telegram, name: str) -> tuple[Person, Chat]:
    person = telegram.user(name)
    started = await person.start()
    chat = telegram.private(person)
    await person.hears(chat, after=started, seconds=LONG)
    return person, chat


def song(number: int, form: str = "mp3", seconds: float = 5.0) -> Path:
    tags = {"title": f"Song {number}", "artist": f"Band {number}"}
    return make(form, Sound(wave="music", seconds=seconds, seed=number), tags=tags)


def has(*labels: str) -> Callable[[Message], bool]:
    return lambda message: set(labels) <= set(message.labels)


def audio(title: str) -> Callable[[Message], bool]:
    return lambda m: m.media is not None and m.media.details.title == title


def print_chat(person: Person, chat: Chat) -> None:
    """What people see, for whoever reads the test's output."""
    for message in person.sees(chat):
        who = "bot" if message.sender.is_bot else person.user.first_name
        rows = [" ".join(f"[{each.label}]" for each in row) for row in message.buttons]
        print(f"{who} <{message.kind}>", message.plain, *rows, sep="\n    ")


async def test_four_tracks_and_a_photo_become_a_mixtape(
    deck: Deck, telegram: Telegram, tmp_path: Path
) -> None:
    anna, chat = await newcomer(telegram, "Anna")
    photo = tmp_path / "beach.jpg"
    Image.radial_gradient("L").resize((900, 900)).convert("RGB").save(photo)
    await anna.send_album(chat, [song(1), song(2, "m4a")])
    await anna.send_document(chat, song(3, "flac"))
    await anna.send_document(chat, song(4, "wav"))
    await anna.send_photo(chat, photo)
    await anna.hears(chat, lambda m: "4 tracks" in m.plain and "over" in m.plain, seconds=LONG)
    asked = await anna.write(chat, '/mixtape title="Late night" crossfade=2')
    running = await anna.hears(chat, has("Cancel"), after=asked, seconds=LONG)
    await telegram.until(lambda: "%" in running.now.plain or running.now.media, seconds=LONG)
    result = await anna.hears(chat, audio("Late night"), after=asked, seconds=LONG)
    assert result.id == running.id
    words = await anna.hears(chat, has("Download"), after=asked, seconds=LONG)
    print_chat(anna, chat)
    assert words.labels == ["Download", "Make again", "Delete"]
    assert [m.kind for m in anna.sees(chat) if m.id > asked.id] == ["audio", "video", "text"]
    assert result.media is not None
    assert_tagged(result.media.bytes, ["Band 1", "Band 2", "Band 3", "Band 4"])
    heard = tmp_path / "heard.mp3"
    heard.write_bytes(result.media.bytes)
    loudness, peak = measure(heard)
    assert abs(loudness + 14) <= 0.5
    assert peak <= -1.0
    (kept,) = (deck.data / "jobs").glob("*/out/*.mp3")
    assert kept.read_bytes() == result.media.bytes


def assert_tagged(content: bytes, artists: list[str]) -> None:
    mp3 = MP3(io.BytesIO(content))
    assert mp3.tags is not None
    assert str(mp3.tags["TIT2"]) == "Late night"
    chapters = sorted(mp3.tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    assert [str(each.sub_frames["TIT2"]) for each in chapters] == [
        f"{artist} – Song {number}" for number, artist in enumerate(artists, 1)
    ]
    with Image.open(io.BytesIO(mp3.tags.getall("APIC")[0].data)) as cover:
        assert cover.convert("L").getpixel((2, 2)) != cover.convert("L").getpixel(
            (cover.width // 2, cover.height // 2)
        ), "it is the photo"


async def test_two_people_a_bad_file_a_cancel_and_a_restart(
    deck: Deck, telegram: Telegram, tmp_path: Path
) -> None:
    anna, hers = await newcomer(telegram, "Anna")
    otto, his = await newcomer(telegram, "Otto")
    bad = tmp_path / "words.txt"
    bad.write_text("this is no sound")
    await anna.send_album(hers, [song(1), song(2)], caption='/mixtape title="Annas" no-video')
    await otto.send_audio(his, song(3))
    await otto.send_document(his, bad)
    tray = await otto.hears(his, has("Mix"), seconds=LONG)
    assert "words.txt" in tray.plain
    await anna.hears(hers, audio("Annas"), seconds=LONG)
    await otto.send_audio(his, song(4, seconds=120))
    await otto.send_audio(his, song(5, seconds=120))
    tray = await otto.hears(his, lambda m: "3 tracks" in m.plain, seconds=LONG)

    assert await asyncio.to_thread(deck.stop) == 0
    await otto.press(tray, "Mix")  # while nobody is there
    await start(deck, telegram)
    running = await otto.hears(his, has("Cancel"), seconds=LONG)
    await telegram.until(lambda: "%" in running.now.plain, seconds=LONG)
    await otto.answered(await otto.press(running, "Cancel"))
    await telegram.until(lambda: "ancel" in running.now.plain, seconds=LONG)
    assert running.now.labels == []
    assert not any(m.media and m.sender.is_bot for m in otto.sees(his))
    assert "Annas" not in " ".join(m.plain for m in otto.sees(his))


async def test_a_kill_in_the_middle_loses_nothing_and_no_file_comes_twice(
    deck: Deck, telegram: Telegram
) -> None:
    anna, chat = await newcomer(telegram, "Anna")
    telegram.faults.delay(30, method="editMessageMedia")  # it is done, and we do not hear of it
    await anna.send_album(chat, [song(1), song(2)], caption='/mixtape title="Kept" no-video')
    await anna.hears(chat, audio("Kept"), seconds=LONG)
    await asyncio.to_thread(deck.kill, gateway=True, worker=True)
    telegram.faults.clear()
    await start(deck, telegram)
    await anna.hears(chat, has("Download"), seconds=LONG)
    kinds = [m.kind for m in anna.sees(chat) if m.sender.is_bot]
    assert kinds.count("audio") == 1
    print(f"after a kill between send and done: {kinds.count('audio')} file, 0 lost")


async def test_a_broken_upload_is_sent_again_once(telegram: Telegram, tmp_path: Path) -> None:
    deck = Deck(tmp_path)
    await start(deck, telegram)
    try:
        anna, chat = await newcomer(telegram, "Anna")
        telegram.faults.hang_up(method="editMessageMedia")
        await anna.send_album(chat, [song(1), song(2)], caption='/mixtape title="Cut" no-video')
        await anna.hears(chat, has("Download"), seconds=LONG)
        sent = [m for m in anna.sees(chat) if m.media and m.sender.is_bot]
        assert [m.media.details.title for m in sent if m.media] == ["Cut"]
    finally:
        await asyncio.to_thread(deck.stop)
    assert "cannot be reached just now" in (deck.data / "tapedeck.log").read_text()


@pytest.mark.parametrize(
    ("limit", "count", "said"), [(450_000, 1, "so this is AAC"), (220_000, 2, "parts")]
)
async def test_what_is_too_large_comes_as_it_fits(
    tmp_path: Path, limit: int, count: int, said: str
) -> None:
    async with telegram_double(limits=Limits(upload=limit)) as telegram:
        deck = Deck(tmp_path)
        await start(deck, telegram)
        try:
            anna, chat = await newcomer(telegram, "Anna")
            caption = '/mixtape title="Large" no-video crossfade=0'
            await anna.send_album(chat, [song(1, seconds=20), song(2, seconds=20)], caption=caption)
            await anna.hears(chat, has("Download"), seconds=LONG)
            print_chat(anna, chat)
            sent = [m for m in anna.sees(chat) if m.media and m.sender.is_bot]
            assert [m.kind for m in sent] == ["audio"] * count
            assert all(len(m.media.bytes) <= limit for m in sent if m.media)
            told = " ".join(m.plain for m in anna.sees(chat) if m.sender.is_bot)
            assert "Telegram takes" in told and said in told
        finally:
            await asyncio.to_thread(deck.stop)


async def test_a_blocked_bot_goes_on_for_the_others(deck: Deck, telegram: Telegram) -> None:
    anna, hers = await newcomer(telegram, "Anna")
    otto, his = await newcomer(telegram, "Otto")
    await anna.send_album(hers, [song(1), song(2)], caption="/mixtape no-video")
    await anna.hears(hers, has("Cancel"), seconds=LONG)
    anna.block()
    await otto.send_album(his, [song(3), song(4)], caption='/mixtape title="His" no-video')
    await otto.hears(his, audio("His"), seconds=LONG)


async def test_many_jobs_of_one_do_not_keep_another_waiting(
    telegram: Telegram, tmp_path: Path
) -> None:
    """Two hundred jobs of one person wait, and another's single one is next."""
    deck = Deck(tmp_path)
    await start(deck, telegram, TAPEDECK_PERSON_JOBS="0", TAPEDECK_SLOTS="1")
    try:
        anna, chat = await newcomer(telegram, "Anna")
        async with deck.person() as busy:
            upload = await busy.upload("one.mp3", song(1, seconds=30).read_bytes())
            for number in range(200):
                await busy.send(
                    "mixtape",
                    key=f"many-{number:04}",
                    values={"title": f"T {number}", "video": False},
                    files={"tracks": [upload]},
                )
        caption = '/mixtape title="Just one" no-video'
        await anna.send_album(chat, [song(2), song(3)], caption=caption)
        await anna.hears(chat, audio("Just one"), seconds=LONG)
        waiting = deck.rows("SELECT count(*) FROM jobs WHERE state = 'queued'")[0][0]
        assert isinstance(waiting, int)
        assert waiting > 150
    finally:
        await asyncio.to_thread(deck.stop)
