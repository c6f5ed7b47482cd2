"""Commands, menus, buttons and forms, by people at a double of Discord."""

from core.jobs import State
from core.names import PersonId
from tests.adapters.discord.house import House, track
from tests.doubles.discord import Upload


async def test_a_mixtape_is_ordered_with_attachments_and_shows_how_far_it_is(house: House) -> None:
    job, message = await house.order("Late *night*", crossfade=3, order="shuffle", video=False)
    assert job.title == "Late *night*"
    request = house.jobs.orders[job.id].request
    assert (request["crossfade"], request["order"], request["video"]) == (3, "shuffle", False)
    assert "Mastering 1 track" in message.text and "it is next" in message.text
    assert message.embeds[0]["title"] == r"Late \*night\*"
    assert message.buttons == ["Cancel"]
    assert message in house.seen(house.ben)


async def test_a_private_order_is_seen_by_its_person_alone(house: House) -> None:
    job, message = await house.order(private=True)
    assert message not in house.seen(house.ben)
    assert job.place.conversation == f"@{house.anna.id}"


async def test_a_mistake_is_told_to_who_made_it_alone(house: House) -> None:
    exchange = await house.anna.use(house.channel, "mixtape", title="Nothing")
    told = await exchange.followed()
    assert "nothing to mix yet" in told.text
    assert house.seen(house.ben) == []
    assert house.seen() == [told]


async def test_who_is_blocked_is_told_once_whatever_they_send(house: House) -> None:
    people = house.counter.people
    identity = PersonId(f"discord:{house.anna.id}")
    await people.block(await people.account(identity), "Spam.")
    sentence = "The operator has blocked you here. The reason: Spam."
    files = {"track1": track("one.mp3"), "track2": track("two.mp3")}
    exchange = await house.anna.use(house.channel, "mixtape", **files)
    assert (await exchange.followed()).text == sentence
    await house.anna.post(house.anna.dm, files=[track("one.mp3"), track("two.mp3")])
    told = await house.anna.awaits(house.anna.dm, "blocked")
    assert told.text == sentence
    assert not list((house.folder / "uploads").glob("*"))


async def test_a_menu_of_a_message_fills_the_tray(house: House) -> None:
    post = await house.ben.post(house.channel, files=[track("one.mp3"), track("Zwéi.mp3")])
    exchange = await house.anna.choose(post, "Add to mixtape")
    shown = await exchange.filled()
    assert "2 tracks" in shown.text and "2. Zwéi" in shown.text
    assert shown.buttons == ["Mix", "Add files", "Options", "Reorder", "Clear"]


async def test_a_message_without_files_says_so(house: House) -> None:
    post = await house.ben.post(house.channel, "only words")
    exchange = await house.anna.choose(post, "Make mixtape")
    assert "no files" in (await exchange.followed()).text


async def test_the_menu_of_a_photo_does_not_mix_the_tray(house: House) -> None:
    await (await house.anna.use(house.channel, "tray", track1=track())).filled()
    photo = Upload("p.png", b"\x89PNG\r\n\x1a\n")
    post = await house.ben.post(house.channel, files=[photo])
    told = await (await house.anna.choose(post, "Make mixtape")).followed()
    assert "no track to mix" in told.text and not house.jobs.orders
    added = await (await house.anna.choose(post, "Add to mixtape")).filled()
    assert "1 track" in added.text and "p.png" in added.text
    assert "Mix" in added.buttons


async def test_a_code_of_another_chat_is_asked_about_and_then_links(house: House) -> None:
    people, other = house.counter.people, PersonId("telegram:7")
    code = await people.offer(await people.account(other))
    exchange = await house.anna.use(house.channel, "connect", code=code)
    asked = await exchange.filled()
    assert asked.buttons == ["Link", "Cancel"] and asked not in house.seen(house.ben)
    await house.stop()
    await house.start()
    identity = PersonId(f"discord:{house.anna.id}")
    assert await people.account(identity) == identity
    await house.anna.press(asked, "Link")
    await house.anna.awaits(house.channel, "Linked: ")
    assert await people.account(identity) == other


async def test_the_trays_form_opens_and_what_it_says_is_kept(house: House) -> None:
    exchange = await house.anna.use(house.channel, "tray", track1=track())
    tray = await exchange.filled()
    opened = await house.anna.press(tray, "Options")
    assert opened.modal["title"] == "How to mix it"
    await house.anna.submit(opened, {"Title": "Quiet", "Crossfade": "0", "Video": ["No"]})
    shown = await house.anna.awaits(house.channel, "Quiet")
    assert shown.id == tray.id and "No crossfade" in shown.text and "no video" in shown.text


async def test_mixing_the_tray_makes_its_message_the_progress_message(house: House) -> None:
    tray = await (await house.anna.use(house.channel, "tray", track1=track())).filled()
    await house.anna.press(tray, "Mix")
    shown = await house.anna.awaits(house.channel, "it is next")
    assert shown.id == tray.id
    # A new tray does not take the progress message away.
    again = await (await house.anna.use(house.channel, "tray", track1=track("b.mp3"))).filled()
    assert [each.id for each in house.seen()] == [tray.id, again.id]


async def test_a_cancel_button_works_after_a_restart_for_its_person_only(house: House) -> None:
    job, message = await house.order()
    await house.restart()
    refused = await house.ben.press(message, "Cancel")
    assert "not yours" in (await refused.followed()).text
    await house.anna.press(message, "Cancel")
    await house.anna.awaits(house.channel, "is cancelled")
    assert (await house.jobs.find(job.id, person=None)).state is State.CANCELLED


async def test_titles_are_suggested_while_one_types(house: House) -> None:
    job, _ = await house.order("Night drive")
    await house.finish(job)
    found = await house.anna.suggest(house.channel, "library", "search", "late")
    assert [each["value"] for each in found] == ["Late night"]
    assert await house.ben.suggest(house.channel, "library", "search", "late") == []


async def test_a_bad_file_among_good_ones_is_named_and_the_rest_goes_on(house: House) -> None:
    large = Upload("large.mp3", b"x" * 2_000_001)
    exchange = await house.anna.use(
        house.channel, "mixtape", track1=large, track2=track("good.mp3")
    )
    message = await exchange.filled()
    assert r"large.mp3: That file is too large" in message.text
    assert "Mastering 1 track" in message.text


async def test_more_files_are_added_with_a_form(house: House) -> None:
    tray = await (await house.anna.use(house.channel, "tray")).filled()
    assert tray.buttons == ["Add files"]
    opened = await house.anna.press(tray, "Add files")
    files = [track(f"{at}.mp3") for at in range(10)]
    await house.anna.submit(opened, {"Tracks": files})
    shown = await house.anna.awaits(house.channel, "10 tracks")
    assert shown.id == tray.id
    opened = await house.anna.press(shown, "Add files")
    await house.anna.submit(opened, {"Tracks": [track("more.mp3"), Upload("bad.mp3", b"words")]})
    shown = await house.anna.awaits(house.channel, "11 tracks")
    assert "bad.mp3" in shown.text
