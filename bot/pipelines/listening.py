"""Listening to tracks: each content once, however many jobs and people ask for it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from adapters.ffmpeg.analyse import analyse
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import probe
from core.errors import UserError
from core.ports import Memory
from core.tracks import Sound, Tags

_MEASURES = "2"
"""Raise this when the analysis changes: what it found before is then measured again."""
_USUAL_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one pass over a track gave: its sound, and the tags that ffmpeg came across."""

    sound: Sound
    tags: Tags

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        return cls(sound=Sound(**facts["sound"]), tags=Tags(**facts["tags"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Measures tracks and remembers what was measured. `track_seconds` is the longest taken."""

    ffmpeg: str
    pool: Pool
    memory: Memory
    track_seconds: float
    running: dict[str, asyncio.Task[Heard]] = field(default_factory=dict)
    """Passes under way, by content: two jobs with one track share one."""

    async def hear(
        self, file: Mapping[str, Any], report: Callable[[float], None]
    ) -> Heard | UserError:
        """What is known of a track's sound, from memory or by listening to all of it."""
        key = f"sound:{_MEASURES}:{file['demuxer']}:{file['digest']}"
        known = await self.memory.recall(key)
        if known is not None:
            report(1)
            return Heard.from_json(known)
        try:
            heard = await self._measure_once(key, file, report)
        except UserError as error:
            return error
        finally:
            report(1)
        await self.memory.remember(key, asdict(heard))
        return heard

    async def _measure_once(
        self, key: str, file: Mapping[str, Any], report: Callable[[float], None]
    ) -> Heard:
        task = self.running.get(key)
        if task is None:
            task = asyncio.create_task(self._measure(file, report))
            self.running[key] = task
            task.add_done_callback(lambda _: self.running.pop(key, None))
            try:
                return await task
            except asyncio.CancelledError:
                task.cancel()
                raise
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                # The job that began it was cancelled; this one still needs it.
                return await self._measure(file, report)
            raise

    async def _measure(self, file: Mapping[str, Any], report: Callable[[float], None]) -> Heard:
        path, demuxer = Path(file["path"]), file["demuxer"]
        async with self.pool.slot():
            found = await probe(self.ffmpeg, path, demuxer)
            expected = found.seconds or _USUAL_SECONDS
            sound = await analyse(
                self.ffmpeg,
                path,
                found,
                demuxer=demuxer,
                most_seconds=self.track_seconds,
                on_seconds=lambda seconds: report(min(seconds / expected, 1)),
            )
        return Heard(sound=sound, tags=found.tags)
