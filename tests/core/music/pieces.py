"""Pieces for tests: a score from a few words."""

from functools import lru_cache

from core.music.commission import Commission
from core.music.compose import compose
from core.music.instruments import read_instruments
from core.music.keys import read_key
from core.music.moods import read_mood
from core.music.score import Score
from core.music.styles import read_style


@lru_cache(maxsize=64)
def piece(
    mood: str = "happy",
    *,
    seconds: float = 30.0,
    seed: int = 1,
    tempo: float | None = None,
    key: str = "",
    metre: str = "",
    style: str = "",
    instruments: str = "",
) -> Score:
    tonic, mode = read_key(key) if key else (None, "")
    return compose(
        Commission(
            mood=read_mood(mood),
            seconds=seconds,
            seed=seed,
            tempo=tempo,
            tonic=tonic,
            mode=mode,
            metre=metre,
            style=read_style(style) if style else None,
            instruments=read_instruments(instruments),
        )
    )
