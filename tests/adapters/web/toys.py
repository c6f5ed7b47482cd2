"""Commands that show all that a chat can be shown, and the desk for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from core.calls import Asker, Call, Collecting, Entry, Press, Pressable, Suggesting
from core.delivery import Parcel
from core.errors import UserError
from core.jobs import Job, Order
from core.names import JobId, PersonId
from core.options import Attachment, Kind, Option, read_values
from core.ports import Jobs
from core.screens import Button, File, Form, Reply, Tone
from tests.fakes import FakeDesk

TITLE = Option(name="title", kind=Kind.TEXT, summary="What the tape is called", most=40)
FADE = Option(
    name="crossfade",
    kind=Kind.NUMBER,
    summary="How long tracks overlap",
    default=6.0,
    least=0,
    most=30,
    unit="seconds",
)
FORM = (
    TITLE,
    FADE,
    Option(
        name="order",
        kind=Kind.CHOICE,
        summary="Which follows which",
        default="given",
        choices=("given", "name"),
    ),
    Option(name="video", kind=Kind.FLAG, summary="Make an MP4 as well", default=True),
    Option(name="cover", kind=Kind.FILE, summary="A picture for it", accepts="image"),
)


class ToyDesk(FakeDesk):
    """All of `core.ports.Desk`, with an account for each identity."""

    async def press(
        self, action: str, asker: Asker, *, key: str, given: Mapping[str, object] | None = None
    ) -> Reply:
        name, _, rest = action.partition(".")
        what, _, argument = rest.partition(":")
        command = next((each for each in self.commands if each.entry.name == name), None)
        if not isinstance(command, Pressable):
            return Reply("That button is too old.", alone=True)
        try:
            return await command.press(Press(what, argument, asker.identity, asker, key, given))
        except UserError as error:
            return Reply(str(error), alone=True)

    async def collect(self, files: Sequence[Attachment], asker: Asker, *, key: str) -> Reply:
        command = next(each for each in self.commands if isinstance(each, Collecting))
        try:
            return await command.collect(asker.identity, asker, files, key=key)
        except UserError as error:
            return Reply(str(error))

    async def suggest(
        self, command: str, option: str, asker: Asker, *, typed: str
    ) -> Sequence[str]:
        found = next((each for each in self.commands if each.entry.name == command), None)
        if not isinstance(found, Suggesting):
            return ()
        return await found.suggest(option, typed, asker.identity)

    def explain(self, error: Exception, asker: Asker | None = None) -> Reply:
        return Reply(str(error))

    async def show_progress(self, job: Job, *, bar: int = 12) -> Reply:
        return Reply(f"{job.progress.percent:g} %", title=job.name)

    async def show_result(self, job: Job, parcels: Sequence[Parcel], *, alone: bool) -> Reply:
        links = tuple(
            Button(parcel.product.label, link=parcel.link) for parcel in parcels if parcel.link
        )
        own = (
            Button("Make again", f"shelf.again:{job.id}", opens_form=True),
            Button("Delete", f"shelf.delete:{job.id}", Tone.DANGER),
        )
        return Reply("", title=job.name, buttons=(links, own))


@dataclass
class ToyTray:
    """A tray in memory: it collects, is changed by buttons and a form, and is mixed."""

    jobs: Jobs
    trays: dict[PersonId, list[Attachment]] = field(default_factory=dict)
    options: dict[PersonId, Mapping[str, object]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    entry: ClassVar[Entry] = Entry(name="tray", summary="What you have gathered so far")

    async def run(self, call: Call) -> Reply:
        return self._show(call.person)

    async def collect(
        self, person: PersonId, asker: Asker, files: Sequence[Attachment], *, key: str
    ) -> Reply:
        refused = tuple(file for file in files if file.label.endswith(".txt"))
        if len(files) > 9:
            raise UserError("A tray holds 9 tracks.")
        if key not in self.keys:
            self.keys.add(key)
            fitting = [file for file in files if file not in refused]
            self.trays.setdefault(person, []).extend(fitting)
        note = "".join(f"{file.label} is no sound. " for file in refused)
        text = f"{note}{len(self.trays[person])} tracks."
        return replace(self._show(person, text=text), refused=refused)

    async def press(self, press: Press) -> Reply:
        tray = self.trays.get(press.person, [])
        if press.action == "options":
            return self._ask(press) if press.given is None else self._set(press, press.given)
        if press.action == "mix":
            return await self._mix(press, tray)
        if press.action == "clear":
            tray.clear()
        elif press.action == "last" and tray:
            tray.insert(0, tray.pop())
        else:
            raise UserError("That button is too old.")
        return self._show(press.person, edits=True)

    async def _mix(self, press: Press, tray: list[Attachment]) -> Reply:
        if not tray:
            raise UserError("The tray is empty.")
        request = {"labels": [file.label for file in tray]}
        title = str(self.options.get(press.person, {}).get("title") or "Gathered")
        order = Order(press.key, "mixtape", title, press.person, press.asker.place, request)
        job = await self.jobs.start(order)
        tray.clear()
        return Reply("Mixing.", job.id, edits=True)

    def _ask(self, press: Press) -> Reply:
        kept = self.options.get(press.person, {})
        values = {"crossfade": "8", "video": "no", **{name: str(kept[name]) for name in kept}}
        return Reply("", form=Form(action="tray.options", title="How", options=FORM, values=values))

    def _set(self, press: Press, given: Mapping[str, object]) -> Reply:
        values = read_values(FORM, given)
        cover = values.pop("cover")
        label = cover.label if isinstance(cover, Attachment) else "none"
        self.options[press.person] = values
        shown = ", ".join(f"{name} {value}" for name, value in values.items())
        return self._show(press.person, text=f"{shown}, cover {label}", edits=True)

    def _show(self, person: PersonId, *, text: str = "", edits: bool = False) -> Reply:
        tray = self.trays.get(person, [])
        buttons = (
            (Button("Mix", "tray.mix", Tone.MAIN), Button("Last first", "tray.last")),
            (
                Button("Options", "tray.options", opens_form=True),
                Button("Clear", "tray.clear", Tone.DANGER),
            ),
        )
        return Reply(
            text or f"{len(tray)} tracks.",
            title="Your tray",
            lines=tuple(file.label for file in tray),
            buttons=buttons if tray else (),
            slot="tray",
            edits=edits,
        )


@dataclass(frozen=True, slots=True)
class ToyShelf:
    """What is done with results: made again by a form, deleted, exported, found by name."""

    jobs: Jobs
    folder: Path

    entry: ClassVar[Entry] = Entry(
        name="shelf",
        summary="Look for a result",
        options=(Option(name="name", kind=Kind.TEXT, summary="Its name", most=60, suggests=True),),
    )

    async def run(self, call: Call) -> Reply:
        if call.values["name"] == "export":
            path = self.folder / "export.zip"
            path.write_bytes(b"PK all of it")
            return Reply("Here is all of it.", files=(File(str(path), "Everything.zip"),))
        if call.values["name"] == "ask":
            form = Form(action="shelf.named", title="Name it", options=(TITLE,))
            return Reply("", form=form)
        return Reply(f"Nothing is called {call.values['name']}.")

    async def press(self, press: Press) -> Reply:
        if press.action == "named":
            return Reply(f"It is called {(press.given or {}).get('title')}.", edits=True)
        job = await self.jobs.find(JobId(press.argument), person=press.person)
        if press.action == "delete":
            await self.jobs.remove(job.id, person=press.person)
            return Reply(f"{job.name} is gone.", removed=job.id)
        form = Form(action=f"shelf.again:{job.id}", title="Again", options=(TITLE,))
        return Reply("", form=form)

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        mine = await self.jobs.listed(person=person, active=False)
        return [job.name for job in mine if typed.casefold() in job.name.casefold()]
