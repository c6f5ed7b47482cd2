"""Results reach their people once, in the form that the place takes, whatever goes wrong."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.discord.limits import MIB
from core.errors import ServiceError
from core.jobs import Product
from tests.adapters.discord.house import House, open_house, track
from tests.doubles.discord import Message, Permission

POST = "POST /channels/*/messages"


def results(house: House, *, of: list[Message] | None = None) -> list[Message]:
    """Messages with files of a result."""
    messages = house.seen() if of is None else of
    return [each for each in messages if any("Late" in a.filename for a in each.attachments)]


async def test_a_result_is_an_ordinary_message_with_a_mention_and_its_files(house: House) -> None:
    job, progress = await house.order()
    await house.finish(job, audio=3000, video=5000)
    audio, video = results(house)
    assert audio.content == house.anna.mention and audio.mentions == [house.anna.user]
    assert [each.filename for each in audio.attachments] == ["Late_night.mp3", "cover.jpg"]
    assert audio.attachments[0].data.startswith(b"audio") and audio.attachments[0].size == 3000
    assert [each.filename for each in video.attachments] == ["Late_night.mp4"]
    assert video.reference == audio.id
    assert audio.embeds[0]["title"] == "Late night"
    assert r"0:05 A\*Band – Song 1" in audio.embeds[0]["description"]
    assert audio.buttons == ["Download", "DM me", "Make again", "Delete"]
    assert audio.origin is None, "never through the interaction"
    assert (await house.anna.awaits(house.channel, "Ready.")) is progress
    assert progress.buttons == []


async def test_a_piece_comes_with_its_notes_and_its_picture(house: House) -> None:
    job, _ = await house.order()
    result = house.make_result(job.id)
    extras = []
    for role, ending in (("midi", "mid"), ("picture", "png")):
        path = house.folder / f"piece.{ending}"
        path.write_bytes(role.encode())
        extras.append(Product(role, str(path), f"Late night.{ending}", len(role)))
    piece = replace(result, products=(*result.products, *extras))
    done = house.jobs.finish(job.id, piece)
    await house.chat.platform.deliver(done, delivery=job.id)
    sent = [each.filename for message in results(house) for each in message.attachments]
    assert sent == ["Late_night.mp3", "cover.jpg", "Late_night.mid", "Late_night.png"]


async def test_a_result_shows_its_cover_beside_the_words(house: House) -> None:
    job, _ = await house.order()
    await house.finish(job, waveform=700)
    [result] = results(house)
    assert result.embeds[0]["thumbnail"]["url"].startswith("attachment://cover.jpg")
    assert "image" not in result.embeds[0]
    assert [each.filename for each in result.attachments] == ["Late_night.mp3", "cover.jpg"]


@pytest.mark.parametrize("cover", [0, 2 * MIB])
async def test_without_a_cover_that_fits_a_result_shows_its_waveform(
    house: House, cover: int
) -> None:
    job, _ = await house.order()
    await house.finish(job, cover=cover, waveform=700)
    [result] = results(house)
    assert result.embeds[0]["image"]["url"].startswith("attachment://waveform.png")
    assert "thumbnail" not in result.embeds[0]
    assert result.attachments[1].data.startswith(b"waveform")


async def test_a_result_for_a_direct_message_goes_there(house: House) -> None:
    job, progress = await house.order(where="dm")
    assert "comes to you as a direct message" in progress.text
    await house.finish(job)
    [message] = results(house, of=house.anna.dms)
    assert message.content == "" and message.buttons == ["Download", "Make again", "Delete"]
    assert results(house) == []


async def test_handing_over_again_sends_nothing_again(house: House) -> None:
    job, _ = await house.order()
    first = await house.finish(job, video=4000)
    before = len(house.seen())
    await house.restart()
    done = await house.jobs.find(job.id, person=None)
    assert await house.chat.platform.deliver(done, delivery=job.id) == first
    assert len(house.seen()) == before
    # A person who wants it again gets it again.
    again = await house.chat.platform.deliver(done, delivery="another")
    assert again != first and len(results(house)) == 4


@pytest.mark.parametrize("later", [0, 600])
async def test_a_crash_between_send_and_note_never_doubles(house: House, later: int) -> None:
    job, _ = await house.order()
    house.double.faults.lose_answer(POST, times=10)
    done = house.jobs.finish(job.id, house.make_result(job.id, video=4000))
    sending = asyncio.create_task(house.chat.platform.deliver(done, delivery=job.id))
    await house.double.until(lambda: results(house), "the first letter")
    sending.cancel()
    house.double.faults.clear()
    await house.restart()
    house.double.clock.advance(later)  # after minutes Discord no longer knows the nonce
    await house.chat.platform.deliver(done, delivery=job.id)
    await house.chat.platform.deliver(done, delivery=job.id)
    assert [each.attachments[0].filename for each in results(house)] == [
        "Late_night.mp3",
        "Late_night.mp4",
    ]


async def test_the_second_letter_is_found_again_too(house: House) -> None:
    job, _ = await house.order()
    done = house.jobs.finish(job.id, house.make_result(job.id, video=4000))

    def second() -> bool:
        return len(results(house)) == 2

    sending = asyncio.create_task(house.chat.platform.deliver(done, delivery=job.id))
    await house.double.until(lambda: results(house), "the first letter")
    house.double.faults.lose_answer(POST, times=10)
    await house.double.until(second, "the second letter")
    sending.cancel()
    house.double.faults.clear()
    house.double.clock.advance(600)
    await house.restart()
    await house.chat.platform.deliver(done, delivery=job.id)
    assert len(results(house)) == 2


@pytest.mark.parametrize("trouble", ["storm", "cut", "lost", "throttled"])
async def test_what_passes_is_waited_for(house: House, trouble: str) -> None:
    job, _ = await house.order()
    faults = house.double.faults
    if trouble == "storm":
        faults.storm(503, on=POST, times=2)
    elif trouble == "cut":
        faults.cut_upload(POST, after=100, times=2)
    elif trouble == "lost":
        faults.lose_answer(POST, times=2)
    else:
        faults.throttle(POST, retry_after=0.2, times=2)
    await house.finish(job)
    assert len(results(house)) == 1


async def test_a_long_outage_is_the_postmans_to_wait_for(house: House) -> None:
    job, _ = await house.order()
    done = house.jobs.finish(job.id, house.make_result(job.id))
    # Banned at the door for a while: discord.py waits for no such answer.
    house.double.faults.throttle(POST, retry_after=100, times=9, via=False)
    with pytest.raises(ServiceError, match="Discord does not answer"):
        await house.chat.platform.deliver(done, delivery=job.id)
    house.double.faults.clear()
    await house.chat.platform.deliver(done, delivery=job.id)
    assert len(results(house)) == 1


async def test_what_is_too_large_comes_in_parts_one_a_message(house: House) -> None:
    job, _ = await house.order()
    await house.finish(job, audio=3000, video=10 * MIB + 1)
    audio, *parts = results(house)
    assert "10 MB in 2 parts" in audio.text or "in 2 parts" in audio.text
    assert [each.attachments[0].size for each in parts] == [10 * MIB, 1]
    assert {each.reference for each in parts} == {audio.id}


async def test_who_prefers_a_link_gets_a_link(house: House) -> None:
    await house.anna.use(house.channel, "settings", delivery="link")
    job, _ = await house.order()
    await house.finish(job, audio=3000, video=10 * MIB + 1)
    [audio] = results(house)
    assert "MP4, 10 MB" in audio.text
    [link] = [button["url"] for button in audio.components[0]["components"]]
    assert link == f"https://deck.test/files/{job.id}/1"


async def test_a_size_that_was_promised_and_refused_goes_one_rung_down(tmp_path: Path) -> None:
    async with open_house(tmp_path, tier=2) as house:
        house.double.storage.refuses_over = 25 * MIB
        job, _ = await house.order()
        await house.finish(job, audio=3000, video=30 * MIB)
        audio, *parts = results(house)
        assert [each.attachments[0].size for each in parts] == [25 * MIB, 5 * MIB]
        assert "in 2 parts" in audio.text, "the first message says so, though it was sent before"
        tried = len(house.double.requests)
        again, _ = await house.order("Another")
        await house.finish(again, audio=3000, video=26 * MIB)
        refused = [each for each in house.double.requests[tried:] if each.status == 413]
        assert refused == [], "what was learned is remembered"
        assert house.fitting.asked[-2:] == [("audio", 25 * MIB), ("video", 25 * MIB)]


async def test_what_is_learned_of_direct_messages_is_their_persons(house: House) -> None:
    house.double.storage.refuses_over = 5 * MIB
    job, _ = await house.order(where="dm")
    await house.finish(job, audio=6 * MIB)
    with closing(sqlite3.connect(house.folder / "tapedeck.db")) as database:
        query = "SELECT key, person FROM notes WHERE key LIKE ?"
        found = database.execute(query, [f"%{house.anna.id}%"]).fetchall()
    assert f"limit:@{house.anna.id}" in [key for key, _ in found]
    assert {person for _, person in found} == {f"discord:{house.anna.id}"}, "it can be erased"


async def test_a_refused_direct_message_comes_back_to_the_channel(house: House) -> None:
    job, _ = await house.order(where="dm")
    house.anna.user.refuses_dms = True
    await house.finish(job)
    [message] = results(house)
    assert message.content == house.anna.mention
    assert "I may not send you direct messages" in message.text


async def test_a_private_result_that_cannot_be_sent_is_shown_to_its_person_alone(
    house: House,
) -> None:
    job, _ = await house.order(private=True)
    house.anna.user.refuses_dms = True
    await house.finish(job)
    notice = await house.ben.awaits(house.channel, "for your eyes only")
    assert "Late night" not in notice.text and not notice.attachments
    refused = await (await house.ben.press(notice, "Show it to me")).followed()
    assert "not yours" in refused.text and refused not in house.seen()
    shown = await (await house.anna.press(notice, "Show it to me")).followed()
    assert "Late night" in shown.text and shown not in house.seen(house.ben)


async def test_a_channel_that_is_shut_names_what_is_missing_in_a_direct_message(
    house: House,
) -> None:
    job, _ = await house.order()
    house.double.overwrite(house.channel, house.double.bot, deny=Permission.ATTACH_FILES)
    await settled(house)
    await house.finish(job)
    [message] = results(house, of=house.anna.dms)
    assert "I could not write in #music: I lack Attach Files" in message.text


async def test_without_embeds_the_words_are_plain_text(house: House) -> None:
    job, _ = await house.order()
    house.double.overwrite(house.channel, house.double.bot, deny=Permission.EMBED_LINKS)
    await settled(house)
    await house.finish(job)
    [message] = results(house)
    assert message.embeds == [] and "**Late night**" in message.content


async def test_a_deleted_result_takes_its_messages_along(house: House) -> None:
    job, _ = await house.order()
    await house.finish(job, video=4000)
    message = results(house)[0]
    asked = await (await house.anna.press(message, "Delete")).followed()
    await house.anna.press(asked, "Delete it")
    await house.double.until(lambda: not results(house), "the result to go")


async def test_a_failed_job_says_so_where_it_was_asked(house: House) -> None:
    job, progress = await house.order()
    failed = house.jobs.fail(job.id, "None of the tracks could be read.")
    await house.chat.platform.deliver(failed, delivery=job.id)
    shown = await house.anna.awaits(house.channel, "None of the tracks could be read.")
    assert shown is progress and progress.buttons == []


async def settled(house: House) -> None:
    """Wait until the bot has heard of what was changed: events come in order."""
    post = await house.ben.post(house.channel, f"<@{house.double.bot.id}>", files=[track()])
    await house.ben.awaits(house.channel, "1 track")
    assert post
