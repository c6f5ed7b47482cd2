"""Handing a result over as it is where it fits, and as a link where it does not."""

from collections.abc import Collection
from dataclasses import dataclass

from core.delivery import PLAYED, Parcel, Preference, Rung
from core.jobs import Job, Product
from core.ports import Links


@dataclass(frozen=True, slots=True)
class PlainFitting:
    """Fills the port `Fitting` without making anything smaller."""

    links: Links

    async def fit(
        self,
        job: Job,
        product: Product,
        *,
        limit: int,
        preference: Preference,
        plays: Collection[str] = PLAYED,
    ) -> Parcel:
        del preference, plays
        if product.size <= limit:
            return Parcel(product=product, rung=Rung.AS_IS, files=(product,), limit=limit)
        index = job.outcome.products.index(product) if job.outcome else 0
        return Parcel(
            product=product,
            rung=Rung.LINK,
            link=self.links.download(job.id, index),
            note=f"{product.label} is too large for this chat, so here is a link.",
            limit=limit,
        )
