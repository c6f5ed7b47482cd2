"""Signing in, registering commands, staying connected, leaving."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from adapters.discord import Discord
from core.calls import Call, Entry
from core.errors import UserError
from core.options import Kind, Option
from core.screens import Reply
from tests.adapters.discord.house import House, open_house, track
from tests.doubles.discord import Guild
from tests.doubles.discord.refusals import RefusalError, invalid_token, unknown_webhook


@dataclass(frozen=True)
class Toy:
    """A command of which the adapter has never heard."""

    entry: ClassVar[Entry] = Entry(
        name="toy",
        summary="Play with toys",
        options=(
            Option(name="toys", kind=Kind.FILES, summary="Which toys", most=3),
            Option(name="colour", kind=Kind.CHOICE, summary="Of them", choices=("red", "blue")),
        ),
        menu="Play",
    )

    async def run(self, call: Call) -> Reply:
        toys = call.values["toys"]
        return Reply(f"{call.values['colour']}: {len(toys) if isinstance(toys, tuple) else 0}")


async def test_a_new_command_is_there_without_a_change_here(tmp_path: Path) -> None:
    async with open_house(tmp_path, extra=[Toy()]) as house:
        options = house.double.commands.find("toy")["options"]
        assert [each["name"] for each in options] == ["toy1", "toy2", "toy3", "colour"]
        exchange = await house.anna.use(
            house.channel, "toy", toy1=track(), toy2=track("b.mp3"), colour="red"
        )
        assert (await exchange.filled()).text == "red: 2"
        post = await house.ben.post(house.channel, files=[track()])
        assert (await (await house.anna.choose(post, "Play")).filled()).text == "None: 1"


async def test_commands_are_registered_only_when_they_changed(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.restart()
        assert house.double.commands.syncs == 1


async def test_a_wrong_token_is_named(house: House, caplog: pytest.LogCaptureFixture) -> None:
    wrong = Discord("wrong.token.indeed", house.counter)
    with pytest.raises(UserError, match="TAPEDECK_DISCORD_TOKEN"):
        await wrong.sign_in()
    assert "wrong.token" not in caplog.text


async def test_a_discord_that_is_away_at_the_start_is_reached_later(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.stop()
    house.double.faults.storm(503, on="GET /users/@me", times=1)
    with caplog.at_level(logging.WARNING):
        await house.start()
    assert "cannot be reached, I keep trying" in caplog.text
    await house.order()


async def test_a_dropped_connection_comes_back_and_nothing_is_missed(house: House) -> None:
    house.double.gateway.drop()
    await house.anna.post(house.anna.dm, files=[track()])
    await house.anna.awaits(house.anna.dm, "1 track")


async def test_who_installed_the_app_uses_it_anywhere_and_gets_results_at_home(
    house: House,
) -> None:
    carla = house.double.user("carla", has_app=True)
    elsewhere: Guild = house.double.guild("Elsewhere", carla, has_app=False, bot_permissions=None)
    channel = house.double.channel(elsewhere)
    house.double.join(house.guild, carla)
    exchange = await carla.use(channel, "mixtape", track1=track(), title="Away")
    progress = await exchange.filled()
    job = await house.jobs.accepted.get()
    assert job.place.conversation == f"@{carla.id}"
    house.jobs.run(job.id, "mixing", 40)
    await carla.awaits(channel, "40 %")
    await house.finish(job)
    assert carla.dms[-1].attachments and "Ready." in progress.text


async def test_a_personal_app_whose_person_takes_no_messages_whispers(house: House) -> None:
    carla = house.double.user("carla", has_app=True)
    carla.user.refuses_dms = True
    elsewhere = house.double.guild("Elsewhere", carla, has_app=False, bot_permissions=None)
    channel = house.double.channel(elsewhere)
    house.double.join(house.guild, carla)
    exchange = await carla.use(channel, "mixtape", track1=track(), title="Away")
    await exchange.filled()
    job = await house.jobs.accepted.get()
    house.jobs.run(job.id, "mixing", 40)
    await carla.awaits(channel, "40 %")
    await house.finish(job)
    notice = await carla.awaits(channel, "Press the button to see it")
    shown = await (await carla.press(notice, "Show it to me")).followed()
    assert "MP3" in shown.text


async def test_a_late_answer_runs_nothing(house: House) -> None:
    with house.double.faults.held("POST /interactions/*"):
        call = house.anna.begin(house.channel, "mixtape", track1=track(), title="Late")
        house.double.clock.advance(4)
    await call.answered()
    await house.anna.post(house.anna.dm, "are you there?")
    await house.anna.awaits(house.anna.dm, "type /")
    assert call.failed and house.jobs.accepted.empty()


async def test_an_acknowledgement_that_was_lost_on_the_way_counts(house: House) -> None:
    house.double.faults.lose_answer("POST /interactions/*", times=1)
    job, message = await house.order()
    assert "it is next" in message.text and job.title == "Late night"


@pytest.mark.parametrize("refusal", [invalid_token(), unknown_webhook()])
async def test_an_answer_after_fifteen_minutes_is_an_ordinary_message(
    house: House, refusal: RefusalError
) -> None:
    house.double.calls.expired = refusal
    with house.double.cdn.stalled():
        call = house.anna.begin(house.channel, "mixtape", track1=track(), title="Slow")
        await call.answered()
        house.double.clock.advance(15 * 60 + 1)
    shown = await house.anna.awaits(house.channel, "it is next")
    assert shown.origin is None
