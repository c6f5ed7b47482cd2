"""The sources of clips: looked at, and brought onto the disk, only as much of them as is needed."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from adapters.intake import look, take_track
from adapters.tags import read_tags
from bot.pipelines.abreast import all_abreast
from bot.pipelines.facts import as_list, as_mapping
from bot.pipelines.results import empty_folder
from core.clips import Row, check_end, name_place
from core.errors import ServiceError, UserError
from core.jobs import Json
from core.links import Found, Medium, Span, Want
from core.ports import Fetcher, Run
from core.reel import holds, needed_spans
from core.times import write_time
from core.tracks import Tags, clean_text, label_of, title_from_label

_LOOKS, _FETCHES = 2, 4
"""Links that are looked at, and sources that are fetched, at the same time. All ranges of one
source are asked for at once, so that who brings them can do so in one go."""
_PLAIN = "link"
"""The site of a plain file, of which only all can be had."""
_MOST_LINES = 1080


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where clips come from: a link, or a file that came along and was taken in at `path`.

    `id` names the content for a recipe; `seconds` is None when unknown. `whole` says that parts of
    it cannot be had.
    """

    id: str
    title: str
    artist: str = ""
    cover: str = ""
    url: str = ""
    path: str = ""
    demuxer: str = ""
    seconds: float | None = None
    video: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One clip on its way: its row, the row's place among those ordered, and its source's."""

    row: Row
    index: int
    source: int

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """What `asdict` made, whole again."""
        return cls(**dict(facts) | {"row": Row(**facts["row"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a source on our disk: its first moment is `start` of the source, in seconds.

    `end` is None when it goes on to the source's own. `clips` are the places, among those on
    their way, of what is cut out of it.
    """

    path: str
    demuxer: str
    source: int
    start: float
    end: float | None
    clips: tuple[int, ...]


def miss(row: Row, index: int, reason: str, *, hopeless: bool = False) -> dict[str, Json]:
    """A row that the result lacks, as its details tell it; `hopeless` when only a change helps."""
    source = name_place(row.place)
    return {"source": source, "reason": reason, "index": index, "hopeless": hopeless}


async def find_sources(
    run: Run, fetcher: Fetcher, rows: Sequence[Row], files: Sequence[Mapping[str, Any]]
) -> dict[str, Json]:
    """Look at each link once, take each file in once; what cannot be had is missed, with why.

    Gives `sources`, `clips` (with the ends that were open, where the length is known), `missing`.
    """
    folder = empty_folder(run.folder / "in")
    links = list(dict.fromkeys(row.url for row in rows if row.file is None))
    numbers = sorted({row.file for row in rows if row.file is not None})
    turns, done = asyncio.Semaphore(_LOOKS), [0]
    outcomes: dict[str | int, Source | str] = {}

    def advance() -> None:
        done[0] += 1
        run.report(done[0] / (len(links) + len(numbers)))

    async def look_at(url: str) -> None:
        async with turns:
            outcomes[url] = await _look(fetcher, url)
        advance()

    async def take(number: int) -> None:
        async with turns:
            outcomes[number] = await _take(files[number], folder, number)
        advance()

    await all_abreast([*map(look_at, links), *map(take, numbers)])
    return _sort_rows(rows, outcomes)


async def _look(fetcher: Fetcher, url: str) -> Source | str:
    """What a link stands for, or the end of a sentence about a row that cannot have it."""
    try:
        found = await fetcher.look(url)
    except (UserError, ServiceError) as error:
        return f"failed. {error}"
    if len(found.entries) == 1:
        found = found.entries[0]
        url = found.url
    if found.entries:
        return f"names a list of {len(found.entries)}. Name one of its entries."
    if found.live:
        return "is live. Clip it when it is over."
    return _as_source(found, url)


def _as_source(found: Found, url: str) -> Source:
    return Source(
        id=f"{found.site}:{found.id}",
        title=clean_text(found.title) or found.site,
        artist=clean_text(found.artist),
        url=url,
        seconds=found.seconds,
        video=found.video,
        whole=found.site == _PLAIN,
    )


async def _take(file: Mapping[str, Any], folder: Path, number: int) -> Source | str:
    label = label_of(file["label"])
    try:
        taken = await take_track(Path(file["path"]), folder / f"file-{number}")
    except UserError as error:
        return f"cannot be made: {label} {error}"
    assert taken.format is not None  # noqa: S101  a track always has one
    demuxer = taken.format.demuxer
    place = empty_folder(folder / f"tags-{number}")
    (tags,) = await read_tags([(taken.path, demuxer)], place)
    return Source(
        id=f"sha256:{taken.digest}",
        title=tags.title or title_from_label(label),
        artist=tags.artist,
        cover=tags.cover,
        path=str(taken.path),
        demuxer=demuxer,
    )


def _sort_rows(rows: Sequence[Row], outcomes: Mapping[str | int, Source | str]) -> dict[str, Json]:
    """Which row has which source. Two links to one video are one source."""
    sources: dict[str, Source] = {}
    clips: list[Wanted] = []
    missing: list[Json] = []
    for index, row in enumerate(rows):
        outcome = outcomes[row.url if row.file is None else row.file]
        if isinstance(outcome, str):
            missing.append(miss(row, index, outcome))
            continue
        try:
            row = check_end(row, outcome.seconds)
        except UserError as error:
            missing.append(miss(row, index, str(error), hopeless=True))
            continue
        sources.setdefault(outcome.id, outcome)
        clips.append(Wanted(row=row, index=index, source=list(sources).index(outcome.id)))
    return {
        "sources": [asdict(source) for source in sources.values()],
        "clips": [asdict(clip) for clip in clips],
        "missing": missing,
    }


def require_clips(clips: Sequence[object], missing: Sequence[Any]) -> None:
    """Raise `UserError` that names every row and why it is missed when no clip is left."""
    if clips:
        return
    reasons = list(dict.fromkeys(f"{each['source']} {each['reason']}" for each in missing))
    if len(missing) == 1:
        raise UserError(reasons[0])
    more = f" And {len(reasons) - 10} more." if len(reasons) > 10 else ""
    raise UserError(f"None of the {len(missing)} clips can be made. {' '.join(reasons[:10])}{more}")


async def fetch_pieces(run: Run, fetcher: Fetcher, found: Json, *, video: bool) -> dict[str, Json]:
    """Bring the parts of the sources that the clips need. Gives `pieces`, and `missing`.

    `sources` come along, with what is known of them by now.
    """
    facts = as_mapping(found)
    sources = [Source(**source) for source in facts["sources"]]
    clips = [Wanted.from_json(clip) for clip in facts["clips"]]
    missing: list[Json] = list(facts["missing"])
    require_clips(clips, missing)
    folder = empty_folder(run.folder / "fetched")
    gathering = _Gathering(run, fetcher, sources, clips, missing, folder, video=video)
    await gathering.gather()
    require_clips(gathering.pieces, missing)
    return {
        "sources": [asdict(source) for source in sources],
        "pieces": [asdict(piece) for piece in gathering.pieces],
        "missing": missing,
    }


class _Gathering:
    """One job's fetching: several ranges at once, each with its part of the progress."""

    def __init__(
        self,
        run: Run,
        fetcher: Fetcher,
        sources: list[Source],
        clips: Sequence[Wanted],
        missing: list[Json],
        folder: Path,
        *,
        video: bool,
    ) -> None:
        self._run = run
        self._fetcher = fetcher
        self._sources = sources
        self._clips = clips
        self._missing = missing
        self._folder = folder
        self._medium = Medium.VIDEO if video else Medium.AUDIO
        self._turns = asyncio.Semaphore(_FETCHES)
        self._done: list[float] = []
        self.pieces: list[Piece] = []

    async def gather(self) -> None:
        fetching = []
        for number, source in enumerate(self._sources):
            places = [at for at, clip in enumerate(self._clips) if clip.source == number]
            if source.path:
                whole = Piece(
                    path=source.path,
                    demuxer=source.demuxer,
                    source=number,
                    start=0.0,
                    end=None,
                    clips=tuple(places),
                )
                self.pieces.append(whole)
                continue
            rows = [self._clips[at].row for at in places]
            spans = [Span()] if source.whole else needed_spans(rows)
            held = [
                tuple(at for at in places if holds(span, self._clips[at].row)) for span in spans
            ]
            first = len(self._done)
            self._done += [0.0] * len(spans)
            fetching.append(self._fetch_all(number, zip(spans, held, strict=True), first))
        await all_abreast(fetching)

    async def _fetch_all(
        self, number: int, wanted: Iterable[tuple[Span, tuple[int, ...]]], first: int
    ) -> None:
        async with self._turns:
            await all_abreast(
                self._fetch(number, span, held, turn)
                for turn, (span, held) in enumerate(wanted, first)
            )

    async def _fetch(self, number: int, span: Span, held: tuple[int, ...], turn: int) -> None:
        source = self._sources[number]
        # Sound has no lines; of a source without pictures only the sound can be wanted.
        medium = self._medium if source.video else Medium.AUDIO
        height = _MOST_LINES if medium is Medium.VIDEO else None
        want = Want(url=source.url, medium=medium, height=height, span=span)
        try:
            fetched = await self._fetcher.fetch(
                want, empty_folder(self._folder / f"{turn}"), report=self._telling(turn)
            )
            form = await look(fetched.path)
        except (UserError, ServiceError) as error:
            self._miss(held, f"failed. {error}")
            return
        if form is None:
            self._miss(held, "names a picture, not a sound or a video.")
            return
        source = self._sources[number]  # another range of it may have told more by now
        cover = str(fetched.cover) if fetched.cover and not source.cover else source.cover
        seconds = source.seconds or fetched.found.seconds
        self._sources[number] = replace(source, cover=cover, seconds=seconds)
        self.pieces.append(
            Piece(
                path=str(fetched.path),
                demuxer=form.demuxer,
                source=number,
                start=fetched.span.start,
                end=fetched.span.end,
                clips=held,
            )
        )

    def _telling(self, turn: int) -> Callable[[float], None]:
        def report(fraction: float) -> None:
            self._done[turn] = fraction
            self._run.report(sum(self._done) / len(self._done))

        return report

    def _miss(self, held: Sequence[int], reason: str) -> None:
        for at in held:
            clip = self._clips[at]
            self._missing.append(miss(clip.row, clip.index, reason))


def tags_of(clip: Wanted, source: Source) -> Tags:
    """What a clip says of itself: its label, or what its source is called."""
    if clip.row.label:
        return Tags(title=clip.row.label, cover=source.cover)
    return Tags(title=source.title, artist=source.artist, cover=source.cover)


def name_cut(clip: Wanted, source: Source) -> str:
    """A content's name: of what source which part, for the recipe."""
    end = "" if clip.row.end is None else write_time(clip.row.end)
    return f"{source.id}#{write_time(clip.row.start)}-{end}"


def list_wanted(found: Json) -> list[Wanted]:
    return [Wanted.from_json(clip) for clip in as_list(as_mapping(found)["clips"])]
