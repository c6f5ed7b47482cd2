"""Telling people how their job ended, once, whatever dies in between."""

import asyncio
from collections.abc import Mapping

from adapters.dbos.firmly import firmly
from adapters.dbos.terms import Explain
from core.errors import ServiceError
from core.jobs import Mail
from core.names import JobId
from core.ports import Outbox, Platform, Register

_RETRY_SECONDS = (1, 2, 5, 15, 60, 300, 900, 3600)


class Postman:
    """Hands ended jobs over to the platforms of this process."""

    def __init__(
        self,
        book: Register,
        outbox: Outbox,
        platforms: Mapping[str, Platform],
        *,
        explain: Explain,
        told_once: frozenset[str],
    ) -> None:
        self._book = book
        self._outbox = outbox
        self._platforms = platforms
        self._explain = explain
        self._told_once = told_once

    async def tell(self, job: JobId) -> str:
        """The workflow of a delivery: nothing when all is well, else what went wrong."""
        ended = await firmly(lambda: self._book.find(job))
        if ended is None:
            return ""
        platform = self._platforms[ended.place.platform]
        for pause in (*_RETRY_SECONDS, None):
            mail = await firmly(lambda: self._outbox.claim(job))
            if mail is Mail.SENDING and platform.name in self._told_once:
                await self._close(job, Mail.MAYBE, "")
                return ""
            if mail not in (Mail.INTENDED, Mail.SENDING):
                return ""
            try:
                message = await platform.deliver(ended, delivery=ended.id)
            except ServiceError as error:
                words = self._explain(error)
                if pause is None:
                    break
                # It surely did not arrive, so a crash now must not leave it in doubt.
                await self._close(job, Mail.INTENDED, words)
                await asyncio.sleep(pause)
            except Exception as error:  # noqa: BLE001 - the edge of a platform: words by dispatch
                words = self._explain(error)
                break
            else:
                await self._close(job, Mail.SENT, message)
                return ""
        await self._close(job, Mail.FAILED, words)
        return words

    async def _close(self, job: JobId, mail: Mail, message: str) -> None:
        await firmly(lambda: self._outbox.close(job, mail, message=message))
