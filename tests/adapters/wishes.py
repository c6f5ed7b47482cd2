"""Wishes for music, as the eye makes them."""

from pathlib import Path

from core.scenes import Mood, Scene, Verse
from core.soundtracks import Wish

LYRICS = (Verse("verse", ("The water holds the light", "The ropes are tied")),)


def wish(
    *,
    seconds: float = 12.0,
    sung: bool = True,
    lyrics: tuple[Verse, ...] = LYRICS,
    photo: Path | None = None,
) -> Wish:
    scene = Scene(
        title="Harbour Lights",
        mood=Mood(0.4, 0.3),
        words="Boats lie still in a harbour at dusk.",
        palette=("#203050", "#e0a060"),
        captions=("Boats at rest",),
        lyrics=lyrics,
        direction="Bright pop with guitar, bass and drums.",
        tempo=110.0,
        by="claude",
    )
    return Wish(scene=scene, seconds=seconds, seed=7, sung=sung, photo=photo)
