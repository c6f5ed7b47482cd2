"""A short piece is recorded while the house opens: that takes one core, and music the other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.ffmpeg.find import find_ffmpeg
from adapters.ffmpeg.pool import Pool
from adapters.synth.fluid import find_soundfont
from bot.pipelines.compose import choose_slug
from bot.pipelines.recording import Studio
from config.settings import Settings
from core.jobs import Order
from core.music.commission import read_commission
from core.music.compose import compose

_log = logging.getLogger(__name__)

MOST_SECONDS = 90.0
"""Longer pieces show their progress, as a job's is shown, from the start."""


@asynccontextmanager
async def rehearse(
    settings: Settings, order: Order
) -> AsyncIterator[Callable[[Order], Awaitable[Order]]]:
    """Begin to record the piece that is ordered; yields what tells the order where it is.

    A long piece is left to the job. What no job took over is gone at the end of the block.
    """
    commission = read_commission(order.request)
    if commission.seconds > MOST_SECONDS:
        yield _leave
        return
    with TemporaryDirectory(prefix="tapedeck-", ignore_cleanup_errors=True) as folder:
        score = compose(commission)
        studio = Studio(
            ffmpeg=find_ffmpeg(settings.ffmpeg),
            pool=Pool(settings.slots),
            soundfont=find_soundfont(settings.soundfont),
        )
        recording = asyncio.create_task(
            studio.record(
                score,
                Path(folder),
                slug=choose_slug(score),
                wav=bool(order.request["wav"]),
                on_fraction=lambda _: None,
            )
        )

        async def add(wanted: Order) -> Order:
            await asyncio.wait({recording})
            error = recording.exception()
            if error is None:
                return replace(wanted, request={**wanted.request, "recorded": folder})
            # The job will meet the same, and tell it.
            _log.info("the piece could not be recorded ahead", exc_info=error)
            return wanted

        try:
            yield add
        finally:
            recording.cancel()
            await asyncio.wait({recording})


async def _leave(order: Order) -> Order:
    return order
