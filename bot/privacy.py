"""All that is kept about a person: shown to them, and erased."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.errors import UserError
from core.jobs import Job, Json
from core.names import PersonId
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
            removed = [await self._remove(job, person) for job in listed]
            if not any(removed):
                break  # others remove them at this moment
        await self.estate.erase(person)

    async def _remove(self, job: Job, person: PersonId) -> bool:
        """Cancel a job if it runs, and delete it; False when it went by itself."""
        with suppress(UserError):  # it has ended in the meantime
            if not job.state.ended:
                await self.jobs.cancel(job.id, person=person)
        try:
            await self.jobs.remove(job.id, person=person)
        except UserError:
            _log.info("job %s was gone before it could be removed", job.id)
            return False
        return True
