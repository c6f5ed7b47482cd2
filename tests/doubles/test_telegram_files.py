"""Files through the double: real bytes both ways, within Telegram's sizes."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from telegram import Bot, InputMediaAudio, InputMediaVideo
from telegram.error import BadRequest, InvalidToken, NetworkError

from tests import media
from tests.doubles.telegram import MEGABYTE, Chat, Limits, Person, Telegram, telegram_double


def _cover(side: int, form: str = "JPEG") -> bytes:
    content = BytesIO()
    Image.effect_noise((side, side), 90).save(content, form)
    return content.getvalue()


async def test_an_audio_arrives_with_its_bytes_and_thumbnail(bot: Bot, chat: Chat) -> None:
    song, cover = media.make("mp3").read_bytes(), _cover(320)
    sent = await bot.send_audio(
        chat.id, song, title="Tape", performer="Anna", duration=2, thumbnail=cover,
        filename="tape.mp3", caption="<i>one</i>", parse_mode="HTML",
    )  # fmt: skip
    shown = chat.messages[sent.id]
    assert shown.media is not None and shown.media.thumbnail is not None
    assert shown.media.bytes == song
    assert shown.media.thumbnail.file.read() == cover
    assert shown.html == "<i>one</i>"
    assert sent.audio is not None
    assert (sent.audio.title, sent.audio.performer, sent.audio.file_name) == (
        "Tape", "Anna", "tape.mp3",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cover", "words"),
    [
        (_cover(400), "400 x 400: no side may exceed 320 px"),
        (_cover(300, "PNG"), "PNG: it must be a JPEG"),
        (b"no picture", "no picture"),
        (_cover(200) + bytes(200_000), "it must be under 200 kB"),
    ],
)
async def test_a_bad_thumbnail_is_a_violation_though_telegram_says_nothing(
    telegram: Telegram, bot: Bot, chat: Chat, cover: bytes, words: str
) -> None:
    sent = await bot.send_audio(chat.id, media.make("mp3").read_bytes(), thumbnail=cover)
    assert sent.audio is not None and sent.audio.thumbnail is None
    assert words in telegram.violations[0]
    telegram.violations.clear()


async def test_a_video_has_its_cover_and_a_voice_is_a_voice(bot: Bot, chat: Chat) -> None:
    clip = media.make("mp4").read_bytes()
    video = await bot.send_video(
        chat.id, clip, duration=2, width=160, height=90, cover=_cover(200), supports_streaming=True
    )
    voice = await bot.send_voice(chat.id, media.make("opus").read_bytes(), duration=2)
    loop = await bot.send_animation(chat.id, clip)
    assert video.video is not None and video.video.cover is not None
    assert [each.width for each in video.video.cover] == [90, 200]
    assert voice.voice is not None and voice.voice.duration == timedelta(seconds=2)
    assert loop.animation is not None
    assert chat.messages[video.id].media is not None


async def test_what_is_no_music_arrives_as_a_document(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_audio(chat.id, media.make("flac").read_bytes(), filename="a.flac")
    assert sent.audio is None
    assert sent.document is not None and sent.document.file_name == "a.flac"


async def test_a_file_is_sent_again_by_its_id(bot: Bot, chat: Chat) -> None:
    first = await bot.send_audio(chat.id, media.make("mp3").read_bytes(), title="Tape")
    assert first.audio is not None
    again = await bot.send_audio(chat.id, first.audio.file_id, caption="again")
    assert again.audio is not None and again.audio.title == "Tape"
    with pytest.raises(BadRequest, match="Can't use file of type audio as video"):
        await bot.send_video(chat.id, first.audio.file_id)


async def test_an_album_of_uploads_keeps_each_file(bot: Bot, chat: Chat) -> None:
    songs = [media.make("mp3").read_bytes(), media.make("m4a").read_bytes()]
    sent = await bot.send_media_group(
        chat.id, [InputMediaAudio(song, thumbnail=_cover(90)) for song in songs]
    )
    shown = [chat.messages[each.id].media for each in sent]
    assert [each.bytes for each in shown if each] == songs
    assert all(each.thumbnail for each in shown if each)


async def test_a_photo_comes_in_sizes_that_are_real_jpegs(
    bot: Bot, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    Image.new("RGB", (3000, 1500), "teal").save(tmp_path / "cover.png")
    await anna.send_photo(chat, tmp_path / "cover.png", caption="cover")
    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert [(each.width, each.height) for each in message.photo] == [
        (90, 45), (320, 160), (800, 400), (1280, 640),
    ]  # fmt: skip
    content = await (await message.photo[-1].get_file()).download_as_bytearray()
    with Image.open(BytesIO(content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 640))


async def test_what_people_send_is_downloaded_as_it_was(
    bot: Bot, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    tags = {"title": "Late night", "artist": "Band"}
    song = media.make("ogg", tags=tags, to=tmp_path / "late.ogg")
    await anna.send_audio(chat, song)
    await anna.send_voice(chat, media.make("opus"))
    await anna.send_video(chat, media.make("mp4"), width=160, height=90)
    await anna.send_document(chat, song, name="list.bin")
    audio, voice, video, document = (each.message for each in await bot.get_updates())
    assert audio is not None and audio.audio is not None
    assert (audio.audio.title, audio.audio.performer) == ("Late night", "Band")
    assert audio.audio.duration == timedelta(seconds=2)
    assert await (await audio.audio.get_file()).download_as_bytearray() == song.read_bytes()
    assert voice is not None and voice.voice is not None
    assert video is not None and video.video is not None and video.video.width == 160
    assert document is not None and document.document is not None
    assert document.document.file_name == "list.bin"


async def test_a_file_over_20_mb_is_seen_but_not_given(bot: Bot, anna: Person, chat: Chat) -> None:
    await anna.send_claimed(chat, "audio", size=20 * MEGABYTE + 1, name="long.wav", duration=900)
    message = (await bot.get_updates())[-1].message
    assert message is not None and message.audio is not None
    assert message.audio.file_size == 20 * MEGABYTE + 1
    with pytest.raises(BadRequest, match="File is too big"):
        await message.audio.get_file()


async def test_a_download_link_ends_after_an_hour(
    telegram: Telegram, bot: Bot, anna: Person, chat: Chat
) -> None:
    sent = await anna.send_document(chat, media.make("mp3"))
    assert sent.media is not None
    file = await bot.get_file(sent.media.file.id)
    telegram.clock.skip(3601)
    with pytest.raises(InvalidToken):  # what python-telegram-bot makes of a 404
        await file.download_as_bytearray()


async def test_an_upload_over_50_mb_is_refused(telegram: Telegram, bot: Bot, chat: Chat) -> None:
    before = len(chat.messages)
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(chat.id, bytes(50 * MEGABYTE + 1), write_timeout=60)
    assert telegram.calls("sendDocument")[0].code == 413
    await bot.send_document(chat.id, bytes(50 * MEGABYTE), write_timeout=60, read_timeout=60)
    assert len(chat.messages) == before + 1


async def test_a_photo_over_its_own_limit_is_refused(tmp_path: Path) -> None:
    async with telegram_double(limits=Limits(photo=10_000)) as telegram:
        anna = telegram.user("Anna")
        await anna.start()
        async with Bot(telegram.token, base_url=telegram.base_url) as bot:
            with pytest.raises(NetworkError, match="Request Entity Too Large"):
                await bot.send_photo(anna.id, _cover(200))


async def test_a_local_server_takes_paths_and_gives_them(tmp_path: Path) -> None:
    async with telegram_double(local=True) as telegram:
        anna = telegram.user("Anna")
        chat = telegram.private(anna)
        await anna.send_claimed(chat, "video", size=1500 * MEGABYTE, name="long.mp4")
        bot = Bot(telegram.token, base_url=telegram.base_url, local_mode=True)
        async with bot:
            message = (await bot.get_updates())[-1].message
            assert message is not None and message.video is not None
            path = Path(str((await message.video.get_file()).file_path))
            assert path.is_absolute() and path.stat().st_size == 1500 * MEGABYTE
            large = tmp_path / "mix of ours.mp4"
            large.write_bytes(media.make("mp4").read_bytes())
            with large.open("ab") as file:
                file.truncate(60 * MEGABYTE)
            sent = await bot.send_video(chat.id, large)
            album = await bot.send_media_group(chat.id, [InputMediaVideo(large)] * 2)
    assert sent.video is not None and sent.video.file_size == 60 * MEGABYTE
    assert [each.video.file_name for each in album if each.video] == ["mix of ours.mp4"] * 2


async def test_a_path_means_nothing_to_the_public_server(telegram: Telegram, chat: Chat) -> None:
    mistaken = Bot(telegram.token, base_url=telegram.base_url, local_mode=True)
    async with mistaken:
        with pytest.raises(BadRequest, match="Wrong remote file identifier specified"):
            await mistaken.send_audio(chat.id, media.make("mp3"))
