"""A small town on loopback: 127.0.0.2 stands for the internet, 127.0.0.1 for our own house."""

import socket
from collections import defaultdict
from collections.abc import Mapping, Sequence

from adapters.plain import Bounds, Guard, PlainFetcher
from tests.doubles.web import Web

OUTSIDE = "127.0.0.2"
HOUSE = "127.0.0.1"
QUICK = Bounds(bytes=3_000_000, seconds=20.0, patience=5.0, spare=0, pauses=(0.0, 0.0, 0.0))


class Names:
    """A resolver whose answers may change: each name has a list of them, the last one for good."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = answers
        self.asked: dict[str, int] = defaultdict(int)

    async def __call__(self, host: str) -> Sequence[str]:
        if host not in self._answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        turns = self._answers[host]
        turn = min(self.asked[host], len(turns) - 1)
        self.asked[host] += 1
        return turns[turn]


def fetcher(
    *webs: Web, names: Mapping[str, Sequence[Sequence[str]]] | None = None, bounds: Bounds = QUICK
) -> PlainFetcher:
    """A fetcher that takes the outside for public, on the ports of these servers."""
    guard = Guard(
        lookup=Names(names or {}),
        allows=lambda address: address == OUTSIDE,
        ports={web.port for web in webs},
    )
    return PlainFetcher(bounds, guard=guard)
