"""Tracks, timelines and sources for tests of the core: plain values, no files."""

from collections.abc import Callable, Sequence

import numpy as np

from core.loudness import Gain
from core.measuring import Samples
from core.timeline import Segment, Timeline
from core.tracks import Sound, Tags, Track


def sound(seconds: float = 60.0, *, rate: int = 44100, **facts: object) -> Sound:
    """A measured sound that fills its file, unless `facts` say otherwise."""
    frames = round(seconds * rate)
    known: dict[str, object] = {
        "first": 0, "last": frames, "loudness": -14.0, "peak": -3.0,
        "starts_sounding": True, "ends_sounding": True,
    }  # fmt: skip
    return Sound(rate=rate, frames=frames, **known | facts)  # type: ignore[arg-type] # by name


def track(
    seconds: float = 60.0, *, name: str = "song.mp3", tags: Tags | None = None, **facts: object
) -> Track:
    return Track(
        path=f"/job/{name}",
        demuxer="mp3",
        source=name,
        digest="d" * 64,
        tags=tags or Tags(),
        sound=sound(seconds, **facts),  # type: ignore[arg-type] # rate is among the facts
    )


def album_track(number: int, seconds: float = 60.0, *, disc: int = 1, **facts: object) -> Track:
    tags = Tags(title=f"Part {number}", artist="Band", album="Live", disc=disc, number=number)
    return track(seconds, name=f"{number:02}.flac", tags=tags, **facts)


class Playing:
    """A `core.mixing.Source` that plays an array, and knows whether it was closed."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._at = 0
        self.closed = False

    def read(self, frames: int) -> Samples:
        assert not self.closed, "read after close"
        part = self._samples[self._at : self._at + frames]
        self._at += len(part)
        return part

    def close(self) -> None:
        self.closed = True


class Deck:
    """Opens `Playing` sources for segments, and counts how many are open at once."""

    def __init__(self, samples_of: Callable[[Segment], Samples]) -> None:
        self._samples_of = samples_of
        self.opened: list[Playing] = []
        self.most_open = 0

    @property
    def open(self) -> int:
        return sum(not source.closed for source in self.opened)

    def __call__(self, segment: Segment) -> Playing:
        source = Playing(self._samples_of(segment))
        self.opened.append(source)
        self.most_open = max(self.most_open, self.open)
        return source


def deck(samples: Sequence[Samples], timeline: Timeline) -> Deck:
    """A deck on which each segment plays its own samples."""
    mapped = dict(zip((segment.start for segment in timeline.segments), samples, strict=True))
    return Deck(lambda segment: mapped[segment.start])


def lay_out(lengths: Sequence[int], fades: Sequence[int], *, gain: float = 0.0) -> Timeline:
    """A timeline at 44.1 kHz by hand: `fades` has one for each track but the first."""
    segments: list[Segment] = []
    for index, (length, fade) in enumerate(zip(lengths, [0, *fades], strict=True)):
        start = segments[-1].end - fade if segments else 0
        segments.append(
            Segment(
                track=track(name=f"{index}.mp3"),
                start=start,
                skip=0,
                length=length,
                fade=fade,
                gain=Gain(gain),
            )
        )
    return Timeline(title="Mix", rate=44100, segments=tuple(segments))


def noise(frames: int, seed: int = 0, *, level: float = 0.1) -> Samples:
    return np.random.default_rng(seed).normal(0, level, (frames, 2)).astype(np.float32)


def sine(frames: int, hertz: float, *, rate: int = 44100, phase: float = 0.0) -> Samples:
    """A full-scale sine on both sides."""
    turn = 2 * np.pi * hertz / rate * np.arange(frames) + phase
    return np.repeat(np.sin(turn).astype(np.float32)[:, None], 2, axis=1)
