"""The download's pipeline: look, fetch, turn into the file that was asked for, check."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import Any, ClassVar

from slugify import slugify

from adapters.ffmpeg.convert import Form, Media, check, convert, open_media
from adapters.ffmpeg.pool import Pool
from adapters.intake import look as sniff_file
from adapters.pictures import Cover, make_cover
from adapters.tags import write_mp3_card, write_ogg_card
from bot.pipelines.facts import as_list, as_mapping, reject, require_some
from bot.pipelines.look import read_found, write_found
from bot.pipelines.results import empty_folder, on_the_disk
from core.cards import Card
from core.downloads import Quality, name_found, read_entries
from core.errors import ServiceError, UserError
from core.jobs import Json, Outcome, Product, Stage
from core.links import Fetched, Found, Medium, Span, Want
from core.ports import Fetcher, Run
from core.tracklist import Chapter, clock

KIND = "download"
_FORMS = {
    Quality.ORIGINAL: Form.SOUND,
    Quality.MP3: Form.MP3,
    Quality.OPUS: Form.OPUS,
    Quality.M4A: Form.M4A,
}
_AT_ONCE = 3
_SHORTEST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadPipeline:
    """Makes the file, or files, of `run.request["link"]`."""

    ffmpeg: str
    pool: Pool
    fetcher: Fetcher

    kind: ClassVar[str] = KIND
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("looking at the link", 4),
        Stage("fetching", 60),
        Stage("making the files", 36),
    )

    async def make(self, run: Run) -> Outcome:
        """Every stage is done once. An entry that cannot be had is named, and the rest goes on."""
        looked = await run.step("looking at the link", lambda: self._look(run))
        fetched = await run.step("fetching", lambda: on_the_disk(run, self._fetch(run, looked)))
        made = as_mapping(
            await run.step("making the files", lambda: on_the_disk(run, self._make(run, fetched)))
        )
        return _as_outcome(made, title=str(as_mapping(looked)["title"]))

    async def _look(self, run: Run) -> Json:
        found = await self.fetcher.look(str(run.request["link"]))
        entries: Sequence[Found] = [found]
        if found.entries:
            places = read_entries(str(run.request["entries"] or ""), len(found.entries))
            entries = [found.entries[place] for place in places]
        title = str(run.request["title"] or "") or name_found(found)
        return {"title": title, "entries": [write_found(entry) for entry in entries]}

    async def _fetch(self, run: Run, looked: Json) -> Json:
        folder = empty_folder(run.folder / "in")
        entries = as_list(as_mapping(looked)["entries"])
        done = [0.0] * len(entries)
        room = asyncio.Semaphore(_AT_ONCE)

        async def fetch(index: int) -> dict[str, Json]:
            def report(fraction: float) -> None:
                done[index] = fraction
                run.report(sum(done) / len(done))

            place = folder / str(index)
            place.mkdir()
            found = read_found(entries[index])
            async with room:
                try:
                    return _write_fetched(await self._bring(run, found, place, report))
                except (UserError, ServiceError) as error:
                    if len(entries) == 1:
                        raise
                    report(1.0)
                    return {"rejected": _reject(found, error)}

        if len(entries) == 1:
            # A group would wrap what goes wrong.
            return {"files": [await fetch(0)], "rejected": []}
        async with asyncio.TaskGroup() as tasks:
            fetching = [tasks.create_task(fetch(index)) for index in range(len(entries))]
        found = [task.result() for task in fetching]
        rejected = [each["rejected"] for each in found if "rejected" in each]
        files: list[Json] = [each for each in found if "rejected" not in each]
        require_some(files, rejected)
        return {"files": files, "rejected": rejected}

    async def _bring(
        self, run: Run, found: Found, folder: Path, report: Callable[[float], None]
    ) -> Fetched:
        quality, span = Quality(str(run.request["quality"])), _span(run.request)
        want = Want(url=found.url, medium=quality.medium, height=quality.height, span=span)
        return await self.fetcher.fetch(want, folder, report=report)

    async def _make(self, run: Run, fetched: Json) -> Json:
        facts = as_mapping(fetched)
        files, rejected = as_list(facts["files"]), as_list(facts["rejected"])
        out, slugs = empty_folder(run.folder / "out"), set[str]()
        products: list[Json] = []
        tracks: list[Json] = []
        pictures: dict[str, str] = {}
        at = 0.0
        for index, file in enumerate(files):
            base, share = index / len(files), 1 / len(files)
            found = read_found(file["found"])
            place = empty_folder(run.folder / "work")

            def report(fraction: float, base: float = base, share: float = share) -> None:
                run.report(base + share * fraction)

            try:
                cover = await _open_cover(file["cover"], run.folder / "pictures" / str(index))
                slug = _choose_slug(found, slugs)
                made = await self._make_one(run, file, cover, out / slug, place, report)
            except UserError as error:
                if len(files) == 1:
                    raise UserError(f"What is at that link {error}") from error
                rejected.append(_reject(found, error))
                continue
            finally:
                rmtree(place, ignore_errors=True)
            if cover is not None and not pictures:
                pictures = {"cover": str(cover.picture), "thumbnail": str(cover.thumbnail)}
            products.append(asdict(made))
            seconds = made.seconds or 0.0
            tracks.append(
                {
                    "title": found.title or made.label,
                    "artist": found.artist,
                    "source": found.url,
                    "start": at,
                    "end": at + seconds,
                }
            )
            at += seconds
        require_some(products, rejected)
        rmtree(run.folder / "in", ignore_errors=True)
        return {
            "products": products,
            "tracks": tracks,
            "rejected": rejected,
            "pictures": pictures,
            "quality": str(run.request["quality"]),
        }

    async def _make_one(
        self,
        run: Run,
        file: Mapping[str, Any],
        cover: Cover | None,
        out: Path,
        work: Path,
        report: Callable[[float], None],
    ) -> Product:
        """One file as it was asked for, with its tags. Raises `UserError` about the source."""
        quality = Quality(str(run.request["quality"]))
        source = Path(file["path"])
        found, held = read_found(file["found"]), Span(**file["span"])
        media = await self._open(source, quality.medium)
        span = _within(_span(run.request), held, media.seconds)
        card = _write_card(found, _span(run.request), cover)
        form = _FORMS.get(quality, Form.FILM)
        made = await convert(
            self.ffmpeg, self.pool, media, form, span=span, card=card, out=out, work=work,
            report=lambda fraction: report(0.9 * fraction),
        )  # fmt: skip
        await asyncio.to_thread(_tag, made, card)
        expected = None if span.end is None else span.end - span.start
        seconds = await check(self.ffmpeg, self.pool, made, expected=expected)
        report(1.0)
        return Product(
            role="video" if made.picture else "audio",
            path=str(made.path),
            label=made.path.name,
            size=made.path.stat().st_size,
            seconds=seconds,
        )

    async def _open(self, source: Path, medium: Medium) -> Media:
        found = await sniff_file(source)
        if found is None:
            raise UserError("is a picture, with neither sound nor film in it.")
        media = await open_media(self.ffmpeg, source, found.demuxer)
        if medium is Medium.VIDEO and not media.picture:
            raise UserError("has no moving picture. Ask for its sound instead.")
        if medium is Medium.AUDIO and not media.sound:
            raise UserError("has no sound. Ask for the video instead.")
        return media


def _span(request: Mapping[str, Json]) -> Span:
    start, end = request["start"], request["end"]
    return Span(float(str(start or 0.0)), None if end is None else float(str(end)))


def _within(wanted: Span, held: Span, seconds: float | None) -> Span:
    """The wanted part in the time of the file, which begins at `held.start` of the source."""
    start = max(0.0, wanted.start - held.start)
    if wanted.end is None:
        return Span(start, None)
    end = wanted.end - held.start
    return Span(start, end if seconds is None else min(end, seconds))


def _write_fetched(fetched: Fetched) -> dict[str, Json]:
    return {
        "path": str(fetched.path),
        "cover": str(fetched.cover) if fetched.cover else None,
        "span": asdict(fetched.span),
        "found": write_found(fetched.found),
    }


def _reject(found: Found, error: Exception) -> dict[str, Json]:
    """An entry that could not be had; the reason follows its name."""
    words = str(error)
    label = found.title or found.url
    return reject({"label": label}, UserError(words if words[:1].islower() else f"– {words}"))


async def _open_cover(path: str | None, folder: Path) -> Cover | None:
    if path is None:
        return None
    try:
        return await make_cover(Path(path), empty_folder(folder))
    except UserError:
        # A piece without its cover is still the piece.
        return None


def _choose_slug(found: Found, taken: set[str]) -> str:
    slug = slugify(name_found(found), max_length=80, word_boundary=True) or "download"
    name, number = slug, 2
    while name in taken:
        name, number = f"{slug}-{number}", number + 1
    taken.add(name)
    return name


def _write_card(found: Found, span: Span, cover: Cover | None) -> Card:
    return Card(
        title=found.title or found.id,
        artists=(found.artist,) if found.artist else (),
        album=found.album,
        cover=cover.picture.read_bytes() if cover is not None else b"",
        chapters=_cut_chapters(found, span),
        source=found.url,
    )


def _cut_chapters(found: Found, span: Span) -> tuple[Chapter, ...]:
    """The chapters of the part, in its own time."""
    end = span.end if span.end is not None else found.seconds
    cut = []
    for chapter in found.chapters:
        first, last = max(chapter.start, span.start), chapter.end
        last = min(last, end) if end is not None else last
        if last - first > _SHORTEST:
            cut.append(Chapter(first - span.start, last - span.start, chapter.title))
    return tuple(cut)


def _tag(made: Media, card: Card) -> None:
    """Tags where ffmpeg does not write all of them itself."""
    made_by = f"Tapedeck {version('tapedeck')}"
    if made.path.suffix == ".mp3":
        write_mp3_card(made.path, card, made_by=made_by)
    elif made.path.suffix == ".ogg":
        write_ogg_card(made.path, card, made_by=made_by)


def _as_outcome(facts: Mapping[str, Any], *, title: str) -> Outcome:
    products = [Product(**each) for each in facts["products"]]
    count, seconds = len(products), sum(product.seconds or 0.0 for product in products)
    endings = sorted({Path(product.path).suffix[1:].upper() for product in products})
    for role, path in facts["pictures"].items():
        picture = Path(path)
        label = f"{Path(products[0].label).stem}-{role}{picture.suffix}"
        products.append(Product(role, path, label, picture.stat().st_size))
    files = f"{count} files" if count > 1 else endings[0]
    details: dict[str, Json] = {
        "title": title,
        "duration": seconds,
        "form": ", ".join(endings),
        "quality": facts["quality"],
        "tracks": facts["tracks"],
        "rejected": facts["rejected"],
    }
    return Outcome(f"“{title}” is ready: {files}, {clock(seconds)}.", tuple(products), details)
