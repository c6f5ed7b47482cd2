"""/compose: write and play music for a mood."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.pipelines.compose import KIND
from core.calls import Call, Entry
from core.jobs import Order
from core.music.commission import OPTIONS, order_piece, suggest
from core.names import PersonId
from core.ports import Jobs
from core.screens import Reply
from core.tracks import clean_text


@dataclass(frozen=True, slots=True)
class Compose:
    jobs: Jobs

    entry: ClassVar[Entry] = Entry(
        name="compose",
        summary="Write and play music for a mood",
        options=OPTIONS,
        examples=(
            "/compose mood: happy",
            "/compose mood: rainy night drive, style: lo-fi, length: 120",
            "/compose mood: heroic, key: D major, time: 3/4, instruments: strings, horn, drums",
        ),
    )

    async def run(self, call: Call) -> Reply:
        order = order_compose(call)
        job = await self.jobs.start(order)
        return Reply(f"Composing: {order.title}.", job.id)

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        """Moods and instruments that go on from what was typed."""
        del person  # the same for everyone
        return suggest(option, typed)


def order_compose(call: Call) -> Order:
    """What to order for a call. Raises `UserError` when a value makes no sense."""
    # Chosen now and kept with the job, so that making it again gives the same piece.
    request = order_piece(call.values, seed=secrets.randbelow(2**31))
    title = clean_text(str(request["title"]))
    return Order(
        key=call.key,
        kind=KIND,
        title=title or clean_text(str(request["mood"])),
        person=call.person,
        place=call.asker.place,
        server=call.asker.server,
        limit=call.asker.limit,
        request={**request, "title": title},
    )
