"""Results: whole, once, in the place where they belong, whatever goes wrong on the way."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.editing import ThrottledError
from core.calls import Asker
from core.errors import ServiceError, UserError
from core.jobs import Job, Mail, Order, Product
from core.names import Place
from core.screens import Reply
from tests.adapters.telegram.house import FakeFitting, House, make_house, open_house, place_of
from tests.doubles.telegram import Chat, Limits, Message, Person, Telegram, telegram_double


async def order(house: House, person: Person, chat: Chat, **changes: object) -> Job:
    """A job of somebody's, asked for in a chat."""
    place = place_of(chat)
    request = Order(
        key=f"k{len(house.jobs.orders)}",
        kind="mixtape",
        title="Late night",
        person=f"telegram:{person.id}",  # type: ignore[arg-type] # an identity
        place=place,
        request={},
    )
    return await house.jobs.start(replace(request, **changes))  # type: ignore[arg-type] # fields


async def announce(house: House, person: Person, chat: Chat, job: Job) -> Message:
    """Its progress message, as a command's answer leaves it."""
    home = Place("telegram", str(person.id))
    asker = Asker(identity=job.person, place=place_of(chat), home=home)
    await house.chat.platform.show(Reply("", job.id), asker)
    return house.shown(person, chat)[-1]


async def test_the_progress_message_becomes_the_result(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    job = await order(house, anna, chat)
    progress = await announce(house, anna, chat, job)
    await house.deliver(house.finish(job.id))
    audio, words = house.shown(anna, chat)
    assert audio.id == progress.id
    assert audio.media is not None
    assert audio.media.details.title == "Late night"
    assert audio.media.details.performer == "Band"
    assert audio.media.details.duration == 3
    assert "3:20 Band – Song 1" in audio.plain
    assert words.labels == ["Download", "Make again", "Delete"]
    assert words.plain.startswith("Late night\n3 tracks")


async def test_the_small_picture_is_a_jpeg_within_the_limits(
    house: House, anna: Person, chat: Chat
) -> None:
    await house.deliver(house.finish((await order(house, anna, chat)).id))
    audio = house.shown(anna, chat)[0]
    assert audio.media is not None and audio.media.thumbnail is not None
    content = audio.media.thumbnail.file.read()
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.format == "JPEG"
        assert max(picture.size) <= 320
    assert len(content) < 200_000


async def test_a_video_follows_and_streams(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    job = await order(house, anna, chat)
    await announce(house, anna, chat, job)
    await house.deliver(house.finish(job.id, video=True))
    assert [each.kind for each in house.shown(anna, chat)] == ["audio", "video", "text"]
    (sent,) = telegram.calls("sendVideo")
    assert sent.request.flag("supports_streaming")
    assert (sent.request.integer("width"), sent.request.integer("height")) == (1920, 1080)


async def test_a_piece_comes_with_its_notes_and_its_picture(
    house: House, anna: Person, chat: Chat
) -> None:
    job = await order(house, anna, chat)
    result = house.outcome("Late night", 3, video=False)
    extras = []
    for role, ending in (("midi", "mid"), ("picture", "png")):
        path = house.folder / f"piece.{ending}"
        path.write_bytes(role.encode())
        extras.append(Product(role, str(path), path.name, len(role)))
    piece = replace(result, products=(*result.products, *extras))
    await house.deliver(house.jobs.finish(job.id, piece))
    shown = house.shown(anna, chat)
    assert [each.kind for each in shown] == ["audio", "document", "document", "text"]
    assert [each.media.bytes for each in shown[1:3] if each.media] == [b"midi", b"picture"]


async def test_a_long_tracklist_goes_on_below_and_a_longer_one_in_a_file(
    house: House, anna: Person, chat: Chat
) -> None:
    for tracks in (60, 400):
        job = await order(house, anna, chat)
        await house.deliver(house.finish(job.id, tracks=tracks))
    audio, words, _, more, file = house.shown(anna, chat)
    assert len(audio.plain) <= 1024
    assert "… and" in audio.plain
    assert "Song 59" in words.plain
    assert "… and" in more.plain
    assert file.kind == "document"
    assert b"Song 399" in (file.media.bytes if file.media else b"")


async def test_handed_over_again_nothing_comes_twice(
    house: House, anna: Person, chat: Chat
) -> None:
    job = house.finish((await order(house, anna, chat)).id, video=True)
    first = await house.deliver(job)
    before = house.shown(anna, chat)
    assert await house.deliver(job) == first
    assert house.shown(anna, chat) == before
    await house.deliver(job, delivery="once more")
    assert len(house.shown(anna, chat)) == 2 * len(before)


@pytest.mark.parametrize("method", ["editMessageMedia", "sendVideo", "sendMessage"])
@pytest.mark.parametrize("lost", [True, False])
async def test_a_dropped_connection_loses_nothing(
    house: House, telegram: Telegram, anna: Person, chat: Chat, method: str, lost: bool
) -> None:
    """The file in the progress message never comes twice; a new message may, when its answer
    was lost: Telegram tells nobody what it took."""
    job = await order(house, anna, chat)
    await announce(house, anna, chat, job)
    done = house.finish(job.id, video=True)
    if lost:
        telegram.faults.lose_answer(method=method)
    else:
        telegram.faults.hang_up(method=method)
    with pytest.raises(ServiceError):
        await house.deliver(done)
    await house.deliver(done)
    kinds = [each.kind for each in house.shown(anna, chat)]
    assert kinds.count("audio") == 1
    assert kinds.count("video") == (2 if lost and method == "sendVideo" else 1)
    assert kinds.count("text") == (2 if lost and method == "sendMessage" else 1)


async def test_a_kill_between_sending_and_writing_it_down_loses_nothing(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    """The count: of three messages at most the one on its way comes twice, and no file that
    took the progress message's place."""
    job = await order(house, anna, chat)
    await announce(house, anna, chat, job)
    done = house.finish(job.id, video=True)
    letters = house.counter.letters
    closing, calls = letters.close, 0

    async def close(delivery: str, letter: str, mail: Mail, *, message: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls in (1, 3, 5):  # the first time for each letter
            raise KilledError
        await closing(delivery, letter, mail, message=message)

    letters.close = close  # type: ignore[method-assign] # as if we had died there
    for _ in range(3):
        with pytest.raises(KilledError):
            await house.deliver(done)
    await house.deliver(done)
    kinds = [each.kind for each in house.shown(anna, chat)]
    assert sorted(kinds) == ["audio", "text", "text", "video", "video"]


class KilledError(BaseException):
    """Stands for kill -9."""


async def test_a_flood_delays_the_result_but_never_loses_it(tmp_path: Path) -> None:
    async with telegram_double(speed=20) as telegram:
        anna = telegram.user("Anna")
        await anna.start()
        telegram.world.updates.drop_all()
        chat = telegram.private(anna)
        async with open_house(telegram, tmp_path / "house") as house:
            job = await order(house, anna, chat)
            await announce(house, anna, chat, job)
            telegram.faults.flood(1, method="editMessageMedia")
            await house.deliver(house.finish(job.id))
            assert [each.kind for each in house.shown(anna, chat)] == ["audio", "text"]


async def test_what_is_too_large_comes_in_parts_then_as_a_link(tmp_path: Path) -> None:
    """Telegram takes less than it promised: each time one rung down, and it is remembered."""
    async with telegram_double(limits=Limits(upload=40_000)) as telegram:
        anna = telegram.user("Anna")
        await anna.start()
        telegram.world.updates.drop_all()
        chat = telegram.private(anna)
        async with open_house(telegram, tmp_path / "house") as house:
            done = house.finish((await order(house, anna, chat)).id)
            assert done.outcome is not None
            size = done.outcome.products[0].size
            assert 40_000 < size < 80_000
            await house.deliver(done)
            kinds = [each.kind for each in house.shown(anna, chat)]
            assert kinds == ["audio", "audio", "text"]
            titles = [each.media.details.title for each in house.shown(anna, chat) if each.media]
            assert titles == ["Late night (1/2)", "Late night (2/2)"]
            fitting = house.counter.fitting
            assert isinstance(fitting, FakeFitting)
            assert fitting.asked == [house.terms.upload, size * 3 // 4]
            await house.deliver(done, delivery="again")
            assert fitting.asked[2:] == [size * 3 // 4]


async def test_a_link_is_a_button_under_the_words(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    async with open_house(telegram, tmp_path / "house", upload=1000) as house:
        job = await order(house, anna, chat)
        progress = await announce(house, anna, chat, job)
        await house.deliver(house.finish(job.id))
        assert "cancel" not in str(progress.now.labels).lower()
        words = house.shown(anna, chat)[-1]
        assert words.buttons[0][0].url.startswith("https://deck.test/files/")
        assert "Song 1" in words.plain


async def test_who_blocked_the_bot_gets_nothing_and_the_job_says_why(
    house: House, anna: Person, chat: Chat
) -> None:
    job = await order(house, anna, chat)
    await announce(house, anna, chat, job)
    anna.block()
    with pytest.raises(UserError, match="press Start"):
        await house.deliver(house.finish(job.id))


async def test_a_private_result_that_cannot_be_handed_over_is_only_called_for_in_the_group(
    house: House, telegram: Telegram, anna: Person
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", anna, bob)
    job = await order(
        house, bob, group, place=Place("telegram", str(bob.id)), asked=place_of(group), private=True
    )
    await announce(house, bob, group, job)
    await house.deliver(house.finish(job.id, title="Secret song"))
    call = house.shown(anna, group)[-1]
    assert call.buttons[0][0].url == "https://t.me/tapedeck_bot?start=library"
    assert not any("Secret" in each.plain or "Song" in each.plain for each in anna.sees(group))
    assert not any(each.media for each in anna.sees(group))


async def test_a_result_for_home_that_is_no_secret_comes_to_where_it_was_asked_for(
    house: House, telegram: Telegram, anna: Person
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", anna, bob)
    job = await order(
        house, bob, group, place=Place("telegram", str(bob.id)), asked=place_of(group)
    )
    await house.deliver(house.finish(job.id))
    assert [each.kind for each in house.shown(anna, group)] == ["audio", "text"]


async def test_a_group_that_forbids_music_gets_links_and_hears_how_to_allow_it(
    house: House, telegram: Telegram, anna: Person
) -> None:
    group = telegram.supergroup("Band", anna)
    group.forbidden = {"audio", "video", "document"}
    job = await order(house, anna, group)
    await house.deliver(house.finish(job.id))
    words = house.shown(anna, group)[-1]
    assert "Permissions" in words.plain
    assert words.buttons[0][0].url.startswith("https://deck.test/")


async def test_a_group_that_moved_gets_its_result(
    house: House, telegram: Telegram, anna: Person
) -> None:
    group = telegram.group("Band", anna)
    job = await order(house, anna, group)
    await announce(house, anna, group, job)
    moved = telegram.upgrade(group)
    await house.deliver(house.finish(job.id))
    assert [each.kind for each in house.shown(anna, moved) if not each.service] == ["audio", "text"]


async def test_failed_and_cancelled_jobs_say_so_even_where_the_message_is_gone(
    house: House, anna: Person, chat: Chat
) -> None:
    job = await order(house, anna, chat)
    progress = await announce(house, anna, chat, job)
    await house.deliver(house.jobs.fail(job.id, "That did not work."))
    assert "That did not work." in progress.now.plain
    other = await order(house, anna, chat)
    await anna.delete(await announce(house, anna, chat, other))
    await house.deliver(house.jobs.fail(other.id, "Nor did this."))
    assert "Nor did this." in house.shown(anna, chat)[-1].plain


async def test_a_deleted_result_takes_its_messages_along(
    house: House, anna: Person, chat: Chat
) -> None:
    job = house.finish((await order(house, anna, chat)).id)
    await house.deliver(job)
    words = house.shown(anna, chat)[-1]
    await anna.answered(await anna.press(words, "Delete"))
    sure = await anna.hears(chat, lambda m: any("elete" in each for each in m.labels), after=words)
    label = next(each for each in sure.labels if "elete" in each)
    await anna.answered(await anna.press(sure, label))
    await house.telegram.until(lambda: words.id not in chat.messages)
    assert not any(each.media for each in house.shown(anna, chat))


async def test_results_are_delivered_before_the_bot_listens(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    async with make_house(telegram, tmp_path / "house") as house:
        await house.chat.sign_in()
        await house.deliver(house.finish((await order(house, anna, chat)).id))
        assert [each.kind for each in house.shown(anna, chat)] == ["audio", "text"]
        await house.chat._close()


def test_the_editors_word_for_a_flood_has_its_seconds() -> None:
    assert ThrottledError(3).seconds == 3
