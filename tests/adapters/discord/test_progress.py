"""Progress messages: shown as the job goes, within Discord's budget, and always to the end."""

import itertools

from tests.adapters.discord.house import House, track

EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


async def test_progress_is_shown_and_goes_on_after_a_restart(house: House) -> None:
    job, message = await house.order()
    house.jobs.run(job.id, "mixing", 25, 60)
    await house.anna.awaits(house.channel, "25 %")
    await house.restart()
    house.jobs.run(job.id, "mixing", 75, 20)
    shown = await house.anna.awaits(house.channel, "75 %")
    assert shown.id == message.id and shown.buttons == ["Cancel"]


async def test_a_message_is_edited_every_two_seconds_at_most(house: House) -> None:
    job, _ = await house.order()
    for percent in (10, 40, 70):
        house.jobs.run(job.id, "mixing", percent)
        await house.anna.awaits(house.channel, f"{percent} %")
    await house.finish(job)
    edits = house.double.requests_to(EDIT)
    gaps = [after.began - before.began for before, after in itertools.pairwise(edits)]
    assert len(edits) == 4 and min(gaps[:-1]) > 1.9


async def test_a_hidden_message_goes_on_in_the_direct_messages_when_its_time_is_over(
    house: House,
) -> None:
    job, hidden = await house.order(private=True)
    house.jobs.run(job.id, "mixing", 25)
    await house.anna.awaits(house.channel, "25 %")
    house.double.clock.advance(16 * 60)
    house.jobs.run(job.id, "mixing", 50)
    moved = await house.anna.awaits(house.anna.dm, "50 %")
    assert moved.buttons == ["Cancel"] and "25 %" in hidden.text
    await house.finish(job)
    assert moved.text.endswith("Ready.")


async def test_a_message_that_was_deleted_stays_away_and_the_result_comes(house: House) -> None:
    job, message = await house.order()
    await house.anna.delete(message)
    house.jobs.run(job.id, "mixing", 25)
    await house.double.until(lambda: house.double.requests_to(EDIT), "an edit in vain")
    await house.finish(job)
    [result] = house.seen()
    assert result.attachments


async def test_two_people_have_a_message_each(house: House) -> None:
    job, first = await house.order()
    exchange = await house.ben.use(house.channel, "mixtape", track1=track("two.mp3"), title="Bens")
    second = await exchange.filled()
    other = await house.jobs.accepted.get()
    house.jobs.run(other.id, "mixing", 30)
    house.jobs.run(job.id, "mixing", 60)
    assert (await house.anna.awaits(house.channel, "60 %")).id == first.id
    assert (await house.anna.awaits(house.channel, "30 %")).id == second.id
