"""The one plan of a mix: sound, chapters, tracklist, cue and description all come from it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Self

from core.jobs import Json
from core.loudness import Gain, plan_gains
from core.tracks import Sound, Tags, Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One track on the timeline. Positions and lengths are frames at the timeline's rate.

    `skip` frames of the source are left out (silence), then `length` frames are used, the
    first of them at `start`. `fade` frames overlap the segment before (0: they meet).
    """

    track: Track
    start: int
    skip: int
    length: int
    fade: int
    gain: Gain

    @property
    def end(self) -> int:
        return self.start + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A whole mix: stereo at `rate` Hz, segments in order, each overlapping only the next."""

    title: str
    rate: int
    segments: tuple[Segment, ...]

    @property
    def frames(self) -> int:
        return self.segments[-1].end

    @property
    def seconds(self) -> float:
        return self.frames / self.rate

    def seconds_at(self, frame: int) -> float:
        """Seconds of a position, to the millisecond."""
        return round(frame / self.rate, 3)

    def as_json(self) -> dict[str, Json]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """What `as_json` made, whole again."""
        segments = []
        for segment in facts["segments"]:
            track = segment["track"]
            parts = {"tags": Tags(**track["tags"]), "sound": Sound(**track["sound"])}
            segments.append(Segment(**segment | {"track": Track(**track | parts)}))
        return cls(**dict(facts) | {"segments": tuple(segments)})


def rate_family(source_rate: int) -> int:
    """44,100 or 48,000 Hz: the one that a source of `source_rate` (Hz) converts to best."""
    return 48000 if source_rate % 8000 == 0 else 44100


def choose_rate(tracks: Sequence[Track]) -> int:
    """The rate in Hz of the family that most of the material, by seconds, comes from."""
    high = sum(track.sound.seconds for track in tracks if track.sound.rate == 48000)
    return 48000 if high * 2 > sum(track.sound.seconds for track in tracks) else 44100


def plan_timeline(
    tracks: Sequence[Track], *, title: str, crossfade: float, target: float | None
) -> Timeline:
    """Lay tracks out in the order given, overlapping by `crossfade` seconds.

    An overlap is never longer than half of the shorter neighbour, so a track's two fades
    never meet. Gapless neighbours of one album meet without a fade or a trim. `target` is
    the loudness in LUFS that every track is brought to, None to leave them as they are.
    """
    rate = choose_rate(tracks)
    joints = [is_gapless(left, right) for left, right in pairwise(tracks)]
    spans = [_span(track, joints, index, rate) for index, track in enumerate(tracks)]
    gains = plan_gains([track.sound for track in tracks], joints, target=target)
    segments: list[Segment] = []
    for index, track in enumerate(tracks):
        skip, length = spans[index]
        fade = 0
        if index and not joints[index - 1]:
            fade = min(round(crossfade * rate), spans[index - 1][1] // 2, length // 2)
        start = segments[-1].end - fade if segments else 0
        segments.append(
            Segment(
                track=track, start=start, skip=skip, length=length, fade=fade, gain=gains[index]
            )
        )
    return Timeline(title=title, rate=rate, segments=tuple(segments))


def is_gapless(left: Track, right: Track) -> bool:
    """Whether two neighbours are one album's consecutive tracks with no silence between."""
    one, two = left.tags, right.tags
    return (
        bool(one.album)
        and one.album == two.album
        and one.disc == two.disc
        and one.number > 0
        and two.number == one.number + 1
        and left.sound.ends_sounding
        and right.sound.starts_sounding
    )


def _span(track: Track, joints: Sequence[bool], index: int, rate: int) -> tuple[int, int]:
    """Frames to skip and to use: silence goes at the ends, but never at a gapless joint."""
    sound = track.sound
    first = 0 if index and joints[index - 1] else sound.first
    last = sound.frames if index < len(joints) and joints[index] else sound.last
    skip = round(first * rate / sound.rate)
    return skip, round(last * rate / sound.rate) - skip
