"""From a timeline to what people play: sound that stays under the ceiling, and its video."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.render import Rendered, render
from adapters.ffmpeg.video import join_video
from core.loudness import CEILING
from core.timeline import Timeline
from core.tracklist import artists_of, chapters_of, genres_of

_log = logging.getLogger(__name__)
_HEADROOM = 1.8
"""dB that the limiter leaves under the ceiling for what the encoders usually add."""
_TRIES = 3


async def master(
    ffmpeg: str,
    pool: Pool,
    timeline: Timeline,
    work: Path,
    *,
    video: bool,
    on_fraction: Callable[[float], None],
) -> tuple[Rendered, float]:
    """Render, and again with a lower limit when the MP3 overshot the ceiling; what was rendered
    and the limit in dBTP.

    Encoders change the wave, so that its peaks can only be known afterwards. The AAC is mended
    piece by piece while it is made. Raises as `render` does.
    """
    ceiling = CEILING - _HEADROOM
    for attempt in range(_TRIES):
        rendered = await render(
            ffmpeg, pool, timeline, work, ceiling=ceiling, video=video, on_fraction=on_fraction
        )
        over = rendered.mp3_peak - CEILING
        _log.info("limited to %.2f dBTP, the MP3 peaks at %.2f", ceiling, rendered.mp3_peak)
        if over <= 0 or attempt == _TRIES - 1:
            break
        ceiling -= over + 0.1
    return rendered, ceiling


async def make_film(
    ffmpeg: str,
    pool: Pool,
    timeline: Timeline,
    *,
    still: Path,
    aac: Path,
    out: Path,
    looped: bool = True,
) -> None:
    """Put pictures under a mix, with what the timeline says of it. Raises as `join_video` does."""
    await join_video(
        ffmpeg,
        pool,
        still=still,
        looped=looped,
        aac=aac,
        rate=timeline.rate,
        seconds=timeline.seconds,
        title=timeline.title,
        artist=", ".join(artists_of(timeline)[:20]),
        genre=next(iter(genres_of(timeline)), ""),
        year=time.localtime().tm_year,
        chapters=chapters_of(timeline),
        out=out,
    )
