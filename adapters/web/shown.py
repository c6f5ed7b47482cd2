"""Messages as the page sees them now: jobs as far as they are, results with links and buttons."""

from collections.abc import Mapping, Sequence

from adapters.web.fleeting import Fleeting
from adapters.web.links import SignedLinks
from adapters.web.replies import button_rows, draw_buttons, reply_body
from adapters.web.view import draw_message, draw_products, gone_body, job_body
from core.chat import Message
from core.delivery import Parcel, Rung
from core.errors import UserError
from core.jobs import Job, Json, State
from core.names import JobId, PersonId
from core.ports import Desk, Jobs, People

_ENDED = {state.value for state in State if state.ended}


class Shown:
    """Draws what the chat keeps."""

    def __init__(
        self, desk: Desk, jobs: Jobs, people: People, links: SignedLinks, fleeting: Fleeting
    ) -> None:
        self._desk = desk
        self._jobs = jobs
        self._people = people
        self._links = links
        self._fleeting = fleeting

    async def draw(self, message: Message) -> dict[str, Json]:
        body = message.body
        match body.get("kind"):
            case "reply":
                body = {**body, "buttons": draw_buttons(body.get("buttons"), self._links)}
                if body.get("fleeting"):
                    body["lines"] = self._fleeting.recall(message)
            case "job" if body.get("asks"):
                body = await self._question(message)
            case "job" if body.get("state") not in _ENDED:
                job = await self._find(message)
                body = body if job is None else job_body(job, text=str(body.get("text") or ""))
            case "result":
                body = await self._result(message)
        return draw_message(message, body)

    async def draw_all(self, messages: Sequence[Message]) -> list[Json]:
        return [await self.draw(message) for message in messages]

    async def _question(self, message: Message) -> Mapping[str, Json]:
        """What a job has to ask, in the place of its progress."""
        job = await self._find(message)
        if job is None:
            return gone_body()
        body = reply_body(await self._desk.show_progress(job))
        return {**body, "buttons": draw_buttons(body["buttons"], self._links)}

    async def _result(self, message: Message) -> Mapping[str, Json]:
        job = await self._find(message)
        if job is None or job.outcome is None:
            return {**message.body, "products": [], "gone": True}
        # The page lists all files by itself, so for the desk they all arrive as they are.
        parcels = [
            Parcel(product=product, rung=Rung.AS_IS, files=(product,))
            for product in job.outcome.products
        ]
        reply = await self._desk.show_result(job, parcels, alone=True)
        return {
            **message.body,
            "products": draw_products(message.body, self._links),
            "buttons": draw_buttons(button_rows(reply), self._links),
        }

    async def _find(self, message: Message) -> Job | None:
        person = await self._people.account(PersonId(message.person))
        try:
            return await self._jobs.find(JobId(str(message.body["job"])), person=person)
        except UserError:
            return None
