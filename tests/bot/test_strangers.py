"""No command and no button shows or changes anything of another person's."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.buttons import mark_of
from bot.pipelines.look import write_found
from bot.showing import show_progress, show_result
from core.jobs import Job, Json, Order, Outcome
from core.links import Found
from core.names import JobId
from core.options import Attachment
from core.screens import LONGEST_ACTION, File, Reply
from tests.bot.chatting import WORDS, Chat, buttons_of, find_button
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna", manages=True), Someone("bert")
SECRETS = ("Aquamarine", "Amethyst", "Band", "Song", "toy:anna", "dm-anna", "CODE", "deck.test")
CLIPS = "https://youtu.be/amethyst,1:00,2:00,Amethyst\nhttps://youtu.be/amethyst,9,3\n"
MP3 = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3


class World:
    """A chat in which Anna has something of everything, always the same."""

    def __init__(self, folder: Path) -> None:
        self.chat = Chat()
        self.folder = folder
        self.done: Job
        self.clips: Job
        self.going: Job

    async def fill(self) -> list[Reply]:
        """Do all of it as Anna, and return every message that she sees then."""
        chat, at = self.chat, ANNA.here
        track = self._make("Amethyst.mp3", MP3)
        self.done = await chat.made(ANNA, "Aquamarine done", files=[track])
        going = await chat.say(at, "mixtape", tracks=[track], title="Aquamarine going")
        self.going = chat.jobs.run(going.job or JobId(""), "mixing", 40.0, 60.0)
        tray = await chat.drop(at, track, track, self._make("Amethyst.png", b"\x89PNG\r\n\x1a\n"))
        clips = await chat.say(at, "clip", rows=CLIPS, title="Aquamarine clips")
        running = await chat.press(at, find_button(clips, "Run the good row"))
        details: Json = {"title": "Aquamarine clips", "clips": 1, "tracks": [], "again": [0]}
        assert isinstance(details, Mapping)
        outcome = Outcome("“Aquamarine clips” is ready.", (), details)
        self.clips = chat.jobs.finish(running.job or JobId(""), outcome)
        draft = await chat.say(at, "clip", rows=CLIPS, title="Aquamarine draft")
        asked = await chat.say(at, "download", link="https://youtu.be/Amethyst")
        found = Found(url="", site="", id="", title="Amethyst", video=True, seconds=5.0)
        facts: dict[str, Json] = {"title": "Amethyst", "found": write_found(found)}
        looked = chat.jobs.finish(asked.job or JobId(""), Outcome("", (), facts))
        await chat.say(at, "settings", crossfade=9)
        await chat.say(at, "glasses", action="pair", name="Amethyst glasses", where="here")
        chat.privacy.kept[ANNA.person] = [File(str(track.path), "Amethyst.mp3")]
        code = await chat.people.offer(Someone("phone").person)
        commands = [command.entry.name for command in chat.desk.commands]
        quiet = [name for name in commands if name not in ("mixtape", "cancel", "again")]
        say = WORDS.to("en")
        return [
            tray,
            draft,
            await chat.say(at, "connect", code=code),
            show_result(self.clips, [], say, alone=False),
            show_progress(self.going, say),
            show_progress(looked, say),
            show_result(self.done, [], say, alone=False),
            *[await chat.say(at, name) for name in quiet],
        ]

    def _make(self, name: str, content: bytes) -> Attachment:
        (self.folder / name).write_bytes(content)
        return Attachment(self.folder / name, name, len(content))

    async def anna(self) -> list[object]:
        """All that is Anna's, to be compared."""
        jobs, people = self.chat.jobs, self.chat.people
        theirs = {job.id for job in await jobs.listed(person=ANNA.person, active=False)}
        return [
            list(await jobs.listed(person=ANNA.person, active=False)),
            [order for order in jobs.orders.values() if order.person == ANNA.person],
            [sent for sent in jobs.resent.values() if sent[0] in theirs],
            await self.chat.trays.find(ANNA.person),
            dict(await people.settings(ANNA.person)),
            list(await people.identities(ANNA.person)),
            dict(await self.chat.servers.rules(ANNA.server)),
            list(self.chat.privacy.erased),
            self.chat.notes.of(ANNA.person),
            list(await self.chat.pairs.listed(ANNA.person)),
            [each for each in self.chat.darkroom.accepted if each[0].person == ANNA.person],
        ]


async def new_world(folder: Path) -> tuple[World, list[Reply]]:
    world = World(folder)
    return world, await world.fill()


@pytest.fixture
async def actions(tmp_path: Path) -> list[str]:
    """Every button that Anna can come to, by pressing all that there are."""
    _, replies = await new_world(tmp_path)
    todo = [button.action for reply in replies for button in buttons_of(reply) if button.action]
    found: list[str] = []
    while todo:
        action = todo.pop(0)
        if action in found:
            continue
        found.append(action)
        # Buttons carry all of their state, so each can be pressed in a world of its own.
        world, _ = await new_world(tmp_path)
        reply = await world.chat.press(ANNA.here, action)
        assert "older version" not in reply.text, action
        shown = [reply]
        if reply.form is not None:
            assert reply.form.action == action
            shown.append(await world.chat.press(ANNA.here, action, dict(reply.form.values)))
        todo += [each.action for one in shown for each in buttons_of(one) if each.action]
    return found


def assert_no_secret(reply: Reply, *, of: str) -> None:
    said = repr(reply)
    assert not [secret for secret in SECRETS if secret in said], f"{of}: {said}"


async def test_all_buttons_are_found_and_fit(actions: list[str]) -> None:
    kinds = {action.partition(":")[0] for action in actions}
    assert kinds >= {
        "again.job", "cancel.job", "clip.drop", "clip.fix", "clip.form", "clip.job",
        "clip.options", "clip.retry", "clip.run", "connect.join", "connect.keep",
        "glasses.dm", "glasses.forget", "glasses.list",
        "glasses.pair", "glasses.show", "glasses.test", "glasses.unpair", "help.all",
        "download.choose", "download.get",
        "help.topic", "jobs.cancel", "jobs.show",
        "library.delete", "library.dm", "library.download", "library.erase", "library.keep",
        "library.open", "library.page", "library.send", "library.show", "privacy.erase",
        "privacy.export", "privacy.forget", "privacy.show", "settings.channel", "settings.channels",
        "settings.each", "settings.mixing", "settings.reset", "settings.results", "settings.roles",
        "settings.server", "settings.show", "settings.together", "tray.clear", "tray.empty",
        "tray.mix", "tray.move", "tray.options", "tray.pick", "tray.remove", "tray.reorder",
        "tray.show",
    }  # fmt: skip
    assert all(len(action.encode()) <= LONGEST_ACTION for action in actions)


async def test_a_stranger_presses_every_button(actions: list[str], tmp_path: Path) -> None:
    world, _ = await new_world(tmp_path)
    before = await world.anna()
    for action in actions:
        for given in (None, {"title": "x", "crossfade": "1", "channels": "1"}):
            reply = await world.chat.press(BERT.here, action, given)
            assert_no_secret(reply, of=action)
            assert reply.text and not reply.edits and reply.job is None and reply.form is None, (
                action
            )
    assert await world.anna() == before


async def test_a_stranger_makes_the_buttons_their_own(actions: list[str], tmp_path: Path) -> None:
    """With their own mark on them they do what they do, to the stranger's own things only."""
    world, _ = await new_world(tmp_path)
    await world.chat.people.set(BERT.person, "crossfade", "2")
    before = await world.anna()
    for action in actions:
        forged = action.replace(mark_of(ANNA.person), mark_of(BERT.person))
        for given in (None, {"title": "x", "crossfade": "1"}):
            reply = await world.chat.press(BERT.here, forged, given)
            if forged.partition(":")[0] != "library.open":
                assert_no_secret(reply, of=forged)
    world.chat.privacy.erased.clear()
    assert await world.anna() == before


async def test_a_stranger_names_what_is_anothers(tmp_path: Path) -> None:
    world, _ = await new_world(tmp_path)
    before = await world.anna()
    wanted = [world.done.id, world.going.id, f"x · {world.done.id}", "Aquamarine", "Amethyst", ""]
    for command in world.chat.desk.commands:
        entry = command.entry
        for option in entry.options:
            for typed in wanted:
                reply = await world.chat.say(BERT.here, entry.name, **{option.name: typed})
                said = repr(reply).replace(typed, "…") if typed else repr(reply)
                leaked = [each for each in SECRETS[:4] if each in said]
                assert not leaked, (entry.name, option.name, said)
                found = await world.chat.suggest(BERT.here, entry.name, option.name, typed)
                assert not [each for each in found if "Aquamarine" in each]
    assert await world.anna() == before


async def test_a_manager_may_cancel_and_nothing_else(actions: list[str], tmp_path: Path) -> None:
    boss = Someone("boss", manages=True)
    for action in actions:
        world, _ = await new_world(tmp_path)
        before: list[object] = await world.anna()
        reply = await world.chat.press(boss.here, action)
        if action == f"cancel.job:{world.going.id}":
            assert reply.text == "“Aquamarine going” is cancelled."
        else:
            assert_no_secret(reply, of=action)
            assert await world.anna() == before


async def test_who_joins_by_a_code_is_no_stranger_any_more(tmp_path: Path) -> None:
    world, _ = await new_world(tmp_path)
    code = (await world.chat.say(ANNA.here, "connect")).title
    asked = await world.chat.say(BERT.here, "connect", code=code)
    assert "Aquamarine" not in repr(await world.chat.say(BERT.here, "library"))
    await world.chat.tap(BERT.here, asked, "Link")
    assert "Aquamarine" in repr(await world.chat.say(BERT.here, "library"))
    orders: list[Order] = list(world.chat.jobs.orders.values())
    assert all(order.person == ANNA.person for order in orders)
