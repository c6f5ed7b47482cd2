"""A pipeline's way to the outside, without the job core."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.jobs import Json
from core.names import JobId


@dataclass
class Running:
    """Fills `core.ports.Run`: every step is done once, at once."""

    folder: Path
    request: Mapping[str, Json]
    told: list[float] = field(default_factory=list)

    @property
    def job(self) -> JobId:
        return JobId("job-1")

    async def step(self, stage: str, work: Callable[[], Awaitable[Json]]) -> Json:
        # As the job core does: what a step gives goes through JSON.
        return json.loads(json.dumps(await work()))  # type: ignore[no-any-return] # it is Json

    def report(self, fraction: float) -> None:
        self.told.append(fraction)


class Forgetful:
    """Fills `core.ports.Memory` and remembers nothing."""

    async def recall(self, key: str) -> Mapping[str, Json] | None:
        return None

    async def remember(self, key: str, facts: Mapping[str, Json]) -> None:
        return None
