"""Prometheus figures: what the jobs do, and what the sidecar itself does."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import hdrs, web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from adapters.web.guard import Next
from adapters.web.stalls import Stalls
from core.figures import Figures
from core.jobs import State

Counting = Callable[[], Awaitable[Figures]]


class Metrics:
    """Fills /metrics from a registry of its own."""

    def __init__(self, count: Counting) -> None:
        self._count = count
        self._own = CollectorRegistry()
        ProcessCollector(registry=self._own)
        self.stalls = Stalls(self._own)
        self._seconds = Histogram(
            "tapedeck_http_seconds",
            "Seconds until an answer, by route.",
            ("method", "route", "status"),
            registry=self._own,
        )
        self._received = Counter(
            "tapedeck_upload_bytes_total", "Bytes taken in as uploads.", registry=self._own
        )
        self._pages = Gauge(
            "tapedeck_live_pages", "Pages that are connected for live events.", registry=self._own
        )

    def received(self, size: int) -> None:
        self._received.inc(size)

    def pages(self, change: int) -> None:
        self._pages.inc(change)

    @web.middleware
    async def timed(self, request: web.Request, handler: Next) -> web.StreamResponse:
        started = time.perf_counter()
        response = await handler(request)
        resource = request.match_info.route.resource
        # An unknown path must not become a label: anybody could fill the registry.
        route = resource.canonical if resource else "unknown"
        self._seconds.labels(request.method, route, str(response.status)).observe(
            time.perf_counter() - started
        )
        return response

    async def show(self, _request: web.Request) -> web.Response:
        figures = await self._count()
        text = await asyncio.to_thread(self._render, figures)
        return web.Response(body=text, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})

    def _render(self, figures: Figures) -> bytes:
        registry = CollectorRegistry()
        registry.register(_Snapshot(figures))
        return generate_latest(registry) + generate_latest(self._own)


class _Snapshot(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        figures = self._figures
        jobs = GaugeMetricFamily(
            "tapedeck_jobs", "Jobs that are kept, by kind and state.", labels=("kind", "state")
        )
        # A count that vanishes instead of falling to zero would confuse whoever draws it.
        for kind in sorted({kind for kind, _ in figures.jobs}):
            for state in State:
                jobs.add_metric((kind, state), figures.jobs.get((kind, state), 0))
        steps = SummaryMetricFamily(
            "tapedeck_step_seconds", "Seconds in each step of a job.", labels=("kind", "stage")
        )
        for (kind, stage), done in figures.steps.items():
            steps.add_metric((kind, stage), done.count, done.seconds)
        yield from (jobs, steps)
        for name, words, value in (
            ("queue_depth", "Jobs that wait.", figures.queued),
            ("pool_slots", "Places for children of all live workers.", figures.load.slots),
            ("pool_busy", "Places in use.", figures.load.busy),
            ("pool_waiting", "Children that wait for a place.", figures.load.waiting),
        ):
            yield GaugeMetricFamily(f"tapedeck_{name}", words, value=value)
