"""Fifty people at Discord within ten seconds, while both cores render."""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.doubles.discord import Channel, Discord, Person, Upload, discord_double
from tests.end_to_end.deck import Deck
from tests.end_to_end.test_discord import LAUNCHER, addresses_of
from tests.media import Sound, make

_PEOPLE = 50
_WITHIN = 10.0
_WATCHED = 20.0
"""Seconds for which edits are counted after the last call."""
EDITS, WINDOW = 5, 5.0
"""Discord's budget of edits in a channel, and its seconds."""
_EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"


async def measure_discord(tracks: Sequence[Path]) -> dict[str, float]:
    """Milliseconds until the first answer (median, 99th percentile, most), the most edits that a
    channel saw in five seconds, refusals by rate limits, and the calls that were lost."""
    with TemporaryDirectory() as folder:
        async with discord_double(speed=1, real_time=True) as double:
            deck = Deck(Path(folder), program=LAUNCHER)
            settings = {"TAPEDECK_PERSON_JOBS": "0", "TAPEDECK_SERVER_JOBS": "0"}
            start = partial(deck.start, until_ready=True, **addresses_of(double), **settings)
            await asyncio.to_thread(start)
            try:
                return await _measure(double, deck, tracks)
            finally:
                await asyncio.to_thread(deck.kill, gateway=True, worker=True)


async def _measure(double: Discord, deck: Deck, tracks: Sequence[Path]) -> dict[str, float]:
    people = [double.user(f"person{at}") for at in range(_PEOPLE)]
    guild = double.guild("Studio", *people, tier=3)
    channel = double.channel(guild)
    uploads = [Upload.of(track) for track in tracks[:4]]
    for busy in people[:2]:
        files = {f"track{at}": each for at, each in enumerate(uploads, 1)}
        await busy.use(channel, "mixtape", **files)
    await double.until(lambda: "%" in "".join(each.text for each in people[0].sees(channel)),
                       "the cores to be busy", seconds=120)  # fmt: skip
    calm = len(double.requests)
    taken = await asyncio.gather(
        *(_ask(each, channel, after=_WITHIN * at / _PEOPLE) for at, each in enumerate(people))
    )
    await asyncio.sleep(_WATCHED)
    edits = defaultdict[str, list[float]](list)
    for request in double.requests[calm:]:
        if f"{request.method} {request.route}" == _EDIT:
            edits[request.path.split("/")[2]].append(request.began)
    ordered = deck.rows("SELECT count(*) FROM jobs")[0][0]
    waits = sorted(1000 * each for each in taken)
    return {
        "median": statistics.median(waits),
        "p99": statistics.quantiles(waits, n=100, method="inclusive")[98],
        "most": waits[-1],
        "edits": max((_most_in_window(times) for times in edits.values()), default=0),
        "refused": sum(
            each.status == 429 for each in double.requests[calm:] if each.method == "PATCH"
        ),
        "lost": _PEOPLE + 2 - float(str(ordered)),
    }


async def _ask(person: Person, channel: Channel, *, after: float) -> float:
    """Seconds until the first answer to a call."""
    await asyncio.sleep(after)
    file = Upload("a.mp3", make("mp3", Sound(seconds=5)).read_bytes())
    began = time.perf_counter()
    await person.begin(channel, "mixtape", track1=file, video=False).answered()
    return time.perf_counter() - began


def _most_in_window(times: Sequence[float]) -> int:
    return max(sum(at <= each < at + WINDOW for each in times) for at in times)


def report(found: dict[str, float]) -> list[str]:
    """The section of the report."""
    return [
        "## Discord",
        "",
        f"{_PEOPLE} people order within {_WITHIN:.0f} s while both cores render: the first answer "
        f"came after {found['median']:.0f} ms at the median, {found['p99']:.0f} ms at the 99th "
        f"percentile, {found['most']:.0f} ms at most (Discord waits 3,000). A channel saw "
        f"{found['edits']:.0f} edits in {WINDOW:.0f} s at most (Discord takes {EDITS}), "
        f"{found['refused']:.0f} were refused, {found['lost']:.0f} orders were lost.",
        "",
    ]
