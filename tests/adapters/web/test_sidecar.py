"""Health, readiness, metrics and the OpenAPI document."""

import asyncio
import re

from aiohttp import web
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from tests.adapters.web.sidecar import Browser, Sidecar


async def test_alive_is_alive(stranger: Browser) -> None:
    assert await stranger.ask("GET", "/health") == {"alive": True}


async def test_ready_names_what_is_wrong(sidecar: Sidecar, stranger: Browser) -> None:
    async def well() -> str:
        return ""

    async def missing() -> str:
        return "ffmpeg was not found"

    sidecar.checks["database"] = well
    assert (await stranger.ask("GET", "/ready"))["ready"] is True
    sidecar.checks["ffmpeg"] = missing
    assert await stranger.ask("GET", "/ready", status=503) == {
        "ready": False,
        "checks": {"database": "ok", "ffmpeg": "ffmpeg was not found"},
    }


async def test_a_check_that_hangs_is_not_waited_for(sidecar: Sidecar, stranger: Browser) -> None:
    async def hang() -> str:
        await asyncio.Event().wait()
        return ""

    sidecar.checks["worker"] = hang
    async with asyncio.timeout(5):
        answer = await stranger.ask("GET", "/ready", status=503)
    assert answer["checks"] == {"worker": "no answer within 2 seconds"}


async def test_metrics_tell_jobs_steps_queue_and_pool(browser: Browser) -> None:
    await browser.upload("a.mp3", b"12345")
    async with browser.session.get("/nothing/of/this/name"):
        pass
    async with browser.session.get("/metrics") as response:
        text = await response.text()
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples[("tapedeck_jobs", "mixtape", "queued")] == 2
    assert samples[("tapedeck_step_seconds_sum", "mixtape", "render")] == 12.5
    assert samples[("tapedeck_step_seconds_count", "mixtape", "render")] == 5
    assert samples[("tapedeck_queue_depth",)] == 2
    assert samples[("tapedeck_pool_slots",)] == 4
    assert samples[("tapedeck_jobs", "failed", "mixtape")] == 0
    assert samples[("tapedeck_pool_busy",)] == 1
    assert samples[("tapedeck_pool_waiting",)] == 3
    assert samples[("tapedeck_upload_bytes_total",)] == 5
    assert "of/this/name" not in text


def list_routes(sidecar: Sidecar) -> set[tuple[str, str]]:
    found = set()
    for route in sidecar.server.app.router.routes():
        assert route.resource is not None
        path = re.sub(r"\{(\w+):.*\}", r"{\1}", route.resource.canonical)
        if route.method != "HEAD":
            found.add((route.method.lower(), path))
    return found


async def test_the_document_is_valid_and_matches_the_routes_both_ways(
    sidecar: Sidecar, stranger: Browser
) -> None:
    document = await stranger.ask("GET", "/openapi.json")
    routes = list_routes(sidecar)
    validate(document)
    paths = document["paths"]
    assert isinstance(paths, dict)
    assert {(method, path) for path, item in paths.items() for method in item} == routes


async def test_every_parameter_of_a_path_is_described(stranger: Browser) -> None:
    paths = (await stranger.ask("GET", "/openapi.json"))["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        for operation in item.values():
            named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))


async def test_nothing_but_the_page_is_reached_by_other_methods(browser: Browser) -> None:
    async with browser.session.post("/metrics") as response:
        assert response.status == web.HTTPMethodNotAllowed.status_code
