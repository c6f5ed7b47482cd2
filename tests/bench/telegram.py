"""How fast the Telegram bot answers while the machine mixes, and how it keeps to the budget."""

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.chat import open_chat, order_mix
from tests.doubles.telegram import Chat, Person, Telegram, telegram_double

_PEOPLE = 50
_WITHIN = 10.0
_LONGEST = 900.0


async def measure_telegram(tracks: Sequence[Path]) -> dict[str, float]:
    """50 people send a command within 10 s while two mixtapes are made; until all have theirs.

    Milliseconds to the first answers, the smallest gap between edits of one message in seconds,
    and counts: floods that the double answered, results that are missing.
    """
    with TemporaryDirectory() as data:
        async with telegram_double() as telegram:
            settings = {
                "TAPEDECK_DATA": data,
                "TAPEDECK_PORT": "0",
                "TAPEDECK_TELEGRAM_TOKEN": telegram.token,
                "TAPEDECK_TELEGRAM_API": telegram.base_url.removesuffix("/bot"),
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run",
                env=os.environ | settings, stdout=subprocess.PIPE,
            )  # fmt: skip
            assert process.stdout is not None
            try:
                line = (await process.stdout.readline()).decode()
                address = line.split(" on ", 1)[1].split(",")[0].strip()
                return await _load(telegram, address, tracks)
            finally:
                process.terminate()
                await process.wait()


async def _load(telegram: Telegram, address: str, tracks: Sequence[Path]) -> dict[str, float]:
    people = [await _come(telegram, number, tracks[0]) for number in range(_PEOPLE)]
    async with open_chat(address) as chat:
        for _ in range(2):
            await order_mix(chat, tracks)
    await asyncio.sleep(3)
    times = await asyncio.gather(
        *(_ask(person, chat, at * _WITHIN / _PEOPLE) for at, (person, chat) in enumerate(people))
    )
    missing = await asyncio.gather(*(_lacks(person, chat) for person, chat in people))
    times = sorted(times)
    return {
        "median": times[len(times) // 2],
        "p99": times[-1],  # of fifty, the slowest
        "gap": _smallest_gap(telegram),
        "floods": float(sum(call.code == 429 for call in telegram.calls())),
        "missing": float(sum(missing)),
    }


async def _come(telegram: Telegram, number: int, track: Path) -> tuple[Person, Chat]:
    person = telegram.user(f"Person {number}")
    chat = telegram.private(person)
    await person.send_audio(chat, track)
    await person.hears(chat, lambda message: "Mix" in message.labels, seconds=_LONGEST)
    return person, chat


async def _ask(person: Person, chat: Chat, after: float) -> float:
    await asyncio.sleep(after)
    began = time.perf_counter()
    asked = await person.write(chat, "/mixtape no-video")
    await person.hears(chat, after=asked, seconds=_LONGEST)
    return (time.perf_counter() - began) * 1000


async def _lacks(person: Person, chat: Chat) -> bool:
    try:
        await person.hears(chat, lambda message: message.kind == "audio", seconds=_LONGEST)
    except AssertionError:
        return True
    return False


def _smallest_gap(telegram: Telegram) -> float:
    edits: dict[tuple[int, int], list[float]] = {}
    for call in telegram.calls("editMessageText"):
        message = call.request.integer("message_id")
        edits.setdefault((call.chat, message), []).append(call.at)
    gaps = [
        after - before for times in edits.values() for before, after in itertools.pairwise(times)
    ]
    return min(gaps, default=float("inf"))
