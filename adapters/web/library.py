"""The library: what a person has made, paged and searched, to play, download and delete."""

from dataclasses import dataclass

from aiohttp import web

from adapters.web.doors import Doors
from adapters.web.links import SignedLinks
from adapters.web.refusal import whole_number
from adapters.web.view import draw_products, result_body
from core.jobs import Job, Json
from core.names import JobId
from core.ports import Jobs

_PAGE = 10
_LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Library:
    """Serves the library page's script."""

    jobs: Jobs
    doors: Doors
    links: SignedLinks

    async def page(self, request: web.Request) -> web.Response:
        reader = await self.doors.reader(request)
        found, total = await self.jobs.page(
            reader.person,
            search=request.query.get("search", "").strip()[:_LONGEST_SEARCH],
            after=whole_number(request.query.get("after", "0"), "after"),
            most=_PAGE,
        )
        return web.json_response(
            {
                "items": [draw_item(job, self.links) for job in found if job.outcome],
                "total": total,
                "page": _PAGE,
                "signed_in": reader.signed_in,
            }
        )

    async def find(self, request: web.Request) -> web.Response:
        """One result, with fresh links."""
        reader = await self.doors.reader(request)
        job = await self.jobs.find(JobId(request.match_info["job"]), person=reader.person)
        return web.json_response(draw_item(job, self.links))

    async def remove(self, request: web.Request) -> web.Response:
        reader = await self.doors.reader(request)
        await self.jobs.remove(JobId(request.match_info["job"]), person=reader.person)
        return web.Response(status=204)


def draw_item(job: Job, links: SignedLinks, *, seconds: float | None = None) -> dict[str, Json]:
    """One result as pages show it, with links that are good for `seconds`.

    Raises `ValueError` for a job without an outcome.
    """
    body = result_body(job)
    return {
        **body,
        "key": job.id,
        "created": job.finished or job.created,
        "products": draw_products(body, links, seconds=seconds),
    }
