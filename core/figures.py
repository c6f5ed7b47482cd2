"""What there is to count about the house: jobs, steps, and the pools of those who work."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.jobs import State


@dataclass(frozen=True, slots=True)
class Steps:
    """How often a step was done, and the seconds that it took in all."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """A pool at one moment: its places for children, those in use, and who waits for one."""

    slots: int = 0
    busy: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The whole house at one moment, whoever asks.

    `jobs` counts those that are kept by (kind, state), `steps` all that were ever done by (kind,
    stage), and `load` is the sum over the processes that live.
    """

    jobs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    steps: Mapping[tuple[str, str], Steps] = field(default_factory=dict)
    load: Load = Load()

    @property
    def queued(self) -> int:
        """How many jobs wait."""
        return sum(count for (_, state), count in self.jobs.items() if state == State.QUEUED)
