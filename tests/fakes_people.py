"""Honest stand-ins for what is kept about people: accounts, settings, trays, results, links."""

import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.calls import Asker
from core.delivery import PLAYED, Codec, Coding, Parcel, Preference, Rung, Why
from core.errors import UserError
from core.jobs import LOOK, Job, Json, Order, Outcome, Product, State
from core.names import JobId, PersonId, Place
from core.options import Attachment
from core.screens import File
from core.trays import Item, Tray
from tests.fakes import FakeJobs


class FakeTrays:
    """Fills `core.ports.Trays` in memory. What is called `.png` is a cover."""

    def __init__(self) -> None:
        self._trays: dict[PersonId, Tray] = {}
        self._keys: set[tuple[PersonId, str]] = set()
        self._numbers = itertools.count(1)

    async def find(self, person: PersonId) -> Tray:
        return self._trays.get(person, Tray(person=person))

    async def add(self, person: PersonId, files: Sequence[Attachment], *, key: str) -> Tray:
        tray = await self.find(person)
        if (person, key) in self._keys:
            return tray
        self._keys.add((person, key))
        covers = [file for file in files if file.label.lower().endswith(".png")]
        tracks = [file for file in files if file not in covers]
        new = tuple(Item(f"item{next(self._numbers)}", file) for file in tracks)
        cover = covers[-1] if covers else tray.cover
        return self._put(replace(tray, items=(*tray.items, *new), cover=cover))

    async def change(self, person: PersonId, change: Callable[[Tray], Tray]) -> Tray:
        return self._put(change(await self.find(person)))

    async def clear(self, person: PersonId) -> None:
        self._trays.pop(person, None)

    def _put(self, tray: Tray) -> Tray:
        self._trays[tray.person] = tray
        return tray


class FakePeople:
    """Fills `core.ports.People` in memory. Codes are `CODE1`, `CODE2` and so on."""

    def __init__(self) -> None:
        self.accounts: dict[PersonId, PersonId] = {}
        self._settings: dict[PersonId, dict[str, str]] = defaultdict(dict)
        self._blocked: dict[PersonId, str] = {}
        self._codes: dict[str, PersonId] = {}
        self._numbers = itertools.count(1)

    async def account(self, identity: PersonId) -> PersonId:
        return self.accounts.get(identity, identity)

    async def identities(self, person: PersonId) -> Sequence[PersonId]:
        joined = [identity for identity, account in self.accounts.items() if account == person]
        return sorted({person, *joined} - {i for i, a in self.accounts.items() if a != person})

    async def offer(self, person: PersonId) -> str:
        code = f"CODE{next(self._numbers)}"
        self._codes[code] = person
        return code

    async def check(self, identity: PersonId, code: str) -> PersonId:
        if code not in self._codes:
            raise UserError("That code is wrong or too old. Ask for a new one with /connect.")
        if self._codes[code] == await self.account(identity):
            raise UserError("These two chats are linked already.")
        return self._codes[code]

    async def join(self, identity: PersonId, code: str) -> PersonId:
        account = await self.check(identity, code)
        del self._codes[code]
        self.accounts[identity] = account
        return account

    async def leave(self, identity: PersonId) -> None:
        self.accounts[identity] = PersonId(f"{identity}:apart")

    async def settings(self, person: PersonId) -> Mapping[str, str]:
        return dict(self._settings[person])

    async def set(self, person: PersonId, name: str, value: str | None) -> None:
        if value is None:
            self._settings[person].pop(name, None)
        else:
            self._settings[person][name] = value

    async def blocked(self, person: PersonId) -> str:
        return self._blocked.get(person, "")

    async def block(self, person: PersonId, reason: str | None) -> None:
        if reason is None:
            self._blocked.pop(person, None)
        else:
            self._blocked[person] = reason


class FakeServers:
    """Fills `core.ports.Servers` in memory."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[str, str]] = defaultdict(dict)

    async def rules(self, server: str) -> Mapping[str, str]:
        return dict(self._rules[server])

    async def set(self, server: str, name: str, value: str | None) -> None:
        if value is None:
            self._rules[server].pop(name, None)
        else:
            self._rules[server][name] = value

    async def move(self, server: str, new: str) -> None:
        self._rules[new] = {**self._rules.pop(server, {}), **self._rules[new]}


class FakeLinks:
    """Fills `core.ports.Links`: addresses that say what they are for."""

    def download(self, job: JobId, index: int, *, seconds: float | None = None) -> str:
        return f"https://deck.test/files/{job}/{index}"

    async def upload(self, person: PersonId, asker: Asker) -> str:
        return f"https://deck.test/upload/{person}"

    async def enter(self, person: PersonId) -> str:
        return f"https://deck.test/enter/{person}"


class FakeNotes:
    """Fills `core.ports.Notes` in memory, as JSON, with whose each is."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], str] = {}
        self.owners: dict[tuple[str, str], PersonId | None] = {}

    async def put(
        self, platform: str, key: str, facts: Mapping[str, Json], *, person: PersonId | None = None
    ) -> None:
        self._notes[platform, key] = json.dumps(facts)
        self.owners[platform, key] = person

    async def get(self, platform: str, key: str) -> Mapping[str, Json] | None:
        text = self._notes.get((platform, key))
        return None if text is None else json.loads(text)

    async def drop(self, platform: str, key: str) -> None:
        self._notes.pop((platform, key), None)

    def of(self, person: PersonId) -> dict[tuple[str, str], str]:
        """All that is noted of one person."""
        return {key: text for key, text in self._notes.items() if self.owners[key] == person}


class FakePrivacy:
    """Fills `core.ports.Privacy`: one record and the files that a test puts there."""

    def __init__(self) -> None:
        self.kept: dict[PersonId, list[File]] = defaultdict(list)
        self.erased: list[PersonId] = []

    async def records(self, person: PersonId) -> Mapping[str, Sequence[Mapping[str, Json]]]:
        return {"identities": [{"identity": person, "person": person}]}

    async def files(self, person: PersonId) -> Sequence[File]:
        return list(self.kept[person])

    async def erase(self, person: PersonId) -> None:
        self.kept.pop(person, None)
        self.erased.append(person)


class FakeLibrary(FakeJobs):
    """All of `core.ports.Jobs` in memory, with what was sent again and to where."""

    def __init__(self) -> None:
        super().__init__()
        self.resent: dict[str, tuple[JobId, Place]] = {}
        self.gone: set[JobId] = set()
        self._refusal = ""

    def refuse(self, sentence: str) -> None:
        """From now on no order is accepted."""
        self._refusal = sentence

    async def start(self, order: Order) -> Job:
        if self._refusal:
            raise UserError(self._refusal)
        return await super().start(order)

    def date(self, job: JobId, finished: float) -> Job:
        """Say when a job ended, in seconds since 1970."""
        return self._put(replace(self._jobs[job], finished=finished))

    async def order(self, job: JobId, *, person: PersonId) -> Order:
        await self.find(job, person=person)
        return self.orders[job]

    async def page(
        self, person: PersonId, *, search: str = "", after: int = 0, most: int = 10
    ) -> tuple[Sequence[Job], int]:
        done = [
            job
            for job in await self.listed(person=person, active=False)
            if job.state is State.DONE and job.kind != LOOK and search.casefold() in _searched(job)
        ]
        return done[after : after + most], len(done)

    async def resend(self, job: JobId, place: Place, *, person: PersonId, key: str) -> None:
        await self.find(job, person=person)
        if job in self.gone:
            raise UserError("The files of that result are gone.")
        self.resent.setdefault(key, (job, place))

    async def remove(self, job: JobId, *, person: PersonId) -> None:
        found = await self.find(job, person=person)
        if not found.state.ended:
            raise UserError("That job is still at work. Cancel it first.")
        self.forget(job)


def _searched(job: Job) -> str:
    return f"{job.name} {job.outcome.details if job.outcome else ''}".casefold()


@dataclass(frozen=True)
class Someone:
    """A person with a home and a server, as chats see them."""

    name: str
    server: str = "toy:server"
    manages: bool = False
    discreet: bool = True

    @property
    def person(self) -> PersonId:
        return PersonId(f"toy:{self.name}")

    @property
    def here(self) -> Asker:
        """Asking in the server's channel."""
        return Asker(
            identity=self.person,
            place=Place("toy", "channel"),
            home=Place("toy", f"dm-{self.name}"),
            name=self.name,
            server=self.server,
            channel="1001",
            manages=self.manages,
            limit=10_000_000,
            discreet=self.discreet,
        )

    @property
    def at_home(self) -> Asker:
        """Asking in the direct messages."""
        home = Place("toy", f"dm-{self.name}")
        return replace(self.here, place=home, server="", channel="", manages=False)


def mixtape_outcome(title: str, *, tracks: int = 3, rejected: int = 0) -> Outcome:
    """What a finished mixtape tells of itself."""
    seconds = 200.0 * tracks
    return Outcome(
        text=f"“{title}” is ready.",
        products=(
            Product("audio", f"/jobs/x/{title}.mp3", f"{title}.mp3", 12_000_000, seconds),
            Product("video", f"/jobs/x/{title}.mp4", f"{title}.mp4", 60_000_000, seconds),
            Product("cover", "/jobs/x/cover.jpg", "cover.jpg", 90_000),
        ),
        details={
            "title": title,
            "duration": seconds,
            "tracks": [
                {
                    "title": f"Song {n}",
                    "artist": f"Band {n}",
                    "source": f"{n}.mp3",
                    "start": 200.0 * n,
                }
                for n in range(tracks)
            ],
            "rejected": [
                {"source": f"bad{n}.txt", "reason": "is a text, not a sound file."}
                for n in range(rejected)
            ],
        },
    )


def sound(name: str, *, size: int = 3_200_000) -> Attachment:
    return Attachment(Path("/uploads") / name, name, size)


@dataclass
class FakeFitting:
    """Fills `core.ports.Fitting`: parts of `limit` bytes beside the product, or a link.

    `asked` are the limits that were asked for.
    """

    links: FakeLinks
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def fit(
        self,
        job: Job,
        product: Product,
        *,
        limit: int,
        preference: Preference,
        plays: Collection[str] = PLAYED,
    ) -> Parcel:
        self.asked.append((product.role, limit))
        if product.size <= limit:
            return Parcel(product=product, rung=Rung.AS_IS, files=(product,), limit=limit)
        if preference is Preference.LINK:
            index = job.outcome.products.index(product) if job.outcome else 0
            link = self.links.download(job.id, index)
            return Parcel(product=product, rung=Rung.LINK, link=link, limit=limit, why=Why.WISH)
        path = Path(product.path)
        data = path.read_bytes()
        parts = []
        for at in range(0, len(data), limit):
            part = path.with_name(f"{path.stem} {at // limit + 1}{path.suffix}")
            part.write_bytes(data[at : at + limit])
            label = f"{Path(product.label).stem} {at // limit + 1}{path.suffix}"
            size = part.stat().st_size
            parts.append(Product(product.role, str(part), label, size, product.seconds))
        coding = Coding(codec=Codec.AAC, rate=96)
        return Parcel(
            product=product, rung=Rung.PARTS, files=tuple(parts), limit=limit, coding=coding
        )
