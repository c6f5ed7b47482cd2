"""The errand that makes a result fit: weighed, planned, encoded again, cut, tagged, checked."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any, ClassVar

from adapters.dbos.fitting import FIT
from adapters.ffmpeg.inspect import inspect
from adapters.ffmpeg.picture import take_film, take_still
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import probe
from adapters.ffmpeg.recode import Recoded, Source, recode
from adapters.ffmpeg.weigh import Frames, Weight, weigh
from adapters.ffmpeg.wrap import wrap
from adapters.tags import read_card, write_mp3_card, write_ogg_card
from bot.pipelines.results import empty_folder
from core.cards import Card, card_of_part, name_part
from core.delivery import Codec, Coding, Preference, Rung, Why
from core.errors import ServiceError
from core.fitting import Material, Part, Picture, Plan, list_heights, plan_delivery
from core.jobs import Json, Product
from core.sniff import HEAD_BYTES, sniff, tag_length

_log = logging.getLogger(__name__)

_TRIES = 5
_COVER_SHARE = 0.02
"""The cover goes along where it takes no more of a file than that, else a small one does."""
_CHAPTER_BYTES = 160
_DISK_RESERVE = 50_000_000
_ENDINGS = {Codec.MP3: "mp3", Codec.AAC: "m4a", Codec.OPUS: "ogg"}


@dataclass(frozen=True, slots=True)
class _Work:
    """One file that is made to fit, and all that is known of it."""

    source: Source
    frames: Frames | None
    material: Material
    card: Card
    label: str
    role: str
    folder: Path

    def still(self, height: int) -> Path:
        return self.folder / f"still-{height}.mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class FittingErrand:
    """Fills the port `Errand`."""

    ffmpeg: str
    pool: Pool

    name: ClassVar[str] = FIT

    async def carry_out(self, folder: Path, request: Mapping[str, Json]) -> Json:
        """Make the files, each at most `limit` bytes; or say why it is to be a link."""
        limit = int(str(request["limit"]))
        work = await self._look(empty_folder(folder), request, limit)
        budget = limit
        for _ in range(_TRIES):
            plan = _plan(work, request, budget)
            if plan.coding is not None and _wants_smaller_still(work, plan.coding):
                work = await self._try_stills(work)
                plan = _plan(work, request, budget)
            if plan.coding is None:
                rmtree(folder)
                return {"why": plan.why}
            files = await self._make(work, plan, plan.coding)
            largest = max(file.size for file in files)
            if largest <= limit:
                _clean(folder, files)
                return _tell(plan, files)
            # The encoders wrote more than they usually do: a step smaller, then.
            _log.info("%s came out at %d bytes, over %d", work.label, largest, limit)
            budget = int(budget * limit / largest * 0.995)
        rmtree(folder)
        return {"why": Why.TROUBLE}

    async def _look(self, folder: Path, request: Mapping[str, Json], limit: int) -> _Work:
        path, role = Path(str(request["path"])), str(request["role"])
        seconds = request["seconds"]
        size, demuxer = await asyncio.to_thread(_first_look, path)
        if not isinstance(seconds, int | float):
            seconds = (await probe(self.ffmpeg, path, demuxer)).seconds or 0.0
        _admit(folder, size)
        weight = await weigh(
            self.ffmpeg, self.pool, path,
            demuxer=demuxer, picture=role == "video", seconds=float(seconds),
        )  # fmt: skip
        title = str(request["title"])
        card = await asyncio.to_thread(read_card, path, title=title, seconds=float(seconds))
        card = _fit_cover(card, request["thumbnail"], limit)
        return _Work(
            source=Source(path=path, demuxer=demuxer, rate=weight.rate, seconds=float(seconds)),
            frames=weight.frames,
            material=_describe(size, weight, card, float(seconds), request["levels"]),
            card=card,
            label=str(request["label"]),
            role=role,
            folder=folder,
        )

    async def _try_stills(self, work: _Work) -> _Work:
        """Encode a still at each height: how large it gets differs much, and it takes seconds."""
        picture, frames = work.material.picture, work.frames
        assert picture is not None and frames is not None  # noqa: S101  it has a still
        async with asyncio.TaskGroup() as tasks:
            for height in list_heights(picture):
                out = work.still(height)
                tasks.create_task(
                    take_still(self.ffmpeg, self.pool, work.source, frames, height=height, out=out)
                )
        again = tuple(
            (height, work.still(height).stat().st_size) for height in list_heights(picture)
        )
        material = replace(work.material, picture=replace(picture, again=again))
        return replace(work, material=material)

    async def _make(self, work: _Work, plan: Plan, coding: Coding) -> list[Product]:
        ending = "mp4" if work.frames is not None else _ENDINGS[coding.codec]
        still = work.still(coding.height)
        if work.frames is not None and work.frames.repeated and not still.exists():
            await take_still(
                self.ffmpeg, self.pool, work.source, work.frames, height=coding.height, out=still
            )
        count = len(plan.parts)
        outs = [work.folder / f"part-{index + 1}.{ending}" for index in range(count)]
        async with asyncio.TaskGroup() as tasks:
            for index, out in enumerate(outs):
                card = card_of_part(work.card, plan.parts, index) if count > 1 else work.card
                tasks.create_task(self._make_part(work, plan.parts[index], coding, card, out))
        return [
            Product(
                role=work.role,
                path=str(out),
                label=name_part(work.label, ending, index, count),
                size=out.stat().st_size,
                seconds=round(part.seconds, 3),
            )
            for index, (out, part) in enumerate(zip(outs, plan.parts, strict=True))
        ]

    async def _make_part(
        self, work: _Work, part: Part, coding: Coding, card: Card, out: Path
    ) -> None:
        scrap = out if coding.codec is not Codec.AAC else out.with_suffix(".aac")
        sound = await recode(self.ffmpeg, self.pool, work.source, part, coding, out=scrap)
        made_by = f"Tapedeck {version('tapedeck')}"
        match coding.codec:
            case Codec.MP3:
                await asyncio.to_thread(write_mp3_card, out, card, made_by=made_by)
            case Codec.OPUS:
                await asyncio.to_thread(write_ogg_card, out, card, made_by=made_by)
            case Codec.AAC:
                await self._wrap(work, part, coding, card, sound, out)
                scrap.unlink()
        await inspect(
            self.ffmpeg, self.pool, out,
            seconds=part.seconds, chapters=len(card.chapters), fps=_fps(work.frames),
        )  # fmt: skip

    async def _wrap(
        self, work: _Work, part: Part, coding: Coding, card: Card, sound: Recoded, out: Path
    ) -> None:
        picture = None
        looped = False
        if work.frames is not None:
            looped = work.frames.repeated > 0
            picture = work.still(coding.height) if looped else out.with_suffix(".film.mp4")
            if not looped:
                await take_film(self.ffmpeg, self.pool, work.source, part, coding, out=picture)
        await wrap(
            self.ffmpeg, self.pool, sound, card,
            seconds=part.seconds, out=out, picture=picture, looped=looped,
        )  # fmt: skip
        if picture is not None and not looped:
            picture.unlink()


def _plan(work: _Work, request: Mapping[str, Json], budget: int) -> Plan:
    plays = request["plays"]
    return plan_delivery(
        work.material,
        limit=budget,
        preference=Preference(str(request["preference"])),
        plays=frozenset(map(str, plays) if isinstance(plays, list) else ()),
    )


def _wants_smaller_still(work: _Work, coding: Coding) -> bool:
    picture = work.material.picture
    return bool(coding.height and picture is not None and picture.group and not picture.again)


def _first_look(path: Path) -> tuple[int, str]:
    """Bytes of a file, and the demuxer that opens it."""
    with path.open("rb") as file:
        skipped = tag_length(file.read(10))
        file.seek(skipped)
        return path.stat().st_size, sniff(file.read(HEAD_BYTES)).demuxer


def _admit(folder: Path, size: int) -> None:
    """Raise `ServiceError` when the disk has no room for another copy."""
    if disk_usage(folder).free < _DISK_RESERVE + 2 * size:
        raise ServiceError("The disk is too full to make a smaller copy.")


def _fit_cover(card: Card, thumbnail: Json, limit: int) -> Card:
    most = int(limit * _COVER_SHARE)
    if not card.cover or len(card.cover) <= most:
        return card
    small = Path(str(thumbnail)).read_bytes() if thumbnail else b""
    return replace(card, cover=small if len(small) <= most else b"")


def _describe(size: int, weight: Weight, card: Card, seconds: float, levels: Json) -> Material:
    frames = weight.frames
    titles = sum(len(chapter.title.encode()) for chapter in card.chapters)
    picture = None
    if frames is not None:
        picture = Picture(
            height=frames.height, rate=frames.size * 8 / max(seconds, 1), group=frames.group
        )
    return Material(
        size=size,
        seconds=seconds,
        rate=weight.sound / 125 / max(seconds, 1),
        starts=tuple(chapter.start for chapter in card.chapters),
        # In Vorbis comments the cover is written with six bits a byte.
        tags=len(card.cover) * 4 // 3 + titles + _CHAPTER_BYTES * len(card.chapters),
        levels=tuple(float(str(level)) for level in levels) if isinstance(levels, list) else (),
        picture=picture,
    )


def _clean(folder: Path, files: Sequence[Product]) -> None:
    """Remove what no one gets: stills, and parts of a try that had more of them."""
    kept = {file.path for file in files}
    for path in folder.iterdir():
        if str(path) not in kept:
            path.unlink()


def _fps(frames: Frames | None) -> float | None:
    return frames.fps if frames is not None else None


def _tell(plan: Plan, files: list[Product]) -> dict[str, Any]:
    coding = plan.coding
    return {
        "why": None,
        "rung": Rung.SMALLER if len(files) == 1 else Rung.PARTS,
        "coding": asdict(coding) if coding is not None else None,
        "split": plan.split,
        "files": [asdict(file) for file in files],
    }
