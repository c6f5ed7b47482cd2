"""Fills the port `Fetcher` for the sites that yt-dlp knows: looks, fetches, keeps, explains."""

import asyncio
import contextlib
import hashlib
import json
import logging
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)
from tenacity.wait import wait_base

from adapters.process import MEGABYTE, Limits
from adapters.ytdlp.asking import CHILD, ask
from adapters.ytdlp.pages import Page
from adapters.ytdlp.sites import serves, site_of
from adapters.ytdlp.store import Store, hand_out
from adapters.ytdlp.together import Key, Together
from adapters.ytdlp.troubles import (
    REFUSALS,
    SITES_OWN,
    TRANSIENT,
    SiteTroubleError,
    Trouble,
    explain,
    name_site,
)
from core.breaker import Breaker
from core.errors import ServiceError, UserError
from core.links import Fetched, Found, Medium, Span, Want
from core.quotas import say_wait
from core.tracklist import clock

_log = logging.getLogger(__name__)

_TRIES = 3
_NEARLY_ALL = 0.85
"""From this share of a source on, all of it is fetched: then it is there for others, too."""
_LOOKING = Limits(seconds=90, cpu_seconds=60, written=200 * MEGABYTE)
"""No limit on address space: the JavaScript runtime reserves far more than it uses."""
_AT_ONCE = 2
"""Children that bring media; those that look are short."""
_DISK_RESERVE = 200_000_000
_MEDIA = "media"
_COVER = "cover"
_FACTS = "facts.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one source may take: seconds of sound, bytes, and seconds of waiting for it.

    `kept_bytes` is for all that is kept.
    """

    seconds: float
    bytes: int
    kept_bytes: int
    patience_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class _Wish:
    """One part that is wanted at `target`."""

    page: Page
    choice: str
    part: Span
    target: Path
    report: Callable[[float], None]


class YtDlp:
    """Brings what is on the sites of the list. `folder` is where it keeps things.

    `cookies` is a file of the operator's, for sites that want somebody to be signed in.
    """

    def __init__(
        self,
        ffmpeg: str,
        folder: Path,
        bounds: Bounds,
        *,
        cookies: Path | None = None,
        command: Sequence[str] = CHILD,
        wait: wait_base | None = None,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._store = Store(folder, most_bytes=bounds.kept_bytes)
        self._bounds = bounds
        self._cookies = cookies
        self._command = tuple(command)
        self._wait = wait or wait_random_exponential(multiplier=0.5, max=8)
        self._breakers: dict[str, Breaker] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._parts: Together[_Wish, Span] = Together(self._bring_parts)

    async def look(self, url: str) -> Found:
        async with self._asking(url):
            return (await self._page(url)).found

    async def fetch(self, want: Want, folder: Path, *, report: Callable[[float], None]) -> Fetched:
        async with self._asking(want.url):
            page = await self._page(want.url)
            try:
                return await self._fetch(page, want, folder, report)
            except SiteTroubleError as error:
                if error.trouble is not Trouble.EXPIRED:
                    raise
            # What was kept of the page is too old.
            page = await self._page(want.url, fresh=True)
            return await self._fetch(page, want, folder, report)

    @asynccontextmanager
    async def _asking(self, url: str) -> AsyncIterator[None]:
        """Leave a site alone that is in trouble; put what goes wrong in words."""
        site = site_of(url)
        if not serves(url):
            raise explain(Trouble.UNSUPPORTED, site)
        breaker = self._breakers.get(site, Breaker())
        if wait := breaker.wait(time.monotonic()):
            raise ServiceError(
                f"{name_site(site)} did not answer well just now, so I leave it alone for a while. "
                f"Try again in {say_wait(wait)}."
            )
        try:
            yield
        except SiteTroubleError as error:
            _log.info("%s: %s: %s", site, error.trouble, error.detail)
            if error.trouble in SITES_OWN:
                at_once = error.trouble in REFUSALS
                self._breakers[site] = breaker.failed(time.monotonic(), at_once=at_once)
            raise explain(error.trouble, site) from error
        else:
            self._breakers.pop(site, None)

    async def _page(self, url: str, *, fresh: bool = False) -> Page:
        async with self._store.entry("page", url) as entry:
            known = None if fresh else await asyncio.to_thread(Page.read, entry)
            if known is None:
                with self._workshop() as workshop:
                    request = {"do": "look", "url": url, **self._sign_in(workshop)}
                    answer = await self._ask(
                        request, workshop, limits=_LOOKING, most_bytes=200 * MEGABYTE
                    )
                await asyncio.to_thread(Page.write, entry, answer)
                known = await asyncio.to_thread(Page.read, entry)
            if known is None:
                raise SiteTroubleError(Trouble.BROKEN, "the page could not be kept")
            return known

    async def _fetch(
        self, page: Page, want: Want, folder: Path, report: Callable[[float], None]
    ) -> Fetched:
        found = page.found
        if found.entries:
            raise UserError("That link is a list. Pick entries of it, and give their links.")
        if found.live:
            raise SiteTroubleError(Trouble.LIVE)
        choice = page.choice(want.medium, want.height)
        if not choice:
            kind = "picture" if want.medium is Medium.VIDEO else "sound"
            other = "sound" if want.medium is Medium.VIDEO else "video"
            raise UserError(f"There is no {kind} at that link. Ask for its {other} instead.")
        part = _read_part(want.span, found.seconds)
        if part is not None and f"{choice} direct" in page.choices:
            self._admit_length(part, found)
            try:
                return await self._bring_part(page, choice, part, folder, report)
            except SiteTroubleError as error:
                if error.trouble is not Trouble.NO_RANGES:
                    raise
                _log.info("%s gives no parts: %s", found.site, error.detail)
        self._admit_length(Span(0.0, found.seconds), found)
        return await self._bring_whole(page, choice, folder, report)

    def _admit_length(self, span: Span, found: Found) -> None:
        seconds = (span.end if span.end is not None else 0.0) - span.start
        if seconds > self._bounds.seconds:
            whole = found.seconds is None or seconds >= found.seconds - 1
            raise UserError(
                f"{'That' if whole else 'That part'} lasts {clock(seconds)}, and "
                f"{clock(self._bounds.seconds)} is the most. Name a start and an end that are "
                "closer."
            )

    def _admit_size(self, size: int, folder: Path) -> None:
        most = self._bounds.bytes
        if size > most:
            raise UserError(
                f"That has {size / 1e6:,.0f} MB, and {most / 1e6:,.0f} MB is the most. Take a "
                "lower quality, only the sound, or a part of it."
            )
        free = shutil.disk_usage(folder).free
        if free < _DISK_RESERVE + 3 * size:
            raise ServiceError("The disk is too full to fetch that. Tell whoever runs this bot.")

    async def _bring_whole(
        self, page: Page, choice: str, folder: Path, report: Callable[[float], None]
    ) -> Fetched:
        found = page.found
        async with self._store.entry("whole", found.site, found.id, choice) as entry:
            facts = await asyncio.to_thread(_read_facts, entry)
            if facts is None:
                facts = await self._fetch_whole(page, choice, entry, report)
            fetched = await asyncio.to_thread(_give, entry, facts, folder, found, choice)
        await asyncio.to_thread(self._store.trim)
        report(1.0)
        return fetched

    async def _fetch_whole(
        self, page: Page, choice: str, entry: Path, report: Callable[[float], None]
    ) -> Mapping[str, Any]:
        ids = page.choices[choice]
        sizes = [int(page.formats[id_]["size"]) for id_ in ids]
        self._admit_size(sum(sizes), entry)
        with self._workshop() as workshop:
            request = {
                "do": "bring",
                "page": str(page.whole),
                "choice": list(ids),
                "sizes": sizes,
                "bytes": self._bounds.bytes,
                "folder": str(workshop),
                "ffmpeg": self._ffmpeg,
                "thumbnail": page.thumbnail,
                **self._sign_in(workshop),
            }
            # While two formats are put into one file, all of it is there twice.
            answer = await self._ask_for_media(request, workshop, copies=2, report=report)
            return await asyncio.to_thread(_keep, answer, entry)

    async def _bring_part(
        self,
        page: Page,
        choice: str,
        part: Span,
        folder: Path,
        report: Callable[[float], None],
    ) -> Fetched:
        found = page.found
        target = folder / _name("part", found, choice, str(part), ending=".mkv")
        wish = _Wish(page, choice, part, target, report)
        span = await self._parts.ask(("parts", found.site, found.id, choice), wish)
        report(1.0)
        return Fetched(path=target, found=found, span=span)

    async def _bring_parts(self, key: Key, wishes: "Sequence[_Wish]") -> list[Span]:
        """Bring several parts of one source: the index is read once, and no byte comes twice."""
        page, choice = wishes[0].page, wishes[0].choice
        async with self._store.entry(*key) as entry:
            formats = [
                {**page.formats[id_], "place": str(entry / _place(id_, page.formats[id_]))}
                for id_ in page.choices[f"{choice} direct"]
            ]
            with self._workshop() as workshop:
                request = {
                    "do": "parts",
                    "formats": formats,
                    "spans": [(wish.part.start, wish.part.end) for wish in wishes],
                    "bytes": self._bounds.bytes,
                    "folder": str(workshop),
                    "ffmpeg": self._ffmpeg,
                }

                def report(fraction: float) -> None:
                    for wish in wishes:
                        wish.report(fraction)

                answer = await self._ask_for_media(request, workshop, copies=3, report=report)
                for made, wish in zip(answer["parts"], wishes, strict=True):
                    await asyncio.to_thread(shutil.move, made["path"], wish.target)
        await asyncio.to_thread(self._store.trim)
        return [Span(float(made["start"]), float(made["end"])) for made in answer["parts"]]

    async def _ask_for_media(
        self,
        request: Mapping[str, Any],
        workshop: Path,
        *,
        copies: int,
        report: Callable[[float], None],
    ) -> dict[str, Any]:
        bounds = self._bounds
        limits = Limits(
            seconds=bounds.patience_seconds,
            cpu_seconds=int(bounds.patience_seconds),
            memory=2000 * MEGABYTE,
            written=2 * bounds.bytes + 20 * MEGABYTE,
        )
        async with self._room:
            return await self._ask(
                request, workshop, limits=limits, most_bytes=copies * bounds.bytes, report=report
            )

    async def _ask(
        self,
        request: Mapping[str, Any],
        workshop: Path,
        *,
        limits: Limits,
        most_bytes: int,
        report: Callable[[float], None] = lambda _fraction: None,
    ) -> dict[str, Any]:
        """Ask the child, and again where that may help. Raises `SiteTroubleError`."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_is_transient),
            stop=stop_after_attempt(_TRIES),
            wait=self._wait,
            reraise=True,
        ):
            with attempt:
                return await ask(
                    self._command,
                    request,
                    workshop,
                    limits=limits,
                    most_bytes=most_bytes,
                    report=report,
                )
        raise AssertionError("the last try returns or raises")

    @contextlib.contextmanager
    def _workshop(self) -> Any:
        folder = self._store.workshop()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _sign_in(self, workshop: Path) -> dict[str, str]:
        """A copy of the cookies: yt-dlp writes what it has learned into the file it is given."""
        if self._cookies is None:
            return {}
        copy = workshop / "cookies.txt"
        try:
            copy.touch(mode=0o600)
            shutil.copyfile(self._cookies, copy)
        except OSError as error:
            raise ServiceError(
                "TAPEDECK_SOURCE_COOKIES names a file that I cannot read. The operator can mend "
                "that, or unset it."
            ) from error
        return {"cookies": str(copy)}


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, SiteTroubleError) and error.trouble in TRANSIENT


def _read_part(span: Span, seconds: float | None) -> Span | None:
    """The part that is wanted, None for (nearly) all. Raises `UserError` when there is none."""
    if seconds is not None and span.start >= seconds:
        raise UserError(
            f"It lasts {clock(seconds)}, so there is nothing at {clock(span.start)}. Name an "
            "earlier start."
        )
    end = seconds if span.end is None else span.end
    if end is None:
        return None
    if seconds is not None:
        end = min(end, seconds)
        if end - span.start >= _NEARLY_ALL * seconds:
            return None
    return Span(span.start, end)


def _name(kind: str, found: Found, *more: str, ending: str) -> str:
    text = "\0".join((kind, found.site, found.id, *more))
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}{ending}"


def _place(id_: str, facts: Mapping[str, Any]) -> str:
    """Where the bytes of a format are kept: those of another size are another file's."""
    return f"{hashlib.sha256(id_.encode()).hexdigest()[:12]}-{facts['size']}.bytes"


def _read_facts(entry: Path) -> Mapping[str, Any] | None:
    try:
        facts: dict[str, Any] = json.loads((entry / _FACTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return facts if (entry / facts["media"]).is_file() else None


def _keep(answer: Mapping[str, Any], entry: Path) -> Mapping[str, Any]:
    """Move what the child brought into the entry; the facts last, so that all is there then."""
    brought = Path(answer["path"])
    ending = brought.suffix.lower() if brought.suffix[1:].isalnum() else ""
    facts = {"media": f"{_MEDIA}{ending}", "cover": None}
    shutil.move(brought, entry / str(facts["media"]))
    if answer["cover"]:
        shutil.move(answer["cover"], entry / _COVER)
        facts["cover"] = _COVER
    part = entry / f"{_FACTS}.part"
    part.write_text(json.dumps(facts), encoding="utf-8")
    part.replace(entry / _FACTS)
    return facts


def _give(
    entry: Path, facts: Mapping[str, Any], folder: Path, found: Found, choice: str
) -> Fetched:
    media = entry / str(facts["media"])
    path = folder / _name("source", found, choice, ending=media.suffix)
    hand_out(media, path)
    cover = None
    if facts["cover"]:
        cover = path.with_suffix(".cover")
        hand_out(entry / _COVER, cover)
    return Fetched(path=path, found=found, span=Span(0.0, found.seconds), cover=cover)
