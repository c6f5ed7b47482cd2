"""Prometheus figures: what the jobs do, and what the sidecar itself does."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Steps:
    """How often a step was done, and the seconds that it took in all."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The job core at one moment. `jobs` counts by (kind, state), `steps` by (kind, stage)."""

    jobs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    steps: Mapping[tuple[str, str], Steps] = field(default_factory=dict)
    waiting: int = 0
    slots: int = 0
    busy: int = 0


Counting = Callable[[], Awaitable[Figures]]


class Metrics:
    """Fills /metrics from a registry of its own."""

    def __init__(self, count: Counting) -> None:
        self._count = count
        self._own = CollectorRegistry()
        ProcessCollector(registry=self._own)
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
            "tapedeck_jobs", "Jobs by kind and state.", labels=("kind", "state")
        )
        for (kind, state), count in figures.jobs.items():
            jobs.add_metric((kind, state), count)
        steps = SummaryMetricFamily(
            "tapedeck_step_seconds", "Seconds in each step of a job.", labels=("kind", "stage")
        )
        for (kind, stage), done in figures.steps.items():
            steps.add_metric((kind, stage), done.count, done.seconds)
        return (
            jobs,
            steps,
            GaugeMetricFamily("tapedeck_queue_depth", "Jobs that wait.", value=figures.waiting),
            GaugeMetricFamily("tapedeck_pool_slots", "Places for children.", value=figures.slots),
            GaugeMetricFamily("tapedeck_pool_busy", "Places in use.", value=figures.busy),
        )
