"""How fast the local chat answers while the machine mixes."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

_CALLS = 300
_PAUSE = 0.1


async def measure_answers(tracks: Sequence[Path]) -> dict[str, float]:
    """Start `tapedeck run`, let it mix twice at once, and time a call to the chat meanwhile.

    Milliseconds, and seconds until it was ready.
    """
    with TemporaryDirectory() as data:
        settings = {"TAPEDECK_DATA": data, "TAPEDECK_PORT": "0"}
        environment = os.environ | settings | {"TAPEDECK_PERSON_MINUTE_CALLS": "0"}
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env=environment, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            line = (await process.stdout.readline()).decode()
            ready = time.perf_counter() - started
            address = line.split(" on ", 1)[1].split(",")[0].strip()
            return {"ready": ready, **await _load(address, tracks)}
        finally:
            process.terminate()
            await process.wait()


async def _load(address: str, tracks: Sequence[Path]) -> dict[str, float]:
    async with open_chat(address) as chat:
        for _ in range(2):
            await order_mix(chat, tracks)
        await asyncio.sleep(3)
        times = [await _call(chat, number) for number in range(_CALLS)]
        async with chat.get("/metrics") as answer:
            metrics = await answer.text()
    times.sort()
    return {
        "median": statistics.median(times),
        "p99": times[int(len(times) * 0.99)],
        "most": times[-1],
        "loop": _longest_stall(metrics),
    }


@asynccontextmanager
async def open_chat(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who talks to the local chat over HTTP."""
    headers = {"X-Tapedeck": "1", "Origin": address.rstrip("/")}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(address, headers=headers, cookie_jar=jar) as chat:
        async with chat.post("/api/hello", json={}) as answer:
            answer.raise_for_status()
        yield chat


async def order_mix(chat: aiohttp.ClientSession, tracks: Sequence[Path]) -> None:
    names = [await _upload(chat, path) for path in tracks]
    call = {"command": "mixtape", "key": os.urandom(8).hex(), "files": {"tracks": names}}
    async with chat.post("/api/calls", json=call) as answer:
        answer.raise_for_status()


async def _upload(chat: aiohttp.ClientSession, path: Path) -> str:
    size = path.stat().st_size
    async with chat.post("/api/uploads", json={"label": path.name, "size": size}) as answer:
        answer.raise_for_status()
        upload = str((await answer.json())["id"])
    with path.open("rb") as file:
        at = 0
        while part := file.read(4_000_000):
            async with chat.put(
                f"/api/uploads/{upload}", params={"offset": str(at)}, data=part
            ) as answer:
                answer.raise_for_status()
            at += len(part)
    return upload


async def _call(chat: aiohttp.ClientSession, number: int) -> float:
    """One call of a command, which is refused, so that it costs the machine nothing more."""
    await asyncio.sleep(_PAUSE)
    call = {"command": "mixtape", "key": f"bench-{number:04}", "values": {}}
    started = time.perf_counter()
    async with chat.post("/api/calls", json=call) as answer:
        await answer.read()
    return (time.perf_counter() - started) * 1000


def _longest_stall(metrics: str) -> float:
    for line in metrics.splitlines():
        if line.startswith("tapedeck_loop_longest_stall_seconds "):
            return float(line.rpartition(" ")[2]) * 1000
    return float("nan")
