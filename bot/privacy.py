"""All that is kept about a person: shown to them, and erased."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.errors import UserError
from core.jobs import Json
from core.names import JobId, PersonId
from core.ports import Jobs
from core.screens import File
from storage.estate import Estate

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HousePrivacy:
    """Fills the port `Privacy`: rows and files from storage, and jobs through the job core."""

    jobs: Jobs
    estate: Estate

    async def records(self, person: PersonId) -> Mapping[str, Sequence[Mapping[str, Json]]]:
        return await self.estate.records(person)

    async def files(self, person: PersonId) -> Sequence[File]:
        return await self.estate.files(person)

    async def erase(self, person: PersonId) -> None:
        # Jobs first, and all that their making left anywhere; a list holds only so many of them.
        while listed := await self.jobs.listed(person=person, active=False):
            for job in listed:
                if not job.state.ended:
                    await self._cancel(job.id, person)
                await self.jobs.remove(job.id, person=person)
        await self.estate.erase(person)

    async def _cancel(self, job: JobId, person: PersonId) -> None:
        try:
            await self.jobs.cancel(job, person=person)
        except UserError:
            _log.info("job %s ended before it could be cancelled", job)
