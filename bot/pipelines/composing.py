"""The built-in composer, as one who makes music for a scene."""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from adapters.ffmpeg.pool import Pool
from adapters.midi import write_midi
from adapters.process import ProgramError
from adapters.synth.performing import Performance, perform
from core.errors import ServiceError
from core.loudness import CEILING
from core.mixtape import TARGET
from core.music.commission import Commission, read_commission
from core.music.compose import compose
from core.music.score import Score
from core.music.styles import hear_style
from core.soundtracks import Take, Terms, Wish

_PUNCTUATION = re.compile(r"[^\w\s-]")
_HEADROOM = 1.6
"""dB under the ceiling, for what encoders add to a wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Fills the port `Musician` with our own music; a ticket is the commission."""

    soundfont: str
    pool: Pool

    terms: ClassVar[Terms] = Terms(
        title="Tapedeck's composer", least=5, most=600, cents=0, patience=900, pause=0
    )

    async def submit(self, wish: Wish) -> str:
        scene = wish.scene
        style = hear_style(_PUNCTUATION.sub(" ", scene.direction))
        return json.dumps(
            {
                "mood": f"{scene.mood.valence:.2f},{scene.mood.arousal:.2f}",
                "length": round(wish.seconds, 3),
                "tempo": scene.tempo,
                "key": "",
                "time": "",
                "style": style.name if style else "",
                "instruments": "",
                "seed": wish.seed,
                "title": scene.title,
            }
        )

    async def poll(self, ticket: str) -> bool:
        del ticket  # it begins at once
        return True

    async def fetch(self, ticket: str, folder: Path) -> Take:
        score = await asyncio.to_thread(_write, read_commission(json.loads(ticket)), folder)
        wav = folder / "music.wav"
        performance = Performance(
            score=str(folder / "score.json"),
            midi=str(folder / "score.mid"),
            mix=str(folder / "mix.f32"),
            seconds=score.seconds,
            target=TARGET,
            ceiling=CEILING - _HEADROOM,
            soundfont=self.soundfont,
            wav=str(wav),
        )
        try:
            async with self.pool.slot():
                await perform(
                    performance, out=asyncio.subprocess.DEVNULL, on_fraction=lambda _: None
                )
        except ProgramError as error:
            raise ServiceError("The music could not be played.") from error
        (folder / "mix.f32").unlink()
        beat = score.clock.seconds(score.metre.pulse)
        return Take(path=wav, tempo=round(60 / beat, 3), beats=_find_beats(score))


def _write(commission: Commission, folder: Path) -> Score:
    score = compose(commission)
    (folder / "score.json").write_text(json.dumps(score.as_json()), encoding="utf-8")
    (folder / "score.mid").write_bytes(write_midi(score))
    return score


def _find_beats(score: Score) -> tuple[float, ...]:
    last = score.clock.ticks(round(score.seconds * 1000))
    pulses = range(0, last, score.metre.pulse)
    return tuple(round(score.clock.seconds(tick), 4) for tick in pulses)
