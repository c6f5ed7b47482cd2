"""How late the event loop is: what blocks it keeps every person waiting."""

import asyncio

from prometheus_client import CollectorRegistry, Gauge, Histogram

_NAP_SECONDS = 0.02
_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)


class Stalls:
    """Naps, and counts by how much each nap was too long. A stall shorter than a nap may hide."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._longest = 0.0
        self._gauge = Gauge(
            "tapedeck_loop_longest_stall_seconds",
            "The longest time that the event loop was blocked since the start.",
            registry=registry,
        )
        self._late = Histogram(
            "tapedeck_loop_late_seconds",
            "Seconds by which the event loop was late, looked at 50 times a second.",
            buckets=_BUCKETS,
            registry=registry,
        )

    async def watch(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _NAP_SECONDS
            await asyncio.sleep(_NAP_SECONDS)
            self._note(max(0.0, loop.time() - due))

    def _note(self, late: float) -> None:
        self._late.observe(late)
        if late > self._longest:
            self._longest = late
            self._gauge.set(late)
