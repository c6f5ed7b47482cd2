"""Links on Discord: from the menu of a message, from messages, and the question about one."""

from tests.adapters.discord.house import House, track
from tests.links import LINK, OTHER, answer


async def test_a_menu_of_a_message_takes_its_links_behind_its_files(house: House) -> None:
    post = await house.ben.post(
        house.channel, f"these: <{LINK}> and {OTHER}.", files=[track("one.mp3")]
    )
    exchange = await house.anna.choose(post, "Make mixtape")
    await exchange.filled()
    job = await house.jobs.accepted.get()
    tracks = house.jobs.orders[job.id].request["tracks"]
    assert isinstance(tracks, list)
    assert [each.get("url") for each in tracks] == [None, LINK, OTHER]


async def test_a_message_of_links_goes_on_the_tray(house: House) -> None:
    post = await house.ben.post(house.channel, f"{LINK} {OTHER}")
    shown = await (await house.anna.choose(post, "Add to mixtape")).filled()
    assert "2 links." in shown.text and "2. soundcloud.com/artist/song" in shown.text


async def test_links_in_a_direct_message_go_on_the_tray(house: House) -> None:
    await house.anna.post(house.anna.dm, f"look at {OTHER}!", files=[track("one.mp3")])
    shown = await house.anna.awaits(house.anna.dm, "1 link.")
    assert "1 track" in shown.text
    await house.anna.post(house.anna.dm, LINK)
    await house.anna.awaits(house.anna.dm, "2 links.")


async def test_what_was_found_takes_the_place_of_the_progress_message(house: House) -> None:
    exchange = await house.anna.use(house.channel, "download", link=LINK)
    job = await house.jobs.accepted.get()
    message = await exchange.filled()
    assert "Looking at youtube.com" in message.text and message.buttons == ["Cancel"]
    done = house.jobs.finish(job.id, answer())
    await house.chat.platform.deliver(done, delivery=job.id)
    asked = await house.anna.awaits(house.channel, "Sound or video?")
    assert asked.id == message.id and r"Late \*night\*" in asked.embeds[0]["title"]
    assert asked.buttons[0] == "Best video" and "Sound as it is · 3.4 MB" in asked.buttons
    assert len(house.seen()) == 1
    await house.anna.press(asked, "480p")
    shown = await house.anna.awaits(house.channel, "Fetching it")
    assert shown.id == asked.id
    order = house.jobs.orders[(await house.jobs.accepted.get()).id]
    assert (order.kind, order.request["quality"]) == ("download", "480p")
