"""The composer's pipeline: write, play, check."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage
from typing import Any, ClassVar

from slugify import slugify

from adapters.ffmpeg.check import check_sound
from adapters.tags import read_mp3_chapters, write_mp3_tags
from bot.pipelines.facts import as_mapping
from bot.pipelines.recording import Studio, adopt
from bot.pipelines.results import on_the_disk, write_text
from core.errors import UserError
from core.jobs import Json, Outcome, Product, Stage
from core.music.commission import read_commission
from core.music.compose import compose
from core.music.facts import chapters_of, describe, summarise
from core.music.score import Score
from core.ports import Run
from core.tracklist import clock

KIND = "compose"
_DISK_RESERVE = 50_000_000
_BYTES_PER_SECOND = 800_000
"""The mix as float, a WAV and an MP3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposePipeline:
    """Makes one piece of music."""

    studio: Studio

    kind: ClassVar[str] = KIND
    stages: ClassVar[tuple[Stage, ...]] = (
        Stage("writing the music", 5),
        Stage("playing it", 80),
        Stage("checking the result", 15),
    )

    async def make(self, run: Run) -> Outcome:
        """Make the piece of `run.request`; every stage is done once, whatever happens."""
        written = await run.step("writing the music", lambda: self._write(run))
        played = await run.step("playing it", lambda: on_the_disk(run, self._play(run, written)))
        checked = await run.step(
            "checking the result", lambda: on_the_disk(run, self._check(run, written, played))
        )
        return _as_outcome(as_mapping(checked))

    async def _write(self, run: Run) -> Json:
        """The score, into the job's folder; returns what is told of it."""
        commission = read_commission(run.request)
        _admit(commission.seconds, run.folder)
        score = await asyncio.to_thread(compose, commission)
        write_text(run.folder / "score.json", json.dumps(score.as_json()))
        run.report(1)
        return {"slug": choose_slug(score), "facts": describe(score)}

    async def _play(self, run: Run, written: Json) -> Json:
        """Sound and pictures; a piece that was recorded while the house opened is taken over."""
        score = await asyncio.to_thread(_read_score, run.folder)
        recorded = run.request.get("recorded")
        if recorded is not None:
            facts = await asyncio.to_thread(adopt, Path(str(recorded)), run.folder, score)
            if facts is not None:
                return facts
        return await self.studio.record(
            score,
            run.folder,
            slug=str(as_mapping(written)["slug"]),
            wav=bool(run.request["wav"]),
            on_fraction=lambda done: run.report(0.95 * done),
        )

    async def _check(self, run: Run, written: Json, played: Json) -> Json:
        """Tag the sound, write what goes along, and open it as a person's player will."""
        score = await asyncio.to_thread(_read_score, run.folder)
        slug = str(as_mapping(written)["slug"])
        facts, sound = as_mapping(as_mapping(written)["facts"]), as_mapping(played)
        out, pictures = run.folder / "out", run.folder / "pictures"
        mp3, chapters = out / f"{slug}.mp3", len(score.sections)
        await asyncio.to_thread(_tag, mp3, score, pictures / "cover.jpg")
        await asyncio.to_thread(read_mp3_chapters, mp3, chapters)
        await check_sound(
            self.studio.ffmpeg, self.studio.pool, mp3, seconds=score.seconds, chapters=chapters
        )
        run.report(0.9)
        measured = {name: sound[name] for name in ("loudness", "true_peak", "player")}
        recipe = {
            **facts,
            **measured,
            "request": {name: run.request[name] for name in run.request if name != "recorded"},
            "versions": {"tapedeck": version("tapedeck")},
        }
        write_text(out / f"{slug}.json", json.dumps(recipe, indent=2, ensure_ascii=False) + "\n")
        return {
            **facts,
            **measured,
            "text": f"“{score.title}” is ready: {summarise(score)}, {clock(score.seconds)}.",
            "tracks": _list_sections(score),
            "rejected": [],
            "waveform": sound["waveform"],
            "out": str(out),
            "slug": slug,
            "pictures": str(pictures),
        }


def choose_slug(score: Score) -> str:
    """The name of its files without an ending, from the title."""
    return slugify(score.title, max_length=80, word_boundary=True) or "music"


def _admit(seconds: float, folder: Path) -> None:
    """Raise `UserError` when the disk has no room for the piece."""
    needed = _DISK_RESERVE + round(seconds * _BYTES_PER_SECOND)
    free = disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"The disk is too full: the piece needs about {needed // 1_000_000} MB, "
            f"{free // 1_000_000} MB are free. Free some space and try again."
        )


def _read_score(folder: Path) -> Score:
    return Score.from_json(json.loads((folder / "score.json").read_text(encoding="utf-8")))


def _tag(mp3: Path, score: Score, cover: Path) -> None:
    write_mp3_tags(
        mp3,
        title=score.title,
        artists=["Tapedeck"],
        genre=score.style.capitalize(),
        year=time.localtime().tm_year,
        cover=cover.read_bytes(),
        chapters=chapters_of(score),
        made_by=f"Tapedeck {version('tapedeck')}",
    )


def _list_sections(score: Score) -> list[Json]:
    """Sections in the shape in which chats show tracks."""
    return [
        {
            "title": chapter.title,
            "artist": "",
            "source": "",
            "start": chapter.start,
            "end": chapter.end,
            "crossfade": 0.0,
            "gain": 0.0,
        }
        for chapter in chapters_of(score)
    ]


def _as_outcome(checked: Mapping[str, Any]) -> Outcome:
    facts = dict(checked)
    out, slug, text = Path(facts.pop("out")), facts.pop("slug"), str(facts.pop("text"))
    pictures = Path(facts.pop("pictures"))
    roles = (
        ("audio", out / f"{slug}.mp3"),
        ("wav", out / f"{slug}.wav"),
        ("midi", out / f"{slug}.mid"),
        ("picture", out / f"{slug}.png"),
        ("recipe", out / f"{slug}.json"),
        ("cover", pictures / "cover.jpg"),
        ("thumbnail", pictures / "thumbnail.jpg"),
    )
    products = tuple(
        Product(
            role=role,
            path=str(path),
            label=slug + path.suffix,
            size=path.stat().st_size,
            seconds=float(facts["duration"]) if role in ("audio", "wav") else None,
        )
        for role, path in roles
        if path.exists()
    )
    return Outcome(text=text, products=products, details=facts)
