"""/privacy: what is kept about a person, all of it as a ZIP, and its end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bot.amounts import say_size
from bot.buttons import outdated, owned, read_owned
from bot.ordering import address
from bot.pipelines.archive import KIND
from bot.words import Say, Words
from core.calls import Call, Entry, Press
from core.jobs import Order
from core.names import PersonId
from core.ports import Jobs, Privacy
from core.screens import Button, File, Reply, Tone


@dataclass(frozen=True, slots=True)
class PrivacyCommand:
    """`hours` is how long results are kept."""

    jobs: Jobs
    privacy: Privacy
    words: Words
    hours: int

    entry: ClassVar[Entry] = Entry(
        name="privacy",
        summary="What is kept about you: export all of it, or erase it",
        examples=("/privacy",),
        alone=True,
        always=True,
    )

    async def run(self, call: Call) -> Reply:
        return await self._show(call.person, self.words.to(call.asker.language))

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        match press.action, read_owned(press, say):
            case "show", []:
                return await self._show(press.person, say, edits=True)
            case "export", []:
                return await self._export(press, say)
            case "erase", []:
                return _ask_erase(press.person, say)
            case "forget", []:
                await self.privacy.erase(press.person)
                return Reply(say("privacy-erased"), slot="privacy", edits=True, alone=True)
        raise outdated(say)

    async def _show(self, person: PersonId, say: Say, *, edits: bool = False) -> Reply:
        records, files = await self.privacy.records(person), await self.privacy.files(person)
        size = await asyncio.to_thread(_measure, files)
        rows = sum(len(table) for table in records.values())
        return Reply(
            say("privacy-kept", hours=self.hours),
            title=say("privacy-title"),
            lines=(
                say("privacy-records", count=rows),
                say("privacy-files", count=len(files), size=say_size(size, say)),
            ),
            buttons=(
                (
                    Button(say("button-export"), owned(person, "privacy.export")),
                    Button(say("button-erase"), owned(person, "privacy.erase"), Tone.DANGER),
                ),
            ),
            slot="privacy",
            edits=edits,
            alone=True,
        )

    async def _export(self, press: Press, say: Say) -> Reply:
        title = say("privacy-archive")
        order = Order(
            key=press.key,
            kind=KIND,
            title=title,
            person=press.person,
            place=press.asker.home,
            request={"person": press.person, "title": title},
            private=True,
        )
        job = await self.jobs.start(address(order, press.asker, away=True))
        return Reply(say("privacy-packing"), job.id, alone=True)


def _ask_erase(person: PersonId, say: Say) -> Reply:
    return Reply(
        say("privacy-ask"),
        title=say("privacy-ask-title"),
        buttons=(
            (
                Button(say("button-erase-now"), owned(person, "privacy.forget"), Tone.DANGER),
                Button(say("button-keep"), owned(person, "privacy.show"), Tone.MAIN),
            ),
        ),
        slot="privacy",
        edits=True,
        alone=True,
    )


def _measure(files: Sequence[File]) -> int:
    paths = [Path(file.path) for file in files]
    return sum(path.stat().st_size for path in paths if path.is_file())
