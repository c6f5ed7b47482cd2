"""Getting music made for a scene: by the first who is well, and in the end by the composer."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from slugify import slugify

from adapters.ffmpeg.analyse import analyse
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import probe
from adapters.ffmpeg.rhythm import find_rhythm
from adapters.intake import look
from bot.pipelines.results import empty_folder, write_text
from core.errors import ServiceError, UserError
from core.ports import Musician
from core.scenes import Soundtrack
from core.soundtracks import (
    DeclinedError,
    Health,
    RestError,
    Take,
    Terms,
    Wish,
    explain_choice,
    pass_over,
    require_length,
)

_log = logging.getLogger(__name__)
_LONGEST_SECONDS = 1200.0
_POLLS_IN_VAIN = 3
"""How many questions in a row may fail before an order is given up: its maker is still at it."""
_TICKET = "ticket.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundtracks:
    """`hire` gives those who are asked first, best first; `composer` is always there.

    `most_cents` is what one piece may cost, 0 is no limit.
    """

    ffmpeg: str
    pool: Pool
    composer: Musician
    hire: Callable[[], Sequence[Musician]]
    most_cents: float = 0.0
    health: Health = field(default_factory=Health)

    async def make(self, wish: Wish, folder: Path) -> Soundtrack:
        """Music for a wish, in a file of its own in `folder`; it may be a little longer.

        May be called again after a crash: what was ordered is waited for, not ordered twice.
        Raises `ServiceError` when not even the composer could.
        """
        sentences = []
        # In a thread: the first time, vendors' libraries are imported for a second.
        for musician in await asyncio.to_thread(self.hire):
            title = musician.terms.title
            why_not = self._pass_over(musician.terms, wish)
            if why_not:
                sentences.append(why_not)
                continue
            try:
                made = await self._have_made(musician, wish, folder)
            except (ServiceError, UserError) as error:
                _log.warning("%s made no music: %s", title, error, exc_info=error)
                sentences.append(str(error))
            else:
                return replace(made, note=explain_choice(sentences, title))
        take = await self._ask(self.composer, wish, folder)
        title = self.composer.terms.title
        return Soundtrack(
            path=take.path,
            seconds=wish.seconds,
            tempo=take.tempo,
            beats=take.beats,
            provider=title,
            note=explain_choice(sentences, title),
        )

    async def listen(self, path: Path, *, provider: str) -> Soundtrack:
        """Any sound file as a soundtrack: decoded to its end, and its beat found.

        Raises `UserError` with the end of a sentence about the file.
        """
        found = await look(path)
        if found is None:
            raise UserError("is a picture, not a sound file.")
        async with self.pool.slot():
            said = await probe(self.ffmpeg, path, found.demuxer)
            sound = await analyse(
                self.ffmpeg,
                path,
                said,
                demuxer=found.demuxer,
                most_seconds=_LONGEST_SECONDS,
                on_seconds=lambda _: None,
            )
            seconds = sound.frames / sound.rate
            rhythm = await find_rhythm(
                self.ffmpeg, path, demuxer=found.demuxer, seconds=_LONGEST_SECONDS
            )
        return Soundtrack(
            path=path,
            seconds=round(seconds, 3),
            tempo=rhythm.tempo,
            beats=rhythm.beats,
            provider=provider,
        )

    def _pass_over(self, terms: Terms, wish: Wish) -> str:
        if not self.health.well(terms.title, now=time.monotonic()):
            return f"{terms.title} failed a moment ago and is left in peace."
        return pass_over(terms, wish.seconds, most_cents=self.most_cents)

    async def _have_made(self, musician: Musician, wish: Wish, folder: Path) -> Soundtrack:
        """Somebody else's music, looked at as every stranger's file is."""
        title = musician.terms.title
        try:
            take = await self._ask(musician, wish, folder)
            made = await self._judge(take, wish, title)
        except (ServiceError, UserError) as error:
            # An address that is refused is their doing as well: they are left in peace, too.
            failure = error if isinstance(error, ServiceError) else ServiceError(str(error))
            self.health.failed(title, failure, now=time.monotonic())
            raise
        self.health.succeeded(title)
        return made

    async def _judge(self, take: Take, wish: Wish, title: str) -> Soundtrack:
        try:
            made = await self.listen(take.path, provider=title)
        except UserError as error:
            raise ServiceError(f"What {title} sent {error}") from error
        require_length(title, made.seconds, wanted=wish.seconds)
        return replace(made, beats=take.beats or made.beats, tempo=take.tempo or made.tempo)

    async def _ask(self, musician: Musician, wish: Wish, folder: Path) -> Take:
        terms = musician.terms
        place = folder / slugify(terms.title)
        try:
            async with asyncio.timeout(terms.patience):
                ticket = await _order(musician, wish, place)
                await _wait(musician, ticket)
                return await musician.fetch(ticket, place)
        except TimeoutError as error:
            (place / _TICKET).unlink(missing_ok=True)
            raise ServiceError(f"{terms.title} did not answer in time.") from error
        except ServiceError:
            # What is tried again after a failure is ordered anew.
            (place / _TICKET).unlink(missing_ok=True)
            raise


async def _order(musician: Musician, wish: Wish, place: Path) -> str:
    """The ticket of an order: the one that was written down before a crash, or a new one."""
    kept, digest = place / _TICKET, _digest(wish)
    if kept.is_file():
        known: Mapping[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        if known["wish"] == digest:
            return str(known["ticket"])
    empty_folder(place)
    ticket = await musician.submit(wish)
    write_text(kept, json.dumps({"wish": digest, "ticket": ticket}))
    return ticket


async def _wait(musician: Musician, ticket: str) -> None:
    failures = 0
    while True:
        try:
            if await musician.poll(ticket):
                return
            failures = 0
        except (DeclinedError, RestError):
            raise
        except ServiceError:
            failures += 1
            if failures == _POLLS_IN_VAIN:
                raise
        await asyncio.sleep(musician.terms.pause)


def _digest(wish: Wish) -> str:
    facts = [wish.scene.as_json(), wish.seconds, wish.seed, wish.sung, str(wish.photo)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
