"""The recipe: everything that is needed to make the same mix again, and the tracks as listed."""

from collections.abc import Mapping

from core.jobs import Json
from core.timeline import Timeline

_VERSION = 1


def list_tracks(timeline: Timeline) -> list[Json]:
    """The tracks as shown: times in seconds with milliseconds, gains in dB."""
    return [
        {
            "title": segment.track.title,
            "artist": segment.track.artist,
            "source": segment.track.source,
            "start": timeline.seconds_at(segment.start),
            "end": timeline.seconds_at(segment.end),
            "crossfade": timeline.seconds_at(segment.fade),
            "gain": segment.gain,
        }
        for segment in timeline.segments
    ]


def write_recipe(
    timeline: Timeline,
    *,
    request: Mapping[str, Json],
    cover: Json,
    ceiling: float,
    versions: Mapping[str, str],
    encoders: Mapping[str, str],
) -> dict[str, Json]:
    """The recipe as JSON. Positions and lengths are frames at `rate`; gains are dB."""
    return {
        "recipe": _VERSION,
        "title": timeline.title,
        "rate": timeline.rate,
        "frames": timeline.frames,
        "crossfade": request["crossfade"],
        "order": request["order"],
        "seed": request["seed"],
        "loudness": request["loudness"],
        "ceiling": ceiling,
        "curve": "equal power",
        "cover": cover,
        "versions": dict(versions),
        "encoders": dict(encoders),
        "sources": [
            {
                "source": segment.track.source,
                "sha256": segment.track.digest,
                "title": segment.track.title,
                "artist": segment.track.artist,
                "start": segment.start,
                "skip": segment.skip,
                "length": segment.length,
                "fade": segment.fade,
                "gain": segment.gain,
            }
            for segment in timeline.segments
        ],
    }
