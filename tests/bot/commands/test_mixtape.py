"""/mixtape mixes what comes along, or what is on the tray, as the person usually wants it."""

from pathlib import Path

import pytest

from bot.pipelines.facts import as_list
from core.names import JobId, Place
from core.options import Attachment
from tests.bot.chatting import Chat
from tests.fakes_people import Someone, mixtape_outcome, sound
from tests.links import LINK, OTHER

ANNA = Someone("anna")
MP3 = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def test_tracks_that_come_along_are_mixed(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3"), sound("b.mp3")])
    assert reply.text == "Mixing 2 tracks."
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.place == ANNA.here.place and order.asked is None and not order.private
    assert (order.server, order.limit) == ("toy:server", 10_000_000)
    assert order.request["crossfade"] == 6.0 and order.request["order"] == "given"


async def test_a_single_track_is_mastered(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")])
    assert reply.text == "Mastering 1 track."


async def test_what_is_left_out_comes_from_the_settings(chat: Chat) -> None:
    for name, value in {"crossfade": "8", "video": "no", "where": "dm", "language": "en"}.items():
        await chat.people.set(ANNA.person, name, value)
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")], crossfade=2)
    assert reply.text == "Mastering 1 track. The result comes to you as a direct message."
    order = chat.jobs.orders[reply.job or JobId("")]
    assert (order.request["crossfade"], order.request["video"]) == (2.0, False)
    assert order.place == Place("toy", "dm-anna") and order.asked == ANNA.here.place
    assert order.limit is None


async def test_a_private_result_goes_home(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")], private="yes")
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.private and order.place == ANNA.here.home and reply.alone
    assert "Nobody else will see the result" in reply.text


async def test_at_home_there_is_nowhere_else_to_go(chat: Chat) -> None:
    reply = await chat.say(ANNA.at_home, "mixtape", tracks=[sound("a.mp3")], where="dm")
    order = chat.jobs.orders[reply.job or JobId("")]
    assert reply.text == "Mastering 1 track." and order.asked is None
    assert order.limit == 10_000_000


async def test_without_tracks_the_tray_is_mixed(chat: Chat) -> None:
    tracks = [sound("a.mp3"), sound("b.mp3")]
    tray = await chat.trays.add(ANNA.person, tracks, key="k")
    await chat.trays.change(
        ANNA.person,
        lambda now: type(tray)(
            person=now.person, items=now.items, options={"title": "T", "crossfade": "1"}
        ),
    )
    reply = await chat.say(ANNA.here, "mixtape", crossfade=3)
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.title == "T" and order.request["crossfade"] == 3.0
    assert reply.text == "Mixing 2 tracks."
    assert not (await chat.trays.find(ANNA.person)).items


async def test_tracks_that_come_along_leave_the_tray_alone(chat: Chat) -> None:
    await chat.trays.add(ANNA.person, [sound("a.mp3")], key="k")
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("b.mp3")])
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.request["tracks"] == [{"path": "/uploads/b.mp3", "label": "b.mp3"}]
    assert len((await chat.trays.find(ANNA.person)).items) == 1


async def test_nothing_at_all_says_what_to_do(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape")
    assert reply.text.startswith("There is nothing to mix yet. Attach tracks")


async def test_a_photo_among_the_tracks_becomes_the_cover(chat: Chat, tmp_path: Path) -> None:
    def make(name: str, content: bytes) -> Attachment:
        (tmp_path / name).write_bytes(content)
        return Attachment(tmp_path / name, name, len(content))

    photo = make("photo.dat", b"\xff\xd8\xff\xe0" + bytes(99))
    files = [make("a.mp3", MP3), photo, make("notes.txt", b"words")]
    reply = await chat.say(ANNA.here, "mixtape", tracks=files)
    request = chat.jobs.orders[reply.job or JobId("")].request
    assert request["cover"] == {"path": str(photo.path), "label": "photo.dat"}
    assert [track["label"] for track in as_list(request["tracks"])] == ["a.mp3", "notes.txt"]
    own = make("own.png", b"\x89PNG\r\n\x1a\n")
    reply = await chat.say(ANNA.here, "mixtape", tracks=files, cover=own)
    cover = chat.jobs.orders[reply.job or JobId("")].request["cover"]
    assert cover == {"path": str(own.path), "label": "own.png"}


async def test_a_photo_alone_goes_with_the_tray(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"\x89PNG\r\n\x1a\n")
    photo = Attachment(tmp_path / "p", "p.png", 8)
    assert (await chat.say(ANNA.here, "mixtape", tracks=[photo])).text.startswith(
        "There is nothing"
    )
    await chat.trays.add(ANNA.person, [sound("a.mp3")], key="k")
    reply = await chat.say(ANNA.here, "mixtape", tracks=[photo])
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.request["cover"] == {"path": str(photo.path), "label": "p.png"}


async def test_the_menu_of_a_photo_leaves_the_tray_alone(chat: Chat, tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"\x89PNG\r\n\x1a\n")
    photo = Attachment(tmp_path / "p", "p.png", 8)
    await chat.trays.add(ANNA.person, [sound("a.mp3")], key="k")
    for given in ({"cover": photo}, {"tracks": [photo]}):
        reply = await chat.choose(ANNA.here, "mixtape", **given)
        assert reply.text.startswith("That message has no track to mix.") and reply.failed
        assert "choose “Add to mixtape” in the same menu" in reply.text
    assert not chat.jobs.orders and len((await chat.trays.find(ANNA.person)).items) == 1
    reply = await chat.choose(ANNA.here, "mixtape", tracks=[sound("b.mp3")], cover=photo)
    assert reply.text == "Mastering 1 track."


async def test_links_come_behind_files(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")], links=f"{LINK}\n{OTHER}")
    assert reply.text == "Mixing 3 tracks."
    request = chat.jobs.orders[reply.job or JobId("")].request
    assert as_list(request["tracks"])[1:] == [
        {"url": LINK, "label": LINK}, {"url": OTHER, "label": OTHER},
    ]  # fmt: skip


async def test_a_title_that_is_nothing_but_links_is_links(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", title=f"{LINK} {OTHER}")
    request = chat.jobs.orders[reply.job or JobId("")].request
    assert [each["url"] for each in as_list(request["tracks"])] == [LINK, OTHER]
    assert request["title"] == ""


async def test_words_that_are_no_links_are_told(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "mixtape", links="song.mp3")
    assert "“song.mp3” is not a link" in reply.text


async def test_a_mixtape_of_links_is_made_again(chat: Chat) -> None:
    first = await chat.say(ANNA.here, "mixtape", links=LINK, title="Linked")
    job = chat.jobs.finish(first.job or JobId(""), mixtape_outcome("Linked"))
    reply = await chat.say(ANNA.here, "again", job=job.id, crossfade=2)
    assert reply.job is not None, reply.text
    assert chat.jobs.orders[reply.job].request["crossfade"] == 2.0
