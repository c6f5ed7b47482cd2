"""Making results fit: the gateway has no ffmpeg, so workers do it, as errands."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from core.delivery import PLAYED, Codec, Coding, Parcel, Preference, Rung, Why
from core.errors import ServiceError
from core.jobs import Job, Json, Product
from core.ports import Links

_log = logging.getLogger(__name__)

FIT = "fit"
_PLAYABLE = frozenset({"audio", "video"})


Ask = Callable[[str, Job, Mapping[str, Json]], Awaitable[Json]]
"""`Errands.run`: has a worker do the errand of that name."""


class WorkerFitting:
    """Fills the port `Fitting` through the errand named `fit`."""

    def __init__(self, ask: Ask, links: Links) -> None:
        self._ask = ask
        self._links = links

    async def fit(
        self,
        job: Job,
        product: Product,
        *,
        limit: int,
        preference: Preference,
        plays: Collection[str] = PLAYED,
    ) -> Parcel:
        if product.size <= limit:
            return Parcel(product=product, rung=Rung.AS_IS, files=(product,), limit=limit)
        if product.role not in _PLAYABLE:
            return self._link(job, product, limit=limit, why=Why.KIND)
        request = _request(job, product, limit=limit, preference=preference, plays=plays)
        try:
            made = await self._ask(FIT, job, request)
        except ServiceError as error:
            _log.warning("could not make %s of job %s fit: %s", product.label, job.id, error)
            return self._link(job, product, limit=limit, why=Why.TROUBLE)
        facts = _as_mapping(made)
        if facts["why"] is not None:
            return self._link(job, product, limit=limit, why=Why(facts["why"]))
        return _read(product, facts, limit=limit)

    def _link(self, job: Job, product: Product, *, limit: int, why: Why) -> Parcel:
        products = job.outcome.products if job.outcome is not None else ()
        paths = [each.path for each in products]
        link = self._links.download(job.id, paths.index(product.path))
        return Parcel(product=product, rung=Rung.LINK, link=link, limit=limit, why=why)


def _request(
    job: Job, product: Product, *, limit: int, preference: Preference, plays: Collection[str]
) -> dict[str, Json]:
    details = job.outcome.details if job.outcome is not None else {}
    products = job.outcome.products if job.outcome is not None else ()
    thumbnail = next((each.path for each in products if each.role == "thumbnail"), None)
    return {
        "path": product.path,
        "label": product.label,
        "role": product.role,
        "seconds": product.seconds,
        "title": job.name,
        "thumbnail": thumbnail,
        "levels": details.get("waveform"),
        "limit": limit,
        "preference": preference.value,
        "plays": sorted(plays),
    }


def _as_mapping(made: Json) -> Mapping[str, Any]:
    assert isinstance(made, Mapping)  # noqa: S101  the errand's own result
    return made


def _read(product: Product, made: Mapping[str, Any], *, limit: int) -> Parcel:
    """What the errand made, from its JSON."""
    coding = dict(made["coding"])
    return Parcel(
        product=product,
        rung=Rung(made["rung"]),
        files=tuple(Product(**file) for file in made["files"]),
        limit=limit,
        coding=Coding(**coding | {"codec": Codec(coding["codec"])}),
        split=int(made["split"]),
    )
