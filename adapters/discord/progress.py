"""Progress messages: found again after a restart, edited at Discord's pace, ended for sure."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

import discord

from adapters.discord.drawing import Drawn, draw, plainly
from adapters.discord.places import PLATFORM, home_owner, open_place
from adapters.discord.rights import may
from adapters.discord.slots import Spot, read_spot
from adapters.discord.trouble import BROKEN, firmly, is_expired
from adapters.editing import Editor, Pace, ThrottledError, in_turn
from core.errors import ServiceError, UserError
from core.jobs import Job, Json
from core.names import JobId, PersonId, Place
from core.ports import Desk, Jobs, Notes

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_EDIT_SECONDS = 4.0
_PACE = Pace(gap=2.0, most=4, window=5.0)
"""Discord takes about five edits in five seconds in a channel; some room is left for the rest."""
_PAUSE = 10.0


@dataclass(frozen=True, slots=True)
class Post:
    """A progress message. `said` is what it began with; `hidden` that only its person sees it.

    `asker` is the Discord id of who asked, to be mentioned with the result.
    """

    spot: Spot
    asker: int
    said: str = ""
    hidden: bool = False
    lost: bool = False

    def facts(self) -> dict[str, Json]:
        own: dict[str, Json] = {"asker": str(self.asker), "said": self.said}
        return {**self.spot.facts(), **own, "hidden": self.hidden, "lost": self.lost}


def _read_post(facts: Mapping[str, Json]) -> Post:
    return Post(
        read_spot(facts),
        int(str(facts["asker"])),
        str(facts.get("said") or ""),
        hidden=bool(facts.get("hidden")),
        lost=bool(facts.get("lost")),
    )


class ProgressBoard:
    """All progress messages of this platform. `pause` is the time between looks, in seconds."""

    def __init__(self, client: discord.Client, desk: Desk, jobs: Jobs, notes: Notes) -> None:
        self._client = client
        self._desk = desk
        self._jobs = jobs
        self._notes = notes
        self._editor: Editor[Drawn] = Editor(lambda _: _PACE)
        self._posts: dict[JobId, Post] = {}
        self._tokens: dict[JobId, discord.Interaction[discord.Client]] = {}

    async def adopt(
        self,
        job: JobId,
        post: Post,
        *,
        person: PersonId,
        token: discord.Interaction[discord.Client] | None = None,
    ) -> None:
        """From now on this message shows how far the job is; a hidden one through its token."""
        await self._keep(job, post, person=person)
        if token is not None:
            self._tokens[job] = token
        found = await self._find_job(job)
        if found is not None and found.state.ended:  # it was quicker than we were
            await self.end(found)

    async def find(self, job: JobId) -> Post | None:
        if job not in self._posts:
            facts = await self._notes.get(PLATFORM, _key(job))
            if facts:  # it may have been adopted meanwhile, with newer facts
                self._posts.setdefault(job, _read_post(facts))
        return self._posts.get(job)

    def token(self, job: JobId) -> discord.Interaction[discord.Client] | None:
        """The interaction that asked for a job, while it can still be answered."""
        found = self._tokens.get(job)
        return None if found is None or found.is_expired() else found

    async def watch(self) -> None:
        """Look at all jobs again and again, and show what is new."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    for job in await self._list():
                        tasks.create_task(self._offer_safely(job))
                except Exception:  # noqa: BLE001 - a database that is away comes back
                    _log.exception("the jobs could not be looked at")
                await asyncio.sleep(_LOOK_SECONDS)

    async def end(self, job: Job) -> str:
        """Show how the job ended, and return the id of the message."""
        post = await self.find(job.id)
        if post is None:
            return ""
        shown = draw(await self._desk.show_progress(job))
        try:
            await self._editor.finish(
                job.id,
                str(post.spot.channel),
                shown,
                lambda state: self._edit(job, state, last=True),
            )
        except ServiceError as error:
            _log.warning("the end of a progress message could not be shown: %s", error)
        ended = await self.find(job.id)
        self._posts.pop(job.id, None)
        self._tokens.pop(job.id, None)
        return str(ended.spot.message) if ended else ""

    async def _list(self) -> list[Job]:
        active = await self._jobs.listed(person=None, active=True)
        return in_turn(active, PLATFORM, self._editor.edited)

    async def _offer_safely(self, job: Job) -> None:
        try:
            await self._offer(job)
        except Exception:  # noqa: BLE001 - one message's trouble is not the others'
            _log.exception("a progress message could not be shown")

    async def _offer(self, job: Job) -> None:
        post = await self.find(job.id)
        if post is None or post.lost:
            return
        chat = str(post.spot.channel)
        if not self._editor.is_due(job.id, chat):
            return
        shown = await self._draw(job, post)
        await self._editor.offer(job.id, chat, shown, lambda state: self._try(job, state))

    async def _draw(self, job: Job, post: Post) -> Drawn:
        reply = await self._desk.show_progress(job)
        text = "\n\n".join(part for part in (post.said, reply.text) if part)
        return draw(replace(reply, text=text))

    async def _try(self, job: Job, shown: Drawn) -> None:
        """One edit that is not waited for long: a newer one comes anyway."""
        try:
            async with asyncio.timeout(_EDIT_SECONDS):
                await self._edit(job, shown, last=False)
        except (discord.RateLimited, ServiceError, *BROKEN) as error:
            _log.info("a progress message is late: %s", error)
            raise ThrottledError(_PAUSE) from error

    async def _edit(self, job: Job, shown: Drawn, *, last: bool) -> None:
        post = await self.find(job.id)
        if post is None or post.lost:
            return
        try:
            if not post.hidden:
                await _edit_openly(self._client, post.spot, shown, patient=last)
            elif (token := self.token(job.id)) is not None:
                await edit_hidden(token, post.spot, shown)
            else:
                await self._move(job, post, shown)
        except discord.HTTPException as error:
            if post.hidden and is_expired(error):
                await self._move(job, post, shown)
            else:  # it was deleted, or we may not write there any more
                _log.info("a progress message is lost: %s", error)
                await self._keep(job.id, replace(post, lost=True), person=job.person)

    async def _move(self, job: Job, post: Post, shown: Drawn) -> None:
        """A hidden message can no longer be edited: an ordinary one goes on in its place."""
        place = job.place if home_owner(job.place) else Place(PLATFORM, f"@{post.asker}")
        self._tokens.pop(job.id, None)
        try:
            channel = await open_place(self._client, place)
            message = await firmly(
                lambda: channel.send(
                    **shown.fresh(),
                    nonce=str(post.spot.message),
                )
            )
        except discord.HTTPException as error:
            _log.info("a progress message cannot go on: %s", error)
            await self._keep(job.id, replace(post, lost=True), person=job.person)
            return
        moved = Post(Spot(message.channel.id, message.id), post.asker, post.said)
        await self._keep(job.id, moved, person=job.person)

    async def _keep(self, job: JobId, post: Post, *, person: PersonId) -> None:
        self._posts[job] = post
        await self._notes.put(PLATFORM, _key(job), post.facts(), person=person)

    async def _find_job(self, job: JobId) -> Job | None:
        try:
            return await self._jobs.find(job, person=None)
        except UserError:  # deleted already
            return None


async def _edit_openly(client: discord.Client, spot: Spot, shown: Drawn, *, patient: bool) -> None:
    channel = client.get_partial_messageable(spot.channel)
    place = Place(PLATFORM, str(spot.channel))
    shown = shown if may(client, place, "embed_links") else plainly(shown)
    message = channel.get_partial_message(spot.message)
    await firmly(
        lambda: message.edit(
            **shown.changed(),
        ),
        pauses=(0.3, 1.0, 3.0) if patient else (),
    )


async def edit_hidden(token: discord.Interaction[discord.Client], spot: Spot, shown: Drawn) -> None:
    """Edit a message that only an interaction can reach."""
    await firmly(
        lambda: token.followup.edit_message(
            spot.message,
            **shown.changed(),
        )
    )


def _key(job: JobId) -> str:
    return f"job:{job}"
