"""Recording a score: played, encoded and drawn side by side, in a folder of its own."""

import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import move, rmtree
from typing import Any

from adapters.ffmpeg.check import BadResultError
from adapters.ffmpeg.encode import Encoded, encode_mp3
from adapters.ffmpeg.pool import Pool
from adapters.midi import write_midi
from adapters.pictures import draw_sheet
from adapters.synth.performing import Performance, Performed, perform
from bot.pipelines.abreast import both
from bot.pipelines.results import empty_folder, write_text
from core.jobs import Json
from core.loudness import CEILING
from core.mixtape import TARGET
from core.music.score import Score
from core.studio.playback import RATE

_log = logging.getLogger(__name__)

_HEADROOM = 1.6
"""dB that the limiter leaves under the ceiling for what the encoder usually adds."""
_NEAR = 0.35
"""How far the MP3's loudness may be from the target before it is mastered again, in LU."""
_TRIES = 3
_SILENT = -70.0
_FACTS = "recording.json"
_KEPT = ("score", "out", "pictures")

OnFraction = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Records pieces. Without `soundfont`, our own instruments play."""

    ffmpeg: str
    pool: Pool
    soundfont: str

    async def record(
        self, score: Score, folder: Path, *, slug: str, wav: bool, on_fraction: OnFraction
    ) -> dict[str, Json]:
        """Leave `out/<slug>.mp3`, the WAV, the MIDI and the pictures in `folder`.

        Returns what was measured: LUFS, dBTP, who played, and the waveform.
        """
        work, out = empty_folder(folder / "work"), empty_folder(folder / "out")
        written, pictures = empty_folder(folder / "score"), empty_folder(folder / "pictures")
        write_text(written / "score.json", json.dumps(score.as_json()))
        (out / f"{slug}.mid").write_bytes(write_midi(score))
        performance = Performance(
            score=str(written / "score.json"),
            midi=str(out / f"{slug}.mid"),
            mix=str(work / "mix.f32"),
            seconds=score.seconds,
            target=TARGET,
            ceiling=CEILING - _HEADROOM,
            soundfont=self.soundfont,
            wav=str(out / f"{slug}.wav") if wav else "",
        )
        drawing = draw_sheet(
            written / "score.json",
            title=score.title,
            line=f"{score.key.name} · {score.tempo:.4g} BPM · {score.style}",
            seed=f"{score.title} {score.seed}",
            folder=pictures,
        )
        sounding = self._master(performance, out / f"{slug}.mp3", on_fraction)
        (performed, heard), sheet = await both(sounding, drawing)
        sheet.roll.replace(out / f"{slug}.png")
        rmtree(work)
        facts: dict[str, Json] = {
            "loudness": heard.loudness,
            "true_peak": heard.true_peak,
            "player": Path(performed.soundfont).name or "Tapedeck",
            "waveform": performed.waveform,
        }
        write_text(folder / _FACTS, json.dumps({"score": _digest(score), **facts}))
        return facts

    async def _master(
        self, performance: Performance, mp3: Path, on_fraction: OnFraction
    ) -> tuple[Performed, Encoded]:
        """Play and encode; master once more when the MP3 came out too loud, too quiet or too high.

        Encoders change the wave, so that its peaks can only be known afterwards.
        """
        for attempt in range(_TRIES):
            performed, heard = await self._encode(performance, mp3, on_fraction)
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
        self, performance: Performance, mp3: Path, on_fraction: OnFraction
    ) -> tuple[Performed, Encoded]:
        """Play into the encoder: the sound goes from one child to the other."""
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:

            async def play() -> Performed:
                performed = await perform(performance, out=sink.fileno(), on_fraction=on_fraction)
                # Only when nobody can write any more does the encoder hear the end.
                sink.close()
                return performed

            encoding = encode_mp3(
                self.ffmpeg, mp3, rate=RATE, source=source.fileno(), seconds=performance.seconds
            )
            async with self.pool.slot():
                return await both(play(), encoding)


def adopt(recorded: Path, folder: Path, score: Score) -> dict[str, Json] | None:
    """Take over what was recorded in another folder; None when that is not this score's."""
    facts = recorded / _FACTS
    if not facts.is_file():
        return None
    found: Mapping[str, Any] = json.loads(facts.read_text(encoding="utf-8"))
    if found["score"] != _digest(score):
        return None
    # Gone first: what is moved only in part must not be taken for whole.
    facts.unlink()
    for name in _KEPT:
        rmtree(folder / name, ignore_errors=True)
        move(recorded / name, folder / name)
    return {name: value for name, value in found.items() if name != "score"}


def _digest(score: Score) -> str:
    return hashlib.sha256(json.dumps(score.as_json()).encode()).hexdigest()
