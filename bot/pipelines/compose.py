"""The composer's pipeline: write, play, check."""

import asyncio
import json
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from shutil import copyfile, disk_usage, rmtree
from typing import Any, ClassVar

from slugify import slugify

from adapters.ffmpeg.check import BadResultError, check_sound
from adapters.ffmpeg.encode import Encoded, encode_mp3
from adapters.ffmpeg.pool import Pool
from adapters.midi import write_midi
from adapters.pictures import Sheet, draw_sheet
from adapters.synth.performing import Performance, Performed, perform
from adapters.tags import read_mp3_chapters, write_mp3_tags
from bot.pipelines.abreast import both
from bot.pipelines.facts import as_mapping
from bot.pipelines.results import empty_folder, on_the_disk, write_text
from core.errors import UserError
from core.jobs import Json, Outcome, Product, Stage
from core.loudness import CEILING
from core.mixtape import TARGET
from core.music.commission import read_commission
from core.music.compose import compose
from core.music.facts import chapters_of, describe, summarise
from core.music.score import Score
from core.ports import Run
from core.studio.playback import RATE
from core.tracklist import clock

_log = logging.getLogger(__name__)

KIND = "compose"
_HEADROOM = 1.6
"""dB that the limiter leaves under the ceiling for what the encoder usually adds."""
_NEAR = 0.35
"""How far the MP3's loudness may be from the target before it is mastered again, in LU."""
_TRIES = 3
_SILENT = -70.0
_DISK_RESERVE = 50_000_000
_BYTES_PER_SECOND = 800_000
"""The mix as float, a WAV and an MP3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposePipeline:
    """Makes one piece of music. Without `soundfont`, our own instruments play."""

    ffmpeg: str
    pool: Pool
    soundfont: str

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
        """The score, as JSON for those who play and draw it, and as MIDI."""
        commission = read_commission(run.request)
        _admit(commission.seconds, run.folder)
        score = await asyncio.to_thread(compose, commission)
        folder = empty_folder(run.folder / "score")
        slug = slugify(score.title, max_length=80, word_boundary=True) or "music"
        (folder / f"{slug}.mid").write_bytes(write_midi(score))
        write_text(folder / "score.json", json.dumps(score.as_json()))
        run.report(1)
        return {"slug": slug, "folder": str(folder), "facts": describe(score)}

    async def _play(self, run: Run, written: Json) -> Json:
        """Sound and pictures, side by side."""
        slug, score = _read(written)
        work, out = empty_folder(run.folder / "work"), empty_folder(run.folder / "out")
        folder = run.folder / "score"
        wav = out / f"{slug}.wav" if run.request["wav"] else None
        performance = Performance(
            score=str(folder / "score.json"),
            midi=str(folder / f"{slug}.mid"),
            mix=str(work / "mix.f32"),
            seconds=score.seconds,
            target=TARGET,
            ceiling=CEILING - _HEADROOM,
            soundfont=self.soundfont,
            wav=str(wav) if wav else "",
        )
        mp3 = out / f"{slug}.mp3"
        (performed, heard), sheet = await both(
            self._record(run, performance, mp3), _draw(score, folder, run.folder / "pictures")
        )
        rmtree(work)
        return {
            "loudness": heard.loudness,
            "true_peak": heard.true_peak,
            "player": Path(performed.soundfont).name or "Tapedeck",
            "waveform": performed.waveform,
            "cover": str(sheet.picture),
            "thumbnail": str(sheet.thumbnail),
            "roll": str(sheet.roll),
        }

    async def _record(
        self, run: Run, performance: Performance, mp3: Path
    ) -> tuple[Performed, Encoded]:
        """Play and encode; master once more when the MP3 came out too loud, too quiet or too high.

        Encoders change the wave, so that its peaks can only be known afterwards.
        """
        for attempt in range(_TRIES):
            performed, heard = await self._encode(run, performance, mp3)
            if heard.true_peak < _SILENT:
                raise BadResultError("the MP3 is silent")
            _log.info("limited to %.2f dBTP, the MP3 is %s", performance.ceiling, heard)
            over, missing = heard.true_peak - CEILING, TARGET - heard.loudness
            if (over <= 0 and abs(missing) <= _NEAR) or attempt == _TRIES - 1:
                break
            performance = replace(
                performance,
                play=False,
                loudness=performed.loudness,
                soundfont=performed.soundfont,
                target=performance.target + missing,
                ceiling=performance.ceiling - (over + 0.1 if over > 0 else 0.0),
            )
        return performed, heard

    async def _encode(
        self, run: Run, performance: Performance, mp3: Path
    ) -> tuple[Performed, Encoded]:
        """Play into the encoder: the sound goes from one child to the other."""
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:

            async def play() -> Performed:
                performed = await perform(
                    performance,
                    out=sink.fileno(),
                    on_fraction=lambda done: run.report(0.95 * done),
                )
                # Only when nobody can write any more does the encoder hear the end.
                sink.close()
                return performed

            encoding = encode_mp3(
                self.ffmpeg, mp3, rate=RATE, source=source.fileno(), seconds=performance.seconds
            )
            async with self.pool.slot():
                return await both(play(), encoding)

    async def _check(self, run: Run, written: Json, played: Json) -> Json:
        """Tag the sound, write what goes along, and open it as a person's player will."""
        slug, score = _read(written)
        facts, sound = as_mapping(as_mapping(written)["facts"]), as_mapping(played)
        out = run.folder / "out"
        mp3 = out / f"{slug}.mp3"
        await asyncio.to_thread(_tag, mp3, score, Path(sound["cover"]))
        chapters = len(score.sections)
        await asyncio.to_thread(read_mp3_chapters, mp3, chapters)
        await check_sound(self.ffmpeg, self.pool, mp3, seconds=score.seconds, chapters=chapters)
        run.report(0.5)
        for source, ending in (
            (run.folder / "score" / f"{slug}.mid", "mid"),
            (sound["roll"], "png"),
        ):
            await asyncio.to_thread(copyfile, source, out / f"{slug}.{ending}")
        measured = {name: sound[name] for name in ("loudness", "true_peak", "player")}
        recipe = {
            **facts,
            **measured,
            "request": dict(run.request),
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
            "cover": sound["cover"],
            "thumbnail": sound["thumbnail"],
        }


def _admit(seconds: float, folder: Path) -> None:
    """Raise `UserError` when the disk has no room for the piece."""
    needed = _DISK_RESERVE + round(seconds * _BYTES_PER_SECOND)
    free = disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"The disk is too full: the piece needs about {needed // 1_000_000} MB, "
            f"{free // 1_000_000} MB are free. Free some space and try again."
        )


def _read(written: Json) -> tuple[str, Score]:
    facts = as_mapping(written)
    text = (Path(facts["folder"]) / "score.json").read_text(encoding="utf-8")
    return str(facts["slug"]), Score.from_json(json.loads(text))


async def _draw(score: Score, folder: Path, to: Path) -> Sheet:
    return await draw_sheet(
        folder / "score.json",
        title=score.title,
        line=f"{score.key.name} · {score.tempo:.4g} BPM · {score.style}",
        seed=f"{score.title} {score.seed}",
        folder=empty_folder(to),
    )


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
    cover, thumbnail = Path(facts.pop("cover")), Path(facts.pop("thumbnail"))
    roles = (
        ("audio", out / f"{slug}.mp3"),
        ("wav", out / f"{slug}.wav"),
        ("midi", out / f"{slug}.mid"),
        ("picture", out / f"{slug}.png"),
        ("recipe", out / f"{slug}.json"),
        ("cover", cover),
        ("thumbnail", thumbnail),
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
