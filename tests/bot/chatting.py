"""A desk with the commands that people meet, and what a test wants to know of its answers."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.app import Stores, list_commands
from bot.dispatch import FrontDesk
from bot.words import Words
from config.settings import Settings
from core.calls import Asker, Command
from core.jobs import Job
from core.options import Attachment
from core.screens import Button, Reply
from tests.fakes_glasses import FakeDarkroom, FakePairs
from tests.fakes_people import (
    FakeLibrary,
    FakeLinks,
    FakeNotes,
    FakePeople,
    FakePrivacy,
    FakeServers,
    FakeTrays,
    Someone,
    mixtape_outcome,
    sound,
)

WORDS = Words()


def open_desk(stores: Stores, *, more: Sequence[Command] = ()) -> FrontDesk:
    """The real desk with the real commands."""
    return FrontDesk(
        [*list_commands(Settings(), stores), *more],
        stores.people,
        stores.servers,
        stores.words,
        operators=["toy:operator"],
    )


@dataclass
class Chat:
    """A house of fakes with the real commands, and `more`, and the real desk in it."""

    more: Sequence[Command] = ()
    words: Words = WORDS

    jobs: FakeLibrary = field(default_factory=FakeLibrary)
    trays: FakeTrays = field(default_factory=FakeTrays)
    people: FakePeople = field(default_factory=FakePeople)
    servers: FakeServers = field(default_factory=FakeServers)
    links: FakeLinks = field(default_factory=FakeLinks)
    notes: FakeNotes = field(default_factory=FakeNotes)
    privacy: FakePrivacy = field(default_factory=FakePrivacy)
    pairs: FakePairs = field(default_factory=FakePairs)
    darkroom: FakeDarkroom = field(default_factory=FakeDarkroom)

    def __post_init__(self) -> None:
        stores = Stores(
            jobs=self.jobs,
            trays=self.trays,
            people=self.people,
            servers=self.servers,
            links=self.links,
            notes=self.notes,
            privacy=self.privacy,
            pairs=self.pairs,
            darkroom=self.darkroom,
            words=self.words,
        )
        self.desk = open_desk(stores, more=self.more)
        self._keys = 0

    async def say(self, asker: Asker, command: str, **given: object) -> Reply:
        return await self.desk.answer(command, asker, key=self._key(), given=given)

    async def choose(self, asker: Asker, command: str, **given: object) -> Reply:
        """Choose a command in the menu of a message that has the given files."""
        return await self.desk.answer(command, asker, key=self._key(), given=given, menu=True)

    async def press(
        self, asker: Asker, button: Button | str, given: Mapping[str, object] | None = None
    ) -> Reply:
        action = button if isinstance(button, str) else button.action
        return await self.desk.press(action, asker, key=self._key(), given=given)

    async def tap(self, asker: Asker, reply: Reply, label: str) -> Reply:
        """Press the button with that label on a reply."""
        return await self.press(asker, find_button(reply, label))

    async def drop(self, asker: Asker, *files: Attachment) -> Reply:
        return await self.desk.collect(files, asker, key=self._key())

    async def suggest(self, asker: Asker, command: str, option: str, typed: str) -> Sequence[str]:
        return await self.desk.suggest(command, option, asker, typed=typed)

    async def made(
        self, someone: Someone, title: str, *, files: Sequence[Attachment] = (), **given: object
    ) -> Job:
        """A mixtape of somebody's that was finished two hours ago."""
        tracks = list(files) or [sound("a.mp3")]
        reply = await self.say(someone.here, "mixtape", tracks=tracks, title=title, **given)
        assert reply.job is not None, reply.text
        self.jobs.finish(reply.job, mixtape_outcome(title))
        return self.jobs.date(reply.job, time.time() - 7200)

    def _key(self) -> str:
        self._keys += 1
        return f"key{self._keys}"


def buttons_of(reply: Reply) -> list[Button]:
    return [button for row in reply.buttons for button in row]


def find_button(reply: Reply, label: str) -> Button:
    found = [button for button in buttons_of(reply) if button.label == label]
    assert found, f"no button {label!r} among {[each.label for each in buttons_of(reply)]}"
    return found[0]
