"""Links on Telegram: in messages, as answers to messages, and the question about one."""

from tests.adapters.telegram.house import House, words_of
from tests.doubles.telegram import Chat, Person, Telegram
from tests.links import LINK, OTHER, answer
from tests.toys import until


async def test_links_in_a_private_chat_go_on_the_tray(
    house: House, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, f"these two: {LINK}, {OTHER}.")
    shown = await anna.hears(chat, after=asked)
    assert "2 links." in shown.plain and "soundcloud.com/artist/song" in shown.plain


async def test_a_command_that_answers_a_message_takes_its_links(
    house: House, telegram: Telegram, anna: Person
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", anna, bob)
    post = await bob.write(group, f"hear this {OTHER}")
    await anna.write(group, "/mixtape crossfade=3", reply_to=post)
    job = await house.jobs.accepted.get()
    request = house.jobs.orders[job.id].request
    assert request["tracks"] == [{"url": OTHER, "label": OTHER}] and request["crossfade"] == 3.0


async def test_links_after_the_command_are_its_tracks(
    house: House, anna: Person, chat: Chat
) -> None:
    await anna.write(chat, f"/mixtape {LINK} {OTHER}")
    job = await house.jobs.accepted.get()
    tracks = house.jobs.orders[job.id].request["tracks"]
    assert isinstance(tracks, list) and [each["url"] for each in tracks] == [LINK, OTHER]


async def test_what_was_found_takes_the_place_of_the_progress_message(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    asked = await anna.write(chat, f"/download {LINK}")
    message = await anna.hears(chat, after=asked)
    assert "Looking at youtube.com" in message.plain
    job = await house.job_of(anna)

    async def is_known() -> bool:
        return await house.counter.notes.get("telegram", f"job:{job.id}") is not None

    await until(is_known, what="the message to be known")
    await house.deliver(house.jobs.finish(job.id, answer()))
    [shown] = house.shown(anna, chat)
    assert shown.id == message.id and "Late *night*" in shown.plain, words_of(shown)
    assert shown.labels[0] == "Best video" and "Only a part" in shown.labels
    await anna.press(shown, "MP3 · 6.6 MB")
    await telegram.until(lambda: "Fetching it" in words_of(house.shown(anna, chat)[-1]))
    assert [each.id for each in house.shown(anna, chat)] == [message.id]
    order = house.jobs.orders[(await house.job_of(anna)).id]
    assert (order.kind, order.request["quality"]) == ("download", "mp3")
