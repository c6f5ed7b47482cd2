"""Showing replies: as new messages, in the place of others, or as a job's progress message."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.telegram.drawing import Drawn, draw
from adapters.telegram.places import PLATFORM
from adapters.telegram.posting import GoneError, Poster, SameError
from core.calls import Asker
from core.errors import UserError
from core.jobs import Job, Json
from core.names import JobId, Place
from core.ports import Counter
from core.screens import Reply

BAR = 14


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a reply answers: a message of the person's, or a button under one of ours.

    `kept` says that the message with the button stays as it is.
    """

    message: int = 0
    pressed: int = 0
    kept: bool = False


def job_key(job: JobId) -> str:
    return f"job:{job}"


def result_key(job: JobId) -> str:
    return f"result:{job}"


class Replies:
    def __init__(self, poster: Poster, counter: Counter) -> None:
        self._poster = poster
        self._counter = counter
        self._notes = counter.notes

    async def show(self, reply: Reply, asker: Asker, occasion: Occasion | None = None) -> None:
        """Raises `RefusedError` and `ServiceError`."""
        occasion = occasion or Occasion()
        if reply.removed is not None:
            await self._take_away(reply.removed)
        job = await self._find(reply, asker)
        if job is not None:
            await self._announce(job, reply, asker, occasion)
        elif reply.slot:
            await self._put(reply, asker, occasion)
        elif reply.edits and occasion.pressed and not occasion.kept:
            await self._change(asker.place, occasion.pressed, draw(reply))
        elif reply.text or reply.title or reply.lines:
            await self._poster.post(asker.place, draw(reply), answers=_answers(asker, occasion))
        for file in reply.files:
            await self._poster.send_document(asker.place, Path(file.path), file.label)

    async def _find(self, reply: Reply, asker: Asker) -> Job | None:
        if reply.job is None:
            return None
        person = await self._counter.people.account(asker.identity)
        try:
            return await self._counter.jobs.find(reply.job, person=person)
        except UserError:  # a job of no pipeline's making: its words are all there is
            return None

    async def _announce(self, job: Job, reply: Reply, asker: Asker, occasion: Occasion) -> None:
        """The message that tells how far a job is. Asked twice, there is still only one."""
        drawn = await self.draw_progress(job, said=reply.text)
        known = await self._notes.get(PLATFORM, job_key(job.id))
        if known is not None:
            return
        if reply.edits and occasion.pressed and not occasion.kept:
            message = await self._change(asker.place, occasion.pressed, drawn)
            await self._release(asker.place, occasion.pressed)
        else:
            answers = _answers(asker, occasion)
            message = await self._poster.post(asker.place, drawn, answers=answers)
        facts: dict[str, Json] = {"conversation": asker.place.conversation, "message": message}
        await self._notes.put(PLATFORM, job_key(job.id), facts, person=job.person)

    async def draw_progress(self, job: Job, *, said: str = "") -> Drawn:
        shown = await self._counter.desk.show_progress(job, bar=BAR)
        text = "\n\n".join(part for part in (said, shown.text) if part)
        # A question makes way for what is ordered by it; all else of a job stays.
        return draw(replace(shown, text=text), kept=not job.asks)

    async def _put(self, reply: Reply, asker: Asker, occasion: Occasion) -> None:
        """A slot's message: changed while it is the last one, else posted again at the end."""
        key = _slot_key(asker, reply.slot)
        drawn = draw(reply)
        note = await self._notes.get(PLATFORM, key)
        known = int(str(note["message"])) if note else 0
        here = occasion.pressed if reply.edits and not occasion.kept else 0
        if here and (here == known or not known):
            message = await self._change(asker.place, here, drawn)
        elif known and self._poster.is_last(asker.place, known):
            message = await self._change(asker.place, known, drawn)
        else:
            message = await self._poster.post(asker.place, drawn)
            if known:
                await self._poster.delete(asker.place, known)
                await self._notes.drop(PLATFORM, _shown_key(asker.place, known))
        if message != known:
            person = await self._counter.people.account(asker.identity)
            await self._notes.put(PLATFORM, key, {"message": message}, person=person)
            shown = _shown_key(asker.place, message)
            await self._notes.put(PLATFORM, shown, {"slot": key}, person=person)

    async def _change(self, place: Place, message: int, drawn: Drawn) -> int:
        """Edit a message, or post it where it is no longer there; returns its id."""
        try:
            await self._poster.change(place, message, drawn)
        except SameError:
            return message
        except GoneError:
            return await self._poster.post(place, drawn)
        return message

    async def _release(self, place: Place, message: int) -> None:
        """A slot's message has become a job's: the next time the slot gets a new one."""
        key = _shown_key(place, message)
        note = await self._notes.get(PLATFORM, key)
        if note is not None:
            await self._notes.drop(PLATFORM, str(note["slot"]))
            await self._notes.drop(PLATFORM, key)

    async def _take_away(self, job: JobId) -> None:
        """A deleted job's messages go, where Telegram still lets us."""
        for key in (job_key(job), result_key(job)):
            note = await self._notes.get(PLATFORM, key)
            for place, message in list_messages(note or {}):
                await self._poster.delete(place, message)
            if note is not None:
                await self._notes.drop(PLATFORM, key)


def list_messages(note: Mapping[str, Json]) -> list[tuple[Place, int]]:
    """The messages that a note names."""
    found = note.get("messages", [note] if "message" in note else [])
    return [
        (Place(PLATFORM, str(each["conversation"])), int(str(each["message"])))
        for each in (found if isinstance(found, list) else [])
        if isinstance(each, Mapping)
    ]


def _slot_key(asker: Asker, slot: str) -> str:
    return f"slot:{asker.place.conversation}:{asker.identity}:{slot}"


def _shown_key(place: Place, message: int) -> str:
    return f"shown:{place.conversation}:{message}"


def _answers(asker: Asker, occasion: Occasion) -> int:
    """In a group an answer shows whom it is for."""
    return occasion.message if asker.server else 0
