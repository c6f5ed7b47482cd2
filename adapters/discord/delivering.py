"""Handing results over: once, in the form that the place takes, or where else they can go."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

import discord

from adapters.discord.limits import Limits
from adapters.discord.parcels import PLAYED, Letter, find_picture, list_products, plan_letters
from adapters.discord.places import PLATFORM, home_of, home_owner, user_of
from adapters.discord.posting import Envelope, Postbox, TooLargeError
from adapters.discord.progress import ProgressBoard
from adapters.discord.rights import explain_missing
from adapters.discord.slots import Slots, Spot
from adapters.discord.trouble import is_direct_refused, is_shut
from core.delivery import Parcel, Preference
from core.errors import UserError
from core.jobs import Job, Mail, State
from core.names import Place
from core.ports import Counter
from core.screens import Button, Reply, Tone

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a delivery goes: `note` says why it is not where it should be."""

    job: Job
    delivery: str
    place: Place
    asker: int
    note: str = ""

    @property
    def is_first(self) -> bool:
        """Whether this tells of the job's end; a later delivery only sends its result again."""
        return self.delivery == self.job.id

    @property
    def alone(self) -> bool:
        return home_owner(self.place) is not None


class Deliverer:
    """Sends each letter of a delivery once, whatever dies in between."""

    def __init__(
        self,
        counter: Counter,
        postbox: Postbox,
        limits: Limits,
        progress: ProgressBoard,
        slots: Slots,
    ) -> None:
        self._counter = counter
        self._postbox = postbox
        self._limits = limits
        self._progress = progress
        self._slots = slots

    async def deliver(self, job: Job, *, delivery: str) -> str:
        """End the progress message, and send the result of a job that is done."""
        address = _Address(job, delivery, job.place, await self._find_asker(job))
        token = self._progress.token(job.id)
        # Side by side: the pace of edits in a busy channel is not to keep a result waiting.
        ended, sent = await asyncio.gather(
            self._end(address), self._hand_over(address, token), return_exceptions=True
        )
        for end in (sent, ended):
            if isinstance(end, BaseException):
                raise end
        return str(sent or ended)

    async def _end(self, address: _Address) -> str:
        return await self._progress.end(address.job) if address.is_first else ""

    async def _hand_over(
        self, address: _Address, token: discord.Interaction[discord.Client] | None
    ) -> str:
        """The result, where it should go or else where it can."""
        job = address.job
        if job.state is not State.DONE or job.outcome is None or job.asks:
            return ""
        try:
            return await self._send(address)
        except discord.HTTPException as error:
            if is_direct_refused(error):
                return await self._go_back(address, token, error)
            if is_shut(error) and home_owner(job.place) is None:
                return await self._go_home(address, error)
            raise

    async def _go_home(self, address: _Address, error: discord.HTTPException) -> str:
        """A channel is shut: the person gets the result, and is told why, as a direct message."""
        why = explain_missing(self._postbox.client, address.place)
        home = home_of(address.asker)
        try:
            return await self._send(replace(address, place=home, note=why))
        except discord.HTTPException as refusal:
            if not is_direct_refused(refusal):
                raise
            raise UserError(f"{why} And I may not send you direct messages.") from error

    async def _go_back(
        self,
        address: _Address,
        token: discord.Interaction[discord.Client] | None,
        error: discord.HTTPException,
    ) -> str:
        """Direct messages are refused: back to where it was asked, or there a button to see it."""
        asked = address.job.asked
        note = (
            "I may not send you direct messages: allow them in this server’s privacy settings, "
            "and the next result comes there."
        )
        back = replace(address, place=asked or address.place, note=note)
        if asked is None or home_owner(asked) is not None:
            if token is None:
                raise UserError(f"{note} /library has this one.") from error
            await self._postbox.whisper(token, self._notice(back))
            return ""
        if address.job.private:
            letter = await self._put(back, Letter("notice"), self._notice(back))
            return str(letter.message)
        return await self._send(back)

    def _notice(self, address: _Address) -> Reply:
        show = Button("Show it to me", f"library.download:{address.job.id}", Tone.MAIN)
        words = "Your result is ready, for your eyes only. Press the button to see it."
        return Reply(f"{words} {address.note}", buttons=((show,),), alone=True)

    async def _send(self, address: _Address) -> str:
        """All letters in order. Raises `discord.HTTPException` when the place takes none."""
        job, products = address.job, list_products(address.job)
        settings = await self._counter.people.settings(job.person)
        preference = Preference(settings.get("delivery") or Preference.PARTS)
        settled: dict[int, Parcel] = {}
        while True:
            limit = await self._limits.find(job, address.place)
            parcels = dict(settled)
            for number, product in enumerate(products):
                if number not in parcels:
                    parcels[number] = await self._counter.fitting.fit(
                        job, product, limit=limit, preference=preference, plays=PLAYED
                    )
            try:
                return await self._send_all(address, parcels, settled, limit=limit)
            except TooLargeError as error:
                _log.info("Discord refused %d bytes that it had promised to take", error.size)
                await self._limits.learn(job, address.place, refused=error.size)

    async def _send_all(
        self,
        address: _Address,
        parcels: Mapping[int, Parcel],
        settled: dict[int, Parcel],
        *,
        limit: int,
    ) -> str:
        """Letters for these parcels; `settled` are those of which a file has gone out."""
        job = address.job
        shown = await self._counter.desk.show_result(
            job, [parcels[number] for number in sorted(parcels)], alone=address.alone
        )
        text = "\n\n".join(part for part in (address.note, shown.text) if part)
        reply, spots = replace(shown, text=text), list[Spot]()
        for letter in plan_letters(parcels, find_picture(job, limit=limit)):
            words = reply if not spots else Reply("")
            spots.append(await self._put(address, letter, words, below=spots[:1]))
            number = int(letter.name.partition(".")[0])
            settled.update({number: parcels[number]} if number in parcels else {})
        await self._slots.keep_result(job.id, spots, person=job.person)
        return str(spots[0].message)

    async def _put(
        self, address: _Address, letter: Letter, words: Reply, *, below: list[Spot] | None = None
    ) -> Spot:
        """One letter, unless it was sent before a crash, or by another try."""
        letters = self._counter.letters
        name = f"{address.place.conversation}/{letter.name}"
        envelope = Envelope(
            place=address.place,
            mark=(address.delivery, name),
            words=words,
            letter=letter,
            mention=0 if address.alone or below else address.asker,
            since=address.job.finished or address.job.created,
            below=below[0] if below else None,
        )
        mail, known = await letters.claim(address.delivery, name)
        if mail is Mail.SENT and known:
            channel, _, message = known.partition("/")
            spot = Spot(int(channel), int(message))
            if not below:  # what became of the other files may have changed since
                await self._postbox.reword(spot, envelope)
            return spot
        found = await self._postbox.find(envelope) if mail is Mail.SENDING else None
        try:
            spot = found or await self._postbox.send(envelope)
        except (TooLargeError, discord.HTTPException):
            # It was refused, so it is sure that it was not sent.
            await letters.close(address.delivery, name, Mail.INTENDED)
            raise
        note = f"{spot.channel}/{spot.message}"
        await letters.close(address.delivery, name, Mail.SENT, message=note)
        return spot

    async def _find_asker(self, job: Job) -> int:
        """Whom to mention, and whose direct messages to use."""
        post = await self._progress.find(job.id)
        if post is not None:
            return post.asker
        owner = home_owner(job.place) or (home_owner(job.asked) if job.asked else None)
        if owner is not None:
            return owner
        identities = await self._counter.people.identities(job.person)
        found = [number for each in identities if (number := user_of(each))]
        if not found:
            raise UserError(f"{job.person} is not on {PLATFORM.capitalize()} any more.")
        return found[0]
