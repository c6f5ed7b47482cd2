"""Rendering a timeline so that what comes out stays under the ceiling as players hear it."""

import logging
from collections.abc import Callable
from pathlib import Path

from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.render import Rendered, render
from core.loudness import CEILING
from core.timeline import Timeline

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
