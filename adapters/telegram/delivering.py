"""Handing results over: nothing lost when we die in between, and twice only where there is no way.

The first file takes the place of the progress message, which may be done again and again. What
follows are new messages, each written down before and after: when a crash hides whether one was
sent, it is sent again, as Telegram tells nobody what was.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import telegram

from adapters.editing import ThrottledError
from adapters.telegram.drawing import Drawn, draw
from adapters.telegram.media import (
    PLAYS,
    Piece,
    describe,
    input_media,
    make_thumbnail,
    opened,
)
from adapters.telegram.places import PLATFORM, Spot, spot_of
from adapters.telegram.posting import (
    GoneError,
    Poster,
    RefusedError,
    SameError,
    TooLargeError,
)
from adapters.telegram.progress import Progress
from adapters.telegram.replies import result_key
from adapters.telegram.terms import CAPTION, Terms
from core.delivery import Parcel, Preference, Rung
from core.errors import ServiceError
from core.jobs import Job, Json, Mail, Product, State
from core.names import Place
from core.ports import Counter
from core.preferences import DELIVERY
from core.screens import Reply

_log = logging.getLogger(__name__)
_SENT = frozenset({"audio", "video", "wav", "midi", "picture", "archive"})
"""Roles that go out as files; the rest is in the library."""
_LEAST = 1


@dataclass(frozen=True, slots=True)
class Handing:
    """One handing over. `limit` is the most bytes that the place takes in one file."""

    job: Job
    delivery: str
    limit: int
    preference: Preference
    thumbnail: bytes | None

    @property
    def place(self) -> Place:
        return self.job.place

    @property
    def first(self) -> bool:
        """Whether it is the one at the job's end: a later one is by somebody's wish."""
        return self.delivery == self.job.id


class Deliverer:
    def __init__(self, poster: Poster, progress: Progress, counter: Counter, terms: Terms) -> None:
        self._poster = poster
        self._progress = progress
        self._counter = counter
        self._terms = terms

    async def deliver(self, job: Job, *, delivery: str) -> str:
        """Hand a job over, as `core.ports.Platform` says."""
        if job.state is not State.DONE or job.outcome is None or job.asks:
            return await self._tell_end(job, delivery)
        if job.place != (job.asked or job.place) and delivery == job.id:
            await self._progress.end(job)
        handing = await self._prepare(job, delivery)
        try:
            return await self._hand_over(handing)
        except RefusedError:
            return await self._fall_back(handing)
        except ThrottledError as flood:
            raise ServiceError("Telegram wants us to wait.") from flood

    async def _tell_end(self, job: Job, delivery: str) -> str:
        """A job that came to nothing: its progress message says so, else a new one does."""
        shown = await self._progress.end(job)
        if shown is not None:
            return str(shown[1])
        asked = job.asked is not None and job.asked.platform == PLATFORM
        place = job.asked if job.asked is not None and asked else job.place
        reply = await self._counter.desk.show_progress(job)
        return str(await self._write(delivery, "end", replace(job, place=place), draw(reply)))

    async def _prepare(self, job: Job, delivery: str) -> Handing:
        learned = await self._counter.notes.get(PLATFORM, _limit_key(job.place)) or {}
        known = int(str(learned.get("bytes") or self._terms.upload))
        wish = (await self._counter.people.settings(job.person)).get(DELIVERY.name)
        return Handing(
            job,
            delivery,
            min(job.limit or self._terms.upload, known, self._terms.upload),
            Preference(wish or Preference.PARTS),
            await asyncio.to_thread(make_thumbnail, job),
        )

    async def _hand_over(self, handing: Handing) -> str:
        """All files, then the words with the buttons; returns the id of the first message."""
        parcels: list[Parcel] = []
        messages: list[str] = []
        for product in _list_products(handing.job):
            parcel, sent = await self._send_product(handing, product, opening=not messages)
            parcels.append(parcel)
            messages += sent
        reply = await self._show(handing, parcels)
        caption = self._caption(reply)
        words = reply if caption.cut else replace(reply, lines=())
        if not messages:
            words = reply
            await self._progress.end(handing.job)
        drawn = draw(words, kept=True)
        said = await self._write(handing.delivery, "words", handing.job, drawn)
        if drawn.cut:
            await self._send_rest(handing)
        return messages[0] if messages else str(said)

    async def _send_product(
        self, handing: Handing, product: Product, *, opening: bool
    ) -> tuple[Parcel, list[str]]:
        """One product, a rung lower each time that Telegram takes less than it promised."""
        limit = handing.limit
        while True:
            parcel = await self._counter.fitting.fit(
                handing.job, product, limit=limit, preference=handing.preference, plays=PLAYS
            )
            pieces = _cut_up(parcel)
            try:
                sent = [
                    await self._send_piece(handing, piece, parcel, opening=opening and not at)
                    for at, piece in enumerate(pieces)
                ]
            except TooLargeError:
                largest = max(piece.product.size for piece in pieces)
                limit = max(_LEAST, min(limit, largest) * 3 // 4)
                _log.warning("%d bytes were too many: %d is the limit now", largest, limit)
                await self._learn(handing, limit)
            else:
                return parcel, sent

    async def _learn(self, handing: Handing, limit: int) -> None:
        """Remember the most bytes that a place takes. A private chat has its person's number."""
        person = handing.job.person if spot_of(handing.place).private else None
        key, note = _limit_key(handing.place), {"bytes": limit}
        await self._counter.notes.put(PLATFORM, key, note, person=person)

    async def _send_piece(
        self, handing: Handing, piece: Piece, parcel: Parcel, *, opening: bool
    ) -> str:
        letter = f"{piece.product.label}:{piece.product.size}"
        mail, known = await self._counter.letters.claim(handing.delivery, letter)
        if mail is Mail.SENT:
            return known
        caption = Drawn("")
        if opening:
            caption = self._caption(await self._show(handing, [parcel]))
        try:
            message = await self._turn_into(handing, piece, caption) if opening else None
            if message is None:
                message = await self._send(handing, piece, caption)
        except (TooLargeError, RefusedError):
            await self._counter.letters.close(handing.delivery, letter, Mail.FAILED)
            raise
        await self._note(handing.job, handing.place, message)
        await self._close(handing.delivery, letter, message)
        return str(message)

    async def _turn_into(self, handing: Handing, piece: Piece, caption: Drawn) -> int | None:
        """Let the progress message become the file; None where there is none in this place."""
        shown = await self._progress.find(handing.job.id) if handing.first else None
        if shown is None or shown[0] != handing.place:
            return None
        await self._progress.stop(handing.job.id)
        with opened(piece) as file:
            media = input_media(piece, handing.job, caption, file=file, thumbnail=handing.thumbnail)
            try:
                await self._poster.change_media(handing.place, shown[1], media)
            except SameError:
                return shown[1]
            except GoneError:
                return None
        return shown[1]

    async def _send(self, handing: Handing, piece: Piece, caption: Drawn) -> int:
        bot, told = self._poster.bot, describe(piece, handing.job, handing.thumbnail)
        deeds: dict[str, Callable[..., Awaitable[telegram.Message]]] = {
            "audio": bot.send_audio,
            "video": bot.send_video,
            "document": bot.send_document,
        }
        with opened(piece) as file:
            upload = telegram.InputFile(file, filename=piece.product.label, read_file_handle=False)

            async def send(spot: Spot) -> telegram.Message:
                return await deeds[piece.kind](
                    spot.chat,
                    upload,
                    message_thread_id=spot.topic,
                    caption=caption.text or None,
                    caption_entities=caption.entities(),
                    **told,
                )

            message = await self._poster.reach(handing.place, send)
        self._poster.saw(message.chat.id, message.message_id)
        return message.message_id

    async def _write(self, delivery: str, letter: str, job: Job, drawn: Drawn) -> int:
        """An ordinary message, once; it is what people are notified by."""
        mail, known = await self._counter.letters.claim(delivery, letter)
        if mail is Mail.SENT:
            return int(known)
        message = await self._poster.post(job.place, drawn)
        await self._note(job, job.place, message)
        await self._close(delivery, letter, message)
        return message

    async def _send_rest(self, handing: Handing) -> None:
        """The tracklist as a file, where it is too long for a message."""
        products = handing.job.outcome.products if handing.job.outcome else ()
        for product in products:
            if product.role != "description":
                continue
            letter = f"rest:{product.label}"
            mail, _ = await self._counter.letters.claim(handing.delivery, letter)
            if mail is not Mail.SENT:
                message = await self._send(handing, Piece(product, product.role), Drawn(""))
                await self._note(handing.job, handing.place, message)
                await self._close(handing.delivery, letter, message)

    async def _show(self, handing: Handing, parcels: Sequence[Parcel]) -> Reply:
        alone = spot_of(handing.place).private
        return await self._counter.desk.show_result(handing.job, parcels, alone=alone)

    def _caption(self, reply: Reply) -> Drawn:
        """The title and as much of the tracklist as fits under a file."""
        return draw(Reply("", title=reply.title, lines=reply.lines), most=CAPTION)

    async def _fall_back(self, handing: Handing) -> str:
        """The place cannot have it. What is secret never goes to where others read."""
        job, asked = handing.job, handing.job.asked
        if asked is not None and asked.platform == PLATFORM and asked != job.place:
            return (
                await self._call(handing, asked)
                if job.private
                else await self._move(handing, asked)
            )
        return await self._hand_links(handing)

    async def _move(self, handing: Handing, place: Place) -> str:
        return await self._hand_over(replace(handing, job=replace(handing.job, place=place)))

    async def _call(self, handing: Handing, place: Place) -> str:
        """Tell a person where others read, with nothing but the way to what is theirs."""
        user = telegram.User(spot_of(handing.job.place).chat, "you", is_bot=False)
        text = "Your result is ready, but I cannot write to you. Open our chat and press Start."
        call = telegram.MessageEntity(telegram.MessageEntity.TEXT_MENTION, 0, 4, user=user)
        button = telegram.InlineKeyboardButton(
            "Open our chat", url=f"{self._poster.bot.link}?start=library"
        )
        mail, known = await self._counter.letters.claim(handing.delivery, "call")
        if mail is Mail.SENT:
            return known

        async def send(spot: Spot) -> telegram.Message:
            return await self._poster.bot.send_message(
                spot.chat,
                text,
                message_thread_id=spot.topic,
                entities=[call],
                reply_markup=telegram.InlineKeyboardMarkup([[button]]),
            )

        message = (await self._poster.reach(place, send)).message_id
        await self._close(handing.delivery, "call", message)
        return str(message)

    async def _hand_links(self, handing: Handing) -> str:
        """A group that takes no files gets links, and hears how to allow files.

        Raises `RefusedError` where not even words are taken.
        """
        parcels = [
            Parcel(product=each, rung=Rung.LINK, link=self._make_link(handing.job, each))
            for each in _list_products(handing.job)
        ]
        reply = await self._show(handing, parcels)
        advice = (
            "I may not send files here. An administrator can allow it in the group's settings, "
            "under Permissions."
        )
        drawn = draw(replace(reply, text=f"{reply.text}\n\n{advice}"), kept=True)
        return str(await self._write(handing.delivery, "links", handing.job, drawn))

    def _make_link(self, job: Job, product: Product) -> str:
        products = job.outcome.products if job.outcome is not None else ()
        return self._counter.links.download(job.id, products.index(product))

    async def _note(self, job: Job, place: Place, message: int) -> None:
        """Remember a result's message, to take it away when the result is deleted."""
        key = result_key(job.id)
        note: Mapping[str, Json] = await self._counter.notes.get(PLATFORM, key) or {}
        known = note.get("messages")
        messages = list(known) if isinstance(known, list) else []
        one: Json = {"conversation": place.conversation, "message": message}
        if one not in messages:
            facts: dict[str, Json] = {"messages": [*messages, one]}
            await self._counter.notes.put(PLATFORM, key, facts, person=job.person)

    async def _close(self, delivery: str, letter: str, message: int) -> None:
        await self._counter.letters.close(delivery, letter, Mail.SENT, message=str(message))


def _list_products(job: Job) -> list[Product]:
    products = job.outcome.products if job.outcome is not None else ()
    return [product for product in products if product.role in _SENT]


def _cut_up(parcel: Parcel) -> list[Piece]:
    height = parcel.coding.height if parcel.coding is not None else 0
    role, count = parcel.product.role, len(parcel.files)
    return [Piece(file, role, number, count, height) for number, file in enumerate(parcel.files, 1)]


def _limit_key(place: Place) -> str:
    return f"limit:{place.conversation}"
