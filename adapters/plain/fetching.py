"""Plain links as the rest of the product knows them: what one stands for, and its file."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import aiohttp
from yarl import URL

from adapters import intake
from adapters.plain.bringing import Bounds, Bringing, judge_file, read_head
from adapters.plain.facts import Source, count_head, describe, ending_of, judge
from adapters.plain.guard import Guard
from adapters.plain.reading import read_link
from adapters.plain.visiting import BrokenError
from core.errors import ServiceError, UserError
from core.links import Fetched, Found, Span, Want
from core.sniff import Format

_T = TypeVar("_T")
_FIRST = 16
_GLANCE_SECONDS = 60.0
"""Somebody waits to be told what they sent a link of."""


class PlainFetcher:
    """Fills the port `Fetcher` for links of media files, also of those that chats keep.

    It fetches whole files, whatever the span: where in a file a second is, only its index tells.
    """

    def __init__(self, bounds: Bounds | None = None, *, guard: Guard | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._guard = guard or Guard()

    async def look(self, url: str) -> Found:
        link = read_link(url, ports=self._guard.ports)

        async def deed(session: aiohttp.ClientSession) -> tuple[Source, bytes]:
            return await read_head(session, link, guard=self._guard, bounds=self._bounds)

        seconds = min(_GLANCE_SECONDS, self._bounds.seconds)
        glance = replace(self._bounds, seconds=seconds, pauses=self._bounds.pauses[:1])
        source, start = await self._try(link, deed, glance)
        return describe(source, judge(start, source), start)

    async def fetch(self, want: Want, folder: Path, *, report: Callable[[float], None]) -> Fetched:
        link = read_link(want.url, ports=self._guard.ports)
        part = folder / f".link-{secrets.token_hex(8)}.part"
        bringing = Bringing(link, part, guard=self._guard, bounds=self._bounds, report=report)
        try:
            source = await self._try(link, bringing.bring, self._bounds)
            form = await _inspect(part, source)
            found = await asyncio.to_thread(_describe, source, form, part)
            target = folder / f"link-{source.id}.{ending_of(form)}"
            await asyncio.to_thread(part.replace, target)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        report(1.0)
        return Fetched(path=target, found=found, span=Span())

    async def _try(
        self, link: URL, deed: Callable[[aiohttp.ClientSession], Awaitable[_T]], bounds: Bounds
    ) -> _T:
        """Do it within the time there is, and again where that may help."""
        try:
            async with (
                asyncio.timeout(bounds.seconds),
                self._guard.session(patience=bounds.patience) as session,
            ):
                for pause in bounds.pauses:
                    try:
                        return await deed(session)
                    except BrokenError:
                        await asyncio.sleep(pause)
                return await deed(session)
        except BrokenError as error:
            raise ServiceError(f"{error}. Try again in a few minutes.") from error
        except TimeoutError as error:
            raise ServiceError(
                f"{link.host} is too slow: the file was not here in time. Send the file itself."
            ) from error


async def _inspect(part: Path, source: Source) -> Format:
    """What was brought. Raises `UserError` unless it is a whole file with sound."""
    await asyncio.to_thread(judge_file, part, source)
    try:
        form = await intake.look(part)
    except UserError as error:
        raise UserError(f"“{source.label}” {error}") from error
    if form is None:
        raise UserError(f"“{source.label}” is a picture and has no sound.")
    return form


def _describe(source: Source, form: Format, part: Path) -> Found:
    with part.open("rb") as file:
        first = file.read(_FIRST)
        return describe(source, form, first + file.read(count_head(first) - len(first)))
