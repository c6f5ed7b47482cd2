"""A reel: clips one after the other. What of the sources is needed, and the timeline of it all."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clips import Row
from core.jobs import Json
from core.links import Span
from core.loudness import Gain, plan_gains
from core.timeline import Segment, Timeline
from core.tracks import Track

LEAD = 0.3
"""Seconds before a clip that are fetched, too: decoders need some to begin well."""
TRAIL = 0.2
_GAP = 4.0
"""Seconds between two clips of one source that are cheaper to fetch than another range."""
SILENT = -69.9
"""LUFS under which there is nothing to level."""
VIDEO_RATE = 48000
"""Hz of a video's sound: every frame rate that we use is a whole number of samples a frame."""
_FRAME_RATES = (24, 25, 30)
_LARGEST = (1920, 1080)
_SMALLEST = 64


def needed_spans(rows: Sequence[Row]) -> list[Span]:
    """The fewest ranges of one source that hold all of its clips, in their order."""
    wanted = sorted(
        ((max(0.0, row.start - LEAD), row.end) for row in rows), key=lambda pair: pair[0]
    )
    spans: list[Span] = []
    for start, last in wanted:
        end = None if last is None else last + TRAIL
        before = spans[-1] if spans else None
        if before is None or (before.end is not None and start - before.end > _GAP):
            spans.append(Span(start, end))
        elif before.end is None or end is None:
            spans[-1] = Span(before.start, None)
        else:
            spans[-1] = Span(before.start, max(before.end, end))
    return spans


def holds(span: Span, row: Row) -> bool:
    """Whether a row's clip is inside of a range that was wanted."""
    if row.start < span.start:
        return False
    return span.end is None or (row.end is not None and row.end <= span.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The pictures that a source has: pixels as they are shown, and frames a second."""

    width: int
    height: int
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """What a reel's pictures share: even pixels, and whole frames a second."""

    width: int
    height: int
    rate: int

    @property
    def grid(self) -> int:
        """Samples of sound in a frame."""
        return VIDEO_RATE // self.rate


def choose_canvas(shapes: Sequence[tuple[Shape, float]]) -> Canvas:
    """The common size and rate of shapes, each with the seconds that it is seen.

    The size is that of what is seen longest, the larger one of two, within 1920×1080 (or upright);
    the rate is one of 24, 25 and 30, of which 50 and 60 are doubles. Without any: 1280×720.
    """
    if not shapes:
        return Canvas(width=1280, height=720, rate=30)
    sizes: dict[tuple[int, int], float] = {}
    rates: dict[int, float] = {}
    for shape, seconds in shapes:
        size = _fit(shape.width, shape.height)
        sizes[size] = sizes.get(size, 0.0) + seconds
        rate = _nearest_rate(shape.rate)
        rates[rate] = rates.get(rate, 0.0) + seconds
    width, height = max(sizes, key=lambda size: (sizes[size], size[0] * size[1]))
    return Canvas(width=width, height=height, rate=max(rates, key=lambda rate: (rates[rate], rate)))


def _fit(width: int, height: int) -> tuple[int, int]:
    box = _LARGEST if width >= height else _LARGEST[::-1]
    scale = min(1.0, box[0] / width, box[1] / height)
    return _even(width * scale), _even(height * scale)


def _even(pixels: float) -> int:
    return max(_SMALLEST, round(pixels / 2) * 2)


def _nearest_rate(rate: float) -> int:
    """Frames a second that show pictures of `rate` best: as they are, or every other one."""
    halves = [rate / count for count in (1, 2) if rate / count >= _FRAME_RATES[0] - 1]
    pairs = [(abs(half - each), -each) for half in halves for each in _FRAME_RATES]
    return -min(pairs)[1] if pairs else _FRAME_RATES[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One clip that was cut: its sound as a track, which lasts as long as the clip.

    `fade` (seconds) is that into it, None for the usual one; `gain` (dB) comes on top.
    """

    track: Track
    fade: float | None = None
    gain: float = 0.0


def plan_reel(
    clips: Sequence[Clip],
    *,
    title: str,
    crossfade: float,
    target: float | None,
    rate: int,
    grid: int = 1,
) -> Timeline:
    """Lay clips out in the order given; nothing of them is trimmed.

    Neighbours overlap by `crossfade` seconds or what the later clip says, but never by more than
    half of the shorter one, so that a clip's two fades never meet. All positions are multiples of
    `grid` samples at `rate` Hz, so that pictures fit them. `target` is the loudness in LUFS that
    every clip is brought to, None to leave them.
    """
    gains = _plan_gains(clips, target=target)
    lengths = [_on_grid(clip.track.sound.seconds * rate, grid) for clip in clips]
    segments: list[Segment] = []
    for index, clip in enumerate(clips):
        fade, start = 0, 0
        if index:
            wanted = crossfade if clip.fade is None else clip.fade
            most = min(lengths[index - 1], lengths[index]) // 2 // grid * grid
            fade = min(round(wanted * rate / grid) * grid, most)
            start = segments[-1].end - fade
        segments.append(
            Segment(
                track=clip.track,
                start=start,
                skip=0,
                length=lengths[index],
                fade=fade,
                gain=gains[index],
            )
        )
    return Timeline(title=title, rate=rate, segments=tuple(segments))


def _on_grid(frames: float, grid: int) -> int:
    return max(1, round(frames / grid)) * grid


def _plan_gains(clips: Sequence[Clip], *, target: float | None) -> list[Gain]:
    gains = []
    for clip in clips:
        heard = clip.track.sound.loudness > SILENT
        (level,) = plan_gains([clip.track.sound], [], target=target if heard else None)
        gains.append(Gain(round(level + clip.gain, 2)))
    return gains


def list_clips(timeline: Timeline, rows: Sequence[Row], names: Sequence[str]) -> list[Json]:
    """The clips as a recipe keeps them: where each comes from, in seconds of its source."""
    return [
        {
            "source": row.url if row.file is None else names[row.file],
            "from": row.start,
            "to": row.end,
            "label": row.label,
            "start": timeline.seconds_at(segment.start),
            "end": timeline.seconds_at(segment.end),
        }
        for segment, row in zip(timeline.segments, rows, strict=True)
    ]


def default_title(titles: Sequence[str]) -> str:
    """What to call a reel that nobody named."""
    distinct = list(dict.fromkeys(title for title in titles if title))
    if len(distinct) == 1:
        return distinct[0]
    return f"Clips from {len(distinct)} sources" if distinct else "Clips"
