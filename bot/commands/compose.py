"""/compose: write and play music for a mood."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.ordering import PLACE, address, draw_seed, settle_place
from bot.pipelines.compose import KIND
from bot.words import Words
from core.calls import Call, Entry
from core.jobs import Order
from core.music.commission import OPTIONS, order_piece, suggest
from core.names import PersonId
from core.ports import Jobs, People
from core.preferences import personal
from core.screens import Reply
from core.tracks import clean_text


@dataclass(frozen=True, slots=True)
class Compose:
    jobs: Jobs
    people: People
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="compose",
        summary="Write and play music for a mood",
        options=(*OPTIONS, *personal(PLACE)),
        examples=(
            "/compose mood: happy",
            "/compose mood: rainy night drive, style: lo-fi, length: 120",
            "/compose mood: heroic, key: D major, time: 3/4, instruments: strings, horn, drums",
        ),
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        order = order_compose(settle_place(call, await self.people.settings(call.person)))
        job = await self.jobs.start(order)
        said = say("composing", title=order.title)
        if order.asked is not None:
            said += " " + say("mixing-private" if order.private else "mixing-away")
        return Reply(said, job.id, alone=order.private)

    async def suggest(self, option: str, typed: str, person: PersonId) -> Sequence[str]:
        """Moods and instruments that go on from what was typed."""
        del person  # the same for everyone
        return suggest(option, typed)


def order_compose(call: Call) -> Order:
    """What to order for a call. Raises `UserError` when a value makes no sense."""
    # Chosen now and kept with the job, so that making it again gives the same piece.
    request = order_piece(call.values, seed=draw_seed())
    title = clean_text(str(request["title"]))
    private = call.values.get("private") is True
    order = Order(
        key=call.key,
        kind=KIND,
        title=title or clean_text(str(request["mood"])),
        person=call.person,
        place=call.asker.place,
        request={**request, "title": title},
        private=private,
    )
    return address(order, call.asker, away=private or call.values.get("where") == "dm")
