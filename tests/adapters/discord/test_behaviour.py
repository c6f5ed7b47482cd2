"""What people do on Discord and what they get, by the unmodified discord.py at a simulated Discord.

Virtual time shows what a clock does to interactions; `simulated.py` says what is tested elsewhere.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import discord
import pytest

from core.calls import Call, Entry
from core.jobs import State
from core.names import JobId
from core.options import Kind, Option
from core.screens import Reply
from tests.adapters.discord.simulated import filled, labels_of, open_stage, text_of, track

QUARTER = 15 * 60 + 1
"""An interaction's token lives fifteen minutes."""


@dataclass(frozen=True)
class Slow:
    """A command that takes its time: usually longer than an interaction lives."""

    alone: bool = False
    name: ClassVar[str] = "slow"

    @property
    def entry(self) -> Entry:
        time = Option(
            name="seconds", kind=Kind.NUMBER, summary="How much", default=float(QUARTER), unit="s"
        )
        return Entry(name=self.name, summary="Take time", options=(time,), alone=self.alone)

    async def run(self, call: Call) -> Reply:
        await asyncio.sleep(float(str(call.values["seconds"])))
        return Reply("At last.")


async def test_a_slash_command_with_attachments_is_deferred_and_then_filled(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        called = await stage.anna.slash(
            stage.channel,
            "mixtape",
            track1=track("one.mp3"),
            track2=track("two.mp3"),
            title="Late *night*",
            crossfade=3.0,
            order="shuffle",
            video=False,
        )
        job = await stage.accepted()
        request = stage.jobs.orders[job.id].request
        assert (request["crossfade"], request["order"], request["video"]) == (3, "shuffle", False)
        assert [file["label"] for file in request["tracks"]] == ["one.mp3", "two.mp3"]  # type: ignore[index,union-attr,call-overload] # JSON
        assert called.acknowledged and not called.ephemeral and not called.followups
        assert "Mixing 2 tracks" in text_of(filled(called))
        assert filled(called).embeds[0].title == r"Late \*night\*"
        assert labels_of(filled(called)) == ["Cancel"]
        [acknowledged] = stage.acknowledged()
        assert acknowledged["type"] == 5, "once, as thinking"


async def test_a_private_command_is_hidden_from_the_first_moment(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        job, called = await stage.order(private=True)
        [acknowledged] = stage.acknowledged()
        assert acknowledged["data"]["flags"] & 64
        assert called.ephemeral and stage.public() == []
        assert job.place.conversation == f"@{stage.anna.id}"


async def test_a_mistake_is_told_to_its_person_alone_and_the_thinking_goes(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        called = await stage.anna.slash(stage.channel, "mixtape", title="Nothing")
        assert called.response is None and stage.public() == [], "what all could see is gone"
        # simcord knows no followup to a call whose "is thinking" was deleted, so the answer comes
        # another way; test_calls.py sees it as a followup.
        [told] = stage.home()
        assert "nothing to mix yet" in told.content


async def test_an_answer_whose_message_was_taken_away_is_an_ordinary_one(tmp_path: Path) -> None:
    async with open_stage(tmp_path, Slow()) as stage:
        called = await stage.anna.slash(stage.channel, "slow", seconds=60.0)
        moderates = discord.Permissions(manage_messages=True)
        role = stage.guild.create_role("Moderators", permissions=moderates)
        boss = stage.guild.add_member(stage.env.create_user("boss"), roles=[role])
        await boss.delete(filled(called).message)
        await stage.env.advance_time(60)
        [shown] = stage.public()
        assert shown.content == "At last."


async def test_a_modal_takes_uploads_onto_the_tray(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        shown = await stage.anna.slash(stage.channel, "tray")
        opened = await stage.anna.click(filled(shown), label="Add files")
        assert opened.modal is not None and opened.modal["title"] == "Add files"
        files = [track(f"{at}.mp3") for at in range(3)]
        sent = await stage.anna.submit_modal(opened, {"tracks": [*files, ("bad.mp3", b"words")]})
        assert sent.acknowledged
        [message] = stage.public()
        assert "3 tracks" in text_of(message) and "bad.mp3" in text_of(message)
        assert labels_of(message) == ["Mix", "Add files", "Options", "Reorder", "Clear"]


async def test_a_modal_of_choices_and_texts_changes_the_tray(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        shown = await stage.anna.slash(stage.channel, "tray", track1=track())
        opened = await stage.anna.click(filled(shown), label="Options")
        values = {"title": "Quiet", "crossfade": "0", "order": ["name"], "video": ["no"]}
        await stage.anna.submit_modal(opened, values)
        [message] = stage.public()
        assert "Quiet" in text_of(message) and "No crossfade, sorted by name" in text_of(message)
        assert "no video" in text_of(message)


async def test_the_menu_of_a_message_takes_its_files(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        post = await stage.ben.send(
            stage.channel, "listen", attachments=[track("one.mp3"), track("two.mp3")]
        )
        added = await stage.anna.context_menu(stage.channel, "Add to mixtape", post)
        assert "2 tracks" in text_of(filled(added))
        made = await stage.anna.context_menu(stage.channel, "Make mixtape", post)
        job = await stage.accepted()
        assert job.person == f"discord:{stage.anna.id}" and "Mixing 2 tracks" in text_of(
            filled(made)
        )
        words = await stage.ben.send(stage.channel, "only words")
        refused = await stage.anna.context_menu(stage.channel, "Make mixtape", words)
        assert "no files" in stage.home()[-1].content and refused.response is None


async def test_buttons_work_after_a_restart_and_for_their_person_only(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        job, called = await stage.order()
        await stage.restart()
        foreign = await stage.ben.click(filled(called), label="Cancel")
        assert foreign.followups[0].ephemeral and "not yours" in foreign.followups[0].content
        own = await stage.anna.click(filled(called), label="Cancel")
        assert "is cancelled" in own.followups[0].content
        assert (await stage.jobs.find(job.id, person=None)).state is State.CANCELLED


async def test_a_tray_goes_on_after_a_restart_where_it_was(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        shown = await stage.anna.slash(stage.channel, "tray", track1=track())
        await stage.restart()
        await stage.anna.click(filled(shown), label="Mix")
        job = await stage.accepted()
        [message] = stage.public()
        assert "Mastering 1 track" in text_of(message) and labels_of(message) == ["Cancel"]
        assert job.place.conversation == str(stage.channel.id)


async def test_titles_are_completed_while_one_types(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        job, _ = await stage.order()
        await stage.finish(job)
        found = await stage.anna.autocomplete(stage.channel, "library", "search", "late")
        assert [each["value"] for each in found] == ["Late night"]
        assert await stage.ben.autocomplete(stage.channel, "library", "search", "late") == []


async def test_a_call_that_came_too_late_runs_nothing(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        stage.env.inject_error(
            "POST",
            "/interactions/*/*/callback",
            status=404,
            code=10062,
            message="Unknown interaction",
        )
        called = await stage.anna.slash(stage.channel, "mixtape", track1=track())
        assert not called.acknowledged and stage.jobs.accepted.empty()
        assert stage.public() == []
        job, _ = await stage.order("The next one")
        assert job.title == "The next one"


@pytest.mark.parametrize("alone", [False, True])
async def test_an_answer_after_a_quarter_of_an_hour_is_an_ordinary_message(
    tmp_path: Path, alone: bool
) -> None:
    async with open_stage(tmp_path, Slow(alone)) as stage:
        called = await stage.anna.slash(stage.channel, "slow")
        assert called.deferred
        await stage.env.advance_time(QUARTER)
        shown, others = stage.public(), stage.home()
        if alone:
            shown, others = others, shown
        assert shown[-1].content == "At last." and shown[-1].interaction_metadata is None
        assert "At last." not in "".join(text_of(each) for each in others)


async def test_progress_that_only_its_person_sees_goes_on_in_their_direct_messages(
    tmp_path: Path,
) -> None:
    async with open_stage(tmp_path) as stage:
        job, called = await stage.order(private=True)
        await stage.env.advance_time(QUARTER)
        stage.jobs.run(job.id, "mixing", 50)
        await stage.shows("50 %", home=True)
        assert "50 %" not in text_of(filled(called)) and stage.public() == []
        moved = stage.home()[-1]
        await stage.anna.user.click(moved, label="Cancel")
        assert (await stage.jobs.find(job.id, person=None)).state is State.CANCELLED


async def test_a_result_after_hours_is_a_message_with_a_mention_and_its_files(
    tmp_path: Path,
) -> None:
    async with open_stage(tmp_path) as stage:
        job, called = await stage.order()
        await stage.env.advance_time(3 * 3600)
        before = len(stage.env.http_requests)
        await stage.finish(job, audio=3000, video=5000)
        await stage.shows("Ready.")
        progress, audio, video = stage.public()
        assert progress.id == filled(called).id and labels_of(progress) == []
        assert audio.content == stage.anna.mention and [each.id for each in audio.mentions] == [
            stage.anna.id
        ]
        assert [each.filename for each in audio.attachments] == ["Late night.mp3", "cover.jpg"]
        assert [(each.filename, each.size) for each in video.attachments] == [
            ("Late night.mp4", 5000)
        ]
        assert video.reference is not None and video.reference.message_id == audio.id
        assert audio.interaction_metadata is None
        asked = [each.path for each in stage.env.http_requests[before:]]
        assert not [path for path in asked if path.startswith(("/webhooks", "/interactions"))]
        assert labels_of(audio) == ["Download", "DM me", "Make again", "Delete"]


async def test_the_buttons_of_a_result_do_what_they_say(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        job, _ = await stage.order()
        await stage.finish(job)
        result = stage.public()[-1]
        links = await stage.anna.click(result, label="Download")
        assert links.followups[0].ephemeral and "MP3" in str(links.followups[0].components)
        again = await stage.anna.click(result, label="Make again")
        assert again.modal is not None and again.modal["title"] == "Make it again"
        sent = await stage.anna.click(result, label="DM me")
        assert "direct messages" in sent.followups[0].content
        assert [place.conversation for _, place in stage.jobs.resent.values()] == [
            f"@{stage.anna.id}"
        ]
        asked = await stage.anna.click(result, label="Delete")
        await stage.anna.click(asked.followups[0], label="Delete it")
        assert result.id not in [each.id for each in stage.public()]
        assert JobId(job.id) not in [
            each.id for each in await stage.jobs.listed(person=None, active=False)
        ]
