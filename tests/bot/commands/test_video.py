"""/video: photos become an order, and a finished video another one that redoes only the change."""

from pathlib import Path
from typing import Any

import pytest

from bot.pipelines.facts import as_list
from bot.showing import show_result
from core.jobs import Job, Json, Order, Outcome, Product
from core.names import JobId, Place
from core.options import Attachment
from core.screens import LONGEST_ACTION, Reply
from tests.bot.chatting import WORDS, Chat, buttons_of, find_button
from tests.core.film.scenes import scene
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna"), Someone("bert")
MP3 = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3
JPEG = b"\xff\xd8\xff\xe0" + bytes(99)


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def photo(tmp_path: Path) -> Attachment:
    return make(tmp_path, "sea.jpg", JPEG)


def make(folder: Path, name: str, content: bytes) -> Attachment:
    (folder / name).write_bytes(content)
    return Attachment(folder / name, name, len(content))


def ordered(chat: Chat, reply: Reply) -> Order:
    return chat.jobs.orders[reply.job or JobId("")]


async def made(chat: Chat, folder: Path, photo: Attachment, **given: object) -> Job:
    """A video of Anna's that is done."""
    reply = await chat.say(ANNA.here, "video", photos=[photo], **given)
    music = make(folder, "music.wav", b"RIFF")
    soundtrack: dict[str, Json] = {
        "path": str(music.path), "seconds": 30.0, "tempo": 90.0, "beats": [0.5, 1.0],
        "provider": "Tapedeck's composer", "note": "",
    }  # fmt: skip
    details: dict[str, Json] = {
        "title": "Aquamarine", "style": "film", "duration": 30.0, "scene": scene().as_json(),
        "soundtrack": soundtrack, "rejected": [], "provider": "Us", "prompt": "Slow guitar",
    }  # fmt: skip
    video = Product("video", str(folder / "sea.mp4"), "sea.mp4", 9_000_000, 30.0)
    outcome = Outcome("“Aquamarine” is ready: 0:30, film.", (video,), details)
    return chat.jobs.finish(reply.job or JobId(""), outcome)


async def test_a_photo_becomes_an_order_with_all_that_makes_the_video(
    chat: Chat, photo: Attachment
) -> None:
    reply = await chat.say(
        ANNA.here, "video", photos=[photo], style="calm", length=12, music="dreamy", card="yes"
    )
    order = ordered(chat, reply)
    assert reply.text == "Making a music video of your photo."
    assert (order.kind, order.title) == ("video", "Video of a photo")
    assert (order.person, order.place) == (ANNA.person, ANNA.here.place)
    assert order.request["photos"] == [{"path": str(photo.path), "label": "sea.jpg"}]
    wanted = {"style": "calm", "seconds": 12.0, "music": "dreamy", "card": True, "track": None}
    assert wanted.items() <= order.request.items()


async def test_a_sound_among_the_photos_is_the_music(
    chat: Chat, photo: Attachment, tmp_path: Path
) -> None:
    song, notes = make(tmp_path, "song.dat", MP3), make(tmp_path, "notes.txt", b"words")
    order = ordered(chat, await chat.say(ANNA.here, "video", photos=[photo, song, notes]))
    assert order.request["track"] == {"path": str(song.path), "label": "song.dat"}
    labels = [file["label"] for file in as_list(order.request["photos"])]
    assert labels == ["sea.jpg", "notes.txt"]  # the pipeline names what is none, and goes on
    own = make(tmp_path, "own.mp3", MP3)
    order = ordered(chat, await chat.say(ANNA.here, "video", photos=[photo, song], track=own))
    assert order.request["track"] == {"path": str(own.path), "label": "own.mp3"}


async def test_without_a_photo_it_says_what_to_do(chat: Chat, tmp_path: Path) -> None:
    reply = await chat.say(ANNA.here, "video", photos=[make(tmp_path, "song.mp3", MP3)])
    assert reply.text.startswith("There is no photo yet.") and reply.job is None
    reply = await chat.say(ANNA.here, "video")
    assert reply.text == "“photos” is missing: the photos, in order."


async def test_too_many_photos_are_told(chat: Chat, photo: Attachment) -> None:
    reply = await chat.say(ANNA.here, "video", photos=[photo] * 11)
    assert reply.text.startswith("“photos” takes up to 10 files, not 11")


async def test_a_private_video_goes_home(chat: Chat, photo: Attachment) -> None:
    reply = await chat.say(ANNA.here, "video", photos=[photo, photo], private="yes")
    order = ordered(chat, reply)
    assert order.private and order.place == ANNA.here.home and reply.alone
    assert reply.text.startswith("Making a music video of 2 photos. Nobody else will see")


async def test_where_results_go_is_as_the_person_usually_wants_it(
    chat: Chat, photo: Attachment
) -> None:
    await chat.people.set(ANNA.person, "where", "dm")
    order = ordered(chat, await chat.say(ANNA.here, "video", photos=[photo]))
    assert order.place == Place("toy", "dm-anna") and order.limit is None


async def test_it_is_in_the_menu_of_messages(chat: Chat) -> None:
    menus = {command.entry.menu: command.entry.name for command in chat.desk.commands}
    assert menus["Make music video"] == "video"


# --- again, with a change


async def test_other_music_keeps_what_was_seen(
    chat: Chat, photo: Attachment, tmp_path: Path
) -> None:
    job = await made(chat, tmp_path, photo, style="film", seed=5)
    shown = show_result(job, [], WORDS.to("en"), alone=False)
    again = ordered(chat, await chat.tap(ANNA.here, shown, "Other music"))
    before = chat.jobs.orders[job.id].request
    assert again.request["scene"] == scene().as_json()
    assert again.request["soundtrack"] is None and again.request["track"] is None
    assert again.request["seed"] != 5
    same = ("photos", "style", "seconds", "captions", "card", "title")
    assert all(again.request[name] == before[name] for name in same)


async def test_another_style_keeps_the_music(chat: Chat, photo: Attachment, tmp_path: Path) -> None:
    job = await made(chat, tmp_path, photo, seed=5)
    shown = show_result(job, [], WORDS.to("en"), alone=False)
    asked = await chat.tap(ANNA.here, shown, "Other style")
    assert asked.form is not None and asked.form.values["style"] == "calm"
    reply = await chat.press(ANNA.here, asked.form.action, {"style": "polaroid"})
    request: Any = ordered(chat, reply).request
    assert request["style"] == "polaroid" and request["seed"] == 5
    assert request["soundtrack"]["path"] == str(tmp_path / "music.wav")
    assert request["scene"]["title"] == "Where the morning goes"


async def test_a_style_that_there_is_not_is_told(
    chat: Chat, photo: Attachment, tmp_path: Path
) -> None:
    job = await made(chat, tmp_path, photo)
    reply = await chat.press(ANNA.here, f"video.style:{job.id}", {"style": "loud"})
    assert reply.text.startswith("“style” must be one of calm, film, pulse, polaroid")


@pytest.mark.parametrize("gone", ["sea.jpg", "music.wav"])
async def test_what_is_gone_is_told(
    chat: Chat, photo: Attachment, tmp_path: Path, gone: str
) -> None:
    job = await made(chat, tmp_path, photo)
    (tmp_path / gone).unlink()
    reply = await chat.press(ANNA.here, f"video.style:{job.id}", {"style": "calm"})
    assert reply.text.startswith("The photos or the music of that video are no longer here")
    assert reply.job is None
    if gone == "music.wav":  # which is not needed to make other music
        assert (await chat.press(ANNA.here, f"video.music:{job.id}")).job is not None


async def test_the_library_has_the_same_buttons(
    chat: Chat, photo: Attachment, tmp_path: Path
) -> None:
    await made(chat, tmp_path, photo)
    page = await chat.say(ANNA.here, "library")
    item = await chat.tap(ANNA.here, page, "1")
    assert item.lines == (
        "Music by Us, who was asked for: Slow guitar", "[chorus]", "La la la", "lo lo lo",
    )  # fmt: skip
    assert find_button(item, "Other music") and find_button(item, "Other style").opens_form
    assert all(len(each.action.encode()) <= LONGEST_ACTION for each in buttons_of(item))
    assert all(len(row) <= 5 for row in item.buttons)


@pytest.mark.parametrize("action", ["music", "style"])
@pytest.mark.parametrize("given", [None, {"style": "calm"}])
async def test_a_stranger_makes_nothing_of_anothers_video(
    chat: Chat, photo: Attachment, tmp_path: Path, action: str, given: dict[str, object] | None
) -> None:
    job = await made(chat, tmp_path, photo)
    reply = await chat.press(BERT.here, f"video.{action}:{job.id}", given)
    assert reply.job is None and reply.form is None and "Aquamarine" not in repr(reply)
    assert reply.text.startswith("That is not yours, or it is gone.")


async def test_a_mixtape_is_no_video(chat: Chat) -> None:
    job = await chat.made(ANNA, "Tape")
    reply = await chat.press(ANNA.here, f"video.music:{job.id}")
    assert reply.text == "That cannot be made again with a change."


async def test_a_button_pressed_twice_is_one_job(
    chat: Chat, photo: Attachment, tmp_path: Path
) -> None:
    job = await made(chat, tmp_path, photo)
    action = f"video.music:{job.id}"
    one, other = [await chat.desk.press(action, ANNA.here, key="same") for _ in range(2)]
    assert one.job is not None and one.job == other.job
