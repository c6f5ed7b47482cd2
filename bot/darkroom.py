"""The darkroom: photos from glasses come in, and a video of each burst is ordered, once."""

import asyncio
import logging
import time
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.words import Say, Words
from core.calls import Asker
from core.errors import ServiceError, UserError
from core.glasses import PATIENCE, Fate, Pair, Photo, Shot, make_id, order_video
from core.jobs import Job
from core.names import PersonId
from core.ports import ChatPlatform, Inbox, Jobs, Pairs, People
from core.preferences import LANGUAGE
from core.screens import Reply
from storage.photos import PhotoTable

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 30.0
_TELL_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoDarkroom:
    """Fills the port `Darkroom`. `platforms` are the chats that are told of what comes.

    What was accepted is in the database; `keep_ordering` makes orders of it, in any process, and
    goes on after a crash. So taking in is quick, and waits for nobody's quota.
    """

    pairs: Pairs
    photos: PhotoTable
    inbox: Inbox
    jobs: Jobs
    people: People
    platforms: Mapping[str, ChatPlatform]
    words: Words
    clock: Callable[[], float] = time.time
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def admit(self, token: str) -> Pair | None:
        pair = await self.pairs.find(token)
        if pair is not None and (reason := await self.people.blocked(pair.person)):
            raise UserError((await self._say(pair))("desk-blocked", reason=reason))
        return pair

    async def accept(self, pair: Pair, shot: Shot, chunks: AsyncIterable[bytes]) -> Photo:
        known = await self.photos.seen(pair.id, shot.request)
        if known is not None and known.fate is not Fate.MISSED:
            return known
        key = f"glasses:{pair.id}:{shot.request}"
        file = await self.inbox.receive(pair.person, shot.label, chunks, key=key, size=shot.size)
        now = self.clock()
        photo = await self.photos.add(
            Photo(
                id=make_id(),
                person=pair.person,
                pair=pair.id,
                request=shot.request,
                received=now,
                due=now + pair.burst,
                file=file,
                taken=shot.taken,
            )
        )
        self._arrived.set()
        return photo

    async def note_failure(self, pair: Pair, request: str, *, reason: str) -> None:
        if await self.photos.seen(pair.id, request) is not None:
            return
        now = self.clock()
        missed = Photo(
            id=make_id(),
            person=pair.person,
            pair=pair.id,
            request=request,
            received=now,
            due=now,
            fate=Fate.MISSED,
            note=reason,
        )
        if (await self.photos.add(missed)).id == missed.id:
            say = await self._say(pair)
            await self._tell(pair, Reply(say("glasses-failed", name=pair.name, reason=reason)))

    async def look(self, photo: str, *, person: PersonId) -> tuple[Photo, Job | None]:
        found = await self.photos.find(photo, person=person)
        return found, await self._job_of(found)

    async def page(
        self, person: PersonId, *, request: str = "", after: int = 0, most: int = 20
    ) -> tuple[Sequence[tuple[Photo, Job | None]], int]:
        found, total = await self.photos.page(person, request=request, after=after, most=most)
        return [(photo, await self._job_of(photo)) for photo in found], total

    async def keep_ordering(self) -> None:
        """Order what is due, again and again: at once when a photo comes, else each second."""
        while True:
            self._arrived.clear()
            try:
                await self.order_due()
            except Exception:  # noqa: BLE001 - a database that is away comes back
                _log.exception("videos could not be ordered and are tried again")
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._arrived.wait()

    async def order_due(self) -> None:
        """Order a video of each burst that is complete, and tell about it."""
        bursts = await self.photos.gather(now=self.clock())
        told = [await self._order_safely(pair, photos) for pair, photos in bursts]
        async with asyncio.TaskGroup() as tasks:
            for (pair, _), reply in zip(bursts, told, strict=True):
                if reply is not None:
                    tasks.create_task(self._tell(pair, reply))

    async def _order_safely(self, pair: Pair, photos: Sequence[Photo]) -> Reply | None:
        """One burst's trouble is not the others': it is tried again in a while."""
        try:
            return await self._order(pair, photos)
        except Exception:  # noqa: BLE001 - whatever it is, the other bursts go on
            _log.exception("the video of photo %s could not be ordered", photos[0].id)
            until = self.clock() + _AGAIN_SECONDS
            await self.photos.postpone([photo.id for photo in photos], until=until, note="")
            return None

    async def _order(self, pair: Pair, photos: Sequence[Photo]) -> Reply | None:
        """What its person is told; nothing while their quota is used up."""
        say = await self._say(pair)
        here = await asyncio.to_thread(_still_there, photos)
        gone = [photo.id for photo in photos if photo not in here]
        if gone and await self.photos.mark_missed(gone, note=say("glasses-gone")) and not here:
            return Reply(say("glasses-failed", name=pair.name, reason=say("glasses-gone")))
        if not here:
            return None
        order = order_video(here, pair, title=say("glasses-video"))
        ids = [photo.id for photo in here]
        try:
            job = await self.jobs.start(order)
        except UserError as error:
            return await self._postpone(pair, here, str(error), say)
        if not await self.photos.mark_ordered(ids, job.id):
            return None
        return Reply(say("glasses-came", count=len(here), name=pair.name), job=job.id)

    async def _postpone(
        self, pair: Pair, photos: Sequence[Photo], reason: str, say: Say
    ) -> Reply | None:
        """A quota is used up: it is tried again for a day, and the person hears of it once."""
        ids, now = [photo.id for photo in photos], self.clock()
        if now - photos[0].received > PATIENCE:
            await self.photos.mark_missed(ids, note=reason)
            return Reply(say("glasses-failed", name=pair.name, reason=reason))
        await self.photos.postpone(ids, until=now + _AGAIN_SECONDS, note=reason)
        return (
            None if photos[0].note else Reply(say("glasses-waits", name=pair.name, reason=reason))
        )

    async def _job_of(self, photo: Photo) -> Job | None:
        if photo.job is None:
            return None
        try:
            return await self.jobs.find(photo.job, person=photo.person)
        except UserError:  # it was deleted
            return None

    async def _tell(self, pair: Pair, reply: Reply) -> None:
        """Say it where results go. It is news only: what cannot be said now is left."""
        platform = self.platforms.get(pair.place.platform)
        if platform is None:
            return
        asker = Asker(identity=pair.identity, place=pair.place, home=pair.home, server=pair.server)
        try:
            async with asyncio.timeout(_TELL_SECONDS):
                await platform.show(reply, asker)
        except (ServiceError, TimeoutError) as error:
            _log.info("news about glasses could not be told: %s", error)

    async def _say(self, pair: Pair) -> Say:
        return self.words.to((await self.people.settings(pair.person)).get(LANGUAGE, ""))


def _still_there(photos: Sequence[Photo]) -> list[Photo]:
    return [photo for photo in photos if photo.file and photo.file.path.is_file()]
