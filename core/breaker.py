"""A circuit breaker: leaves a service alone for a while once it has failed several times."""

from dataclasses import dataclass, replace

_FAILURES = 3
_FIRST_SECONDS = 60.0
_MOST_SECONDS = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How a service has done lately. `until` is a time in seconds, on the caller's clock."""

    failures: int = 0
    rests: int = 0
    until: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds for which it is to be left alone; 0 when it may be asked."""
        return max(0.0, self.until - now)

    def failed(self, now: float, *, at_once: bool = False) -> "Breaker":
        """It failed once more. `at_once` when it said itself that it wants to be left alone.

        Each rest that follows another without a success in between is twice as long.
        """
        failures = self.failures + 1
        if not at_once and failures < _FAILURES:
            return replace(self, failures=failures)
        seconds = min(_MOST_SECONDS, _FIRST_SECONDS * 2**self.rests)
        # One more failure after the rest is enough for the next one.
        return Breaker(failures=_FAILURES - 1, rests=self.rests + 1, until=now + seconds)
