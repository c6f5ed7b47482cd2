"""Health, readiness, metrics and the OpenAPI document."""

import asyncio
import re
import time

from aiohttp import web
from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

from tests.adapters.web.sidecar import Browser, Sidecar
from tests.toys import until


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


async def read_metrics(browser: Browser) -> dict[tuple[str, ...], float]:
    """The samples by their name and their sorted labels."""
    async with browser.session.get("/metrics") as response:
        text = await response.text()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_metrics_tell_jobs_steps_queue_and_pool(browser: Browser) -> None:
    await browser.upload("a.mp3", b"12345")
    async with browser.session.get("/nothing/of/this/name"):
        pass
    samples = await read_metrics(browser)
    assert samples[("tapedeck_jobs", "mixtape", "queued")] == 2
    assert samples[("tapedeck_step_seconds_sum", "mixtape", "render")] == 12.5
    assert samples[("tapedeck_step_seconds_count", "mixtape", "render")] == 5
    assert samples[("tapedeck_queue_depth",)] == 2
    assert samples[("tapedeck_pool_slots",)] == 4
    assert samples[("tapedeck_jobs", "failed", "mixtape")] == 0
    assert samples[("tapedeck_pool_busy",)] == 1
    assert samples[("tapedeck_pool_waiting",)] == 3
    assert samples[("tapedeck_upload_bytes_total",)] == 5
    assert not [labels for labels in samples if "of/this/name" in "".join(labels)]


async def test_metrics_tell_how_long_the_loop_was_blocked(browser: Browser) -> None:
    async def tells(name: str, *, over: float) -> bool:
        return (await read_metrics(browser))[(f"tapedeck_loop_{name}",)] > over

    await until(lambda: tells("late_seconds_count", over=0), what="it looks")
    time.sleep(0.3)  # noqa: ASYNC251  the deed that is to be found
    await until(lambda: tells("longest_stall_seconds", over=0.25), what="it is found")
    samples = await read_metrics(browser)
    late = [("tapedeck_loop_late_seconds_bucket", edge) for edge in ("0.2", "+Inf")]
    assert samples[late[0]] < samples[late[1]]


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
