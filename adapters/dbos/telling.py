"""Telling people how their job ended, whatever dies in between."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from adapters.dbos.firmly import firmly
from adapters.dbos.terms import Explain
from core.errors import ServiceError
from core.jobs import Job, Mail
from core.ports import Outbox, Platform, Register

_RETRY_SECONDS = (1, 2, 5, 15, 60, 300, 900, 3600)


class Postman:
    """Hands ended jobs over to the platforms of this process.

    After a crash in the middle it calls the platform again, under the same delivery: the platform
    knows what it has sent.
    """

    def __init__(
        self,
        book: Register,
        outbox: Outbox,
        platforms: Mapping[str, Platform],
        *,
        explain: Explain,
    ) -> None:
        self._book = book
        self._outbox = outbox
        self._platforms = platforms
        self._explain = explain

    async def tell(self, delivery: str) -> str:
        """The workflow of a delivery: nothing when all is well, else what went wrong."""
        ended = await firmly(lambda: self._find(delivery))
        if ended is None:
            return ""
        platform = self._platforms[ended.place.platform]
        for pause in (*_RETRY_SECONDS, None):
            mail = await firmly(lambda: self._outbox.claim(delivery))
            if mail not in (Mail.INTENDED, Mail.SENDING):
                return ""
            try:
                message = await platform.deliver(ended, delivery=delivery)
            except ServiceError as error:
                words = self._explain(error)
                if pause is None:
                    break
                await self._close(delivery, Mail.INTENDED, words)
                await asyncio.sleep(pause)
            except Exception as error:  # noqa: BLE001 - the edge of a platform: words by dispatch
                if await firmly(lambda: self._find(delivery)) is None:
                    return ""  # the job and its files were deleted in the meantime
                words = self._explain(error)
                break
            else:
                await self._close(delivery, Mail.SENT, message)
                return ""
        await self._close(delivery, Mail.FAILED, words)
        return words

    async def _find(self, delivery: str) -> Job | None:
        """The job as it is to be handed over: at the place of this delivery."""
        address = await self._outbox.address(delivery)
        if address is None:
            return None
        job, place = address
        ended = await self._book.find(job)
        return None if ended is None else replace(ended, place=place)

    async def _close(self, delivery: str, mail: Mail, message: str) -> None:
        await firmly(lambda: self._outbox.close(delivery, mail, message=message))
