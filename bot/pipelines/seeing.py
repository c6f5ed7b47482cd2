"""Looking at photos: by the first who can, and in the end by colours and light alone."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import ServiceError
from core.ports import Eye
from core.scenes import Scene
from core.soundtracks import Health

_log = logging.getLogger(__name__)
_COLOURS_ONLY = "So only colours and light were looked at."


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen; `note` tells who was asked before and failed, empty when nobody did."""

    scene: Scene
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """`hire` gives those who are asked first, best first; `last` needs nobody."""

    last: Eye
    hire: Callable[[], Sequence[Eye]]
    health: Health = field(default_factory=Health)

    async def see(self, photos: Sequence[Path]) -> Seen:
        """What the photos show. Raises `UserError` when one of them cannot be opened."""
        sentences = []
        # In a thread: the first time, a vendor's library is imported for a second.
        for eye in await asyncio.to_thread(self.hire):
            if not self.health.well(eye.name, now=time.monotonic()):
                sentences.append(f"{eye.name} failed a moment ago and is left in peace.")
                continue
            try:
                scene = await eye.see(photos)
            except ServiceError as error:
                _log.warning("%s did not see: %s", eye.name, error, exc_info=error)
                self.health.failed(eye.name, error, now=time.monotonic())
                sentences.append(str(error))
            else:
                self.health.succeeded(eye.name)
                return Seen(scene, " ".join(sentences))
        scene = await self.last.see(photos)
        return Seen(scene, " ".join([*sentences, _COLOURS_ONLY]) if sentences else "")
