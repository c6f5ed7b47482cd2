"""A desk with the commands that people meet, and what a test wants to know of its answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.commands.mixtape import Mixtape
from bot.commands.tray import TrayCommand
from bot.dispatch import FrontDesk
from bot.words import Words
from core.calls import Asker
from core.options import Attachment
from core.screens import Button, Reply
from tests.fakes_people import FakeLibrary, FakeLinks, FakePeople, FakeServers, FakeTrays

WORDS = Words()


@dataclass
class Chat:
    """A house of fakes with the real commands and the real desk in it."""

    jobs: FakeLibrary = field(default_factory=FakeLibrary)
    trays: FakeTrays = field(default_factory=FakeTrays)
    people: FakePeople = field(default_factory=FakePeople)
    servers: FakeServers = field(default_factory=FakeServers)
    links: FakeLinks = field(default_factory=FakeLinks)

    def __post_init__(self) -> None:
        self.tray = TrayCommand(self.jobs, self.trays, self.people, WORDS)
        self.desk = FrontDesk(
            [Mixtape(self.jobs, self.trays, self.people, WORDS), self.tray],
            self.people,
            self.servers,
            WORDS,
            operators=["toy:operator"],
        )
        self._keys = 0

    async def say(self, asker: Asker, command: str, **given: object) -> Reply:
        return await self.desk.answer(command, asker, key=self._key(), given=given)

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

    def _key(self) -> str:
        self._keys += 1
        return f"key{self._keys}"


def buttons_of(reply: Reply) -> list[Button]:
    return [button for row in reply.buttons for button in row]


def find_button(reply: Reply, label: str) -> Button:
    found = [button for button in buttons_of(reply) if button.label == label]
    assert found, f"no button {label!r} among {[each.label for each in buttons_of(reply)]}"
    return found[0]
