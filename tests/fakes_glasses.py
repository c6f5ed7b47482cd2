"""Honest stand-ins for what is kept about glasses, and for the darkroom."""

import itertools
from collections.abc import AsyncIterable, Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import UserError
from core.glasses import Fate, Pair, Photo, Shot
from core.jobs import Job
from core.names import PersonId
from core.options import Attachment


class FakePairs:
    """Fills `core.ports.Pairs` in memory. Tokens are `tdg_1`, `tdg_2` and so on."""

    def __init__(self) -> None:
        self._pairs: dict[str, Pair] = {}
        self.tokens: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def pair(self, pair: Pair) -> str:
        # Ids that do not change from run to run: buttons carry them.
        number = next(self._numbers)
        kept = replace(pair, id=f"pair{number}")
        self._pairs[kept.id] = kept
        token = f"tdg_{number}"
        self.tokens[token] = kept.id
        return token

    async def listed(self, person: PersonId) -> Sequence[Pair]:
        return [pair for pair in self._pairs.values() if pair.person == person]

    async def find(self, token: str) -> Pair | None:
        return self._pairs.get(self.tokens.get(token, ""))

    async def change(self, pair: Pair) -> None:
        self._own(pair.id, pair.person)
        self._pairs[pair.id] = pair

    async def drop(self, pair: str, *, person: PersonId) -> None:
        self._own(pair, person)
        del self._pairs[pair]

    def _own(self, pair: str, person: PersonId) -> None:
        found = self._pairs.get(pair)
        if found is None or found.person != person:
            raise UserError("These glasses are not paired any more.")


class FakeDarkroom:
    """Fills `core.ports.Darkroom` in memory: `accepted` are the photos with all of their bytes."""

    def __init__(self) -> None:
        self.accepted: list[tuple[Pair, Shot, bytes]] = []
        self.failures: list[tuple[Pair, str, str]] = []
        self._photos: dict[tuple[str, str], Photo] = {}
        self.pairs: dict[str, Pair] = {}

    async def admit(self, token: str) -> Pair | None:
        return self.pairs.get(token)

    async def accept(self, pair: Pair, shot: Shot, chunks: AsyncIterable[bytes]) -> Photo:
        if (pair.id, shot.request) not in self._photos:
            content = b"".join([chunk async for chunk in chunks])
            assert len(content) == shot.size
            self.accepted.append((pair, shot, content))
            self._photos[pair.id, shot.request] = self._photo(pair, shot.request, Fate.WAITING)
        return self._photos[pair.id, shot.request]

    async def note_failure(self, pair: Pair, request: str, *, reason: str) -> None:
        self.failures.append((pair, request, reason))
        self._photos[pair.id, request] = self._photo(pair, request, Fate.MISSED)

    async def look(self, photo: str, *, person: PersonId) -> tuple[Photo, Job | None]:
        for each in self._photos.values():
            if each.id == photo and each.person == person:
                return each, None
        raise UserError("There is no such photo of yours.")

    async def page(
        self, person: PersonId, *, request: str = "", after: int = 0, most: int = 20
    ) -> tuple[Sequence[tuple[Photo, Job | None]], int]:
        found = [
            (each, None)
            for each in reversed(self._photos.values())
            if each.person == person and request in ("", each.request)
        ]
        return found[after : after + most], len(found)

    def _photo(self, pair: Pair, request: str, fate: Fate) -> Photo:
        return Photo(
            id=f"photo{len(self._photos) + 1}",
            person=pair.person,
            pair=pair.id,
            request=request,
            received=1.0,
            due=1.0,
            fate=fate,
            file=Attachment(Path("/uploads/photo"), "photo.jpg", 1),
        )
