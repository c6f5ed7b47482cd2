"""Videos that glasses order: progress without an interaction, and only where one may post."""

import pytest

from core.calls import Asker
from core.jobs import Job, Order
from core.names import PersonId, Place
from core.screens import Reply
from tests.adapters.discord.house import House
from tests.doubles.discord import Permission


def asker_of(house: House) -> Asker:
    home = Place("discord", f"@{house.anna.id}")
    return Asker(identity=PersonId(f"discord:{house.anna.id}"), place=home, home=home)


async def order(house: House) -> Job:
    asker = asker_of(house)
    return await house.jobs.start(
        Order("k", "video", "Video of your photo", asker.identity, asker.place, {}, private=True)
    )


async def test_a_video_that_glasses_ordered_shows_how_far_it_is(house: House) -> None:
    job = await order(house)
    came = Reply("A photo came.", job=job.id)
    await house.chat.platform.show(came, asker_of(house))
    message = await house.anna.awaits(house.anna.dm, "A photo came.")
    assert message.buttons == ["Cancel"]
    house.jobs.run(job.id, "filming", 40)
    shown = await house.anna.awaits(house.anna.dm, "40 %")
    assert shown.id == message.id
    await house.chat.platform.show(came, asker_of(house))
    await house.finish(job, audio=0, video=2000)
    ended = await house.anna.awaits(house.anna.dm, "Ready.")
    assert ended.id == message.id and ended.buttons == []
    assert house.ben.dms == [] and house.seen(house.ben) == []
    assert sum("A photo came." in str(each.versions) for each in house.anna.dms) == 1


async def test_news_of_a_deleted_job_are_words(house: House) -> None:
    job = await order(house)
    house.jobs.forget(job.id)
    await house.chat.platform.show(Reply("A photo came.", job=job.id), asker_of(house))
    message = await house.anna.awaits(house.anna.dm, "A photo came.")
    assert message.buttons == []


@pytest.mark.parametrize("denied", [Permission.SEND_MESSAGES, Permission.ATTACH_FILES])
async def test_videos_go_to_no_channel_in_which_their_person_may_not_post(
    house: House, denied: Permission
) -> None:
    paired = await house.ben.use(house.channel, "glasses", action="pair")
    assert "Token: tdg" in (await paired.filled()).text
    allowed = await house.ben.use(house.channel, "glasses", where="here")
    assert "Videos go to this channel." in (await allowed.filled()).text
    other = house.double.channel(house.guild)
    house.double.overwrite(other, house.ben, deny=denied)
    refused = await house.ben.use(other, "glasses", where="here")
    assert "You may not write in this channel" in (await refused.filled()).text
    listed = await (await house.ben.use(other, "glasses")).filled()
    await house.ben.press(listed, "Glasses 1")
    await house.double.until(lambda: "Videos go to another channel." in listed.text, "the pair")
    assert "Videos here" not in listed.buttons
