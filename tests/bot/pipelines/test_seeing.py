"""Photos are seen by the first who can, and what failed before is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.pictures.looking import ColourEye
from bot.pipelines.seeing import Eyes
from core.errors import ServiceError, UserError
from core.ports import Eye
from core.scenes import Scene
from core.seeing import read_scene
from core.soundtracks import DeclinedError
from tests.core.test_seeing import ANSWER
from tests.photos import photo

CAT = [photo("chelsea.png")]


@dataclass
class FakeEye:
    """Sees what a test says, or fails as it says."""

    failure: Exception | None = None
    name: str = "Claude"
    asked: list[Sequence[Path]] = field(default_factory=list)

    async def see(self, photos: Sequence[Path]) -> Scene:
        self.asked.append(photos)
        if self.failure is not None:
            raise self.failure
        return read_scene(ANSWER, by="claude")


def eyes(*first: Eye) -> Eyes:
    return Eyes(last=ColourEye(), hire=lambda: first)


async def test_the_best_one_is_asked_first() -> None:
    seen = await eyes(FakeEye()).see(CAT)
    assert (seen.scene.by, seen.note) == ("claude", "")


async def test_without_anyone_colours_are_looked_at_and_nothing_is_excused() -> None:
    seen = await eyes().see(CAT)
    assert (seen.scene.by, seen.note) == ("colours", "")


async def test_who_fails_is_told_and_left_in_peace() -> None:
    failing = FakeEye(ServiceError("Claude did not answer in time."))
    both = eyes(failing)
    first, second = await both.see(CAT), await both.see(CAT)
    told = "So only colours and light were looked at."
    assert first.note == f"Claude did not answer in time. {told}"
    assert second.note == f"Claude failed a moment ago and is left in peace. {told}"
    assert first.scene.by == second.scene.by == "colours"
    assert len(failing.asked) == 1


async def test_what_was_declined_is_asked_again_next_time() -> None:
    declining = FakeEye(DeclinedError("Claude would not describe this photo."))
    both = eyes(declining)
    await both.see(CAT)
    await both.see(CAT)
    assert len(declining.asked) == 2


async def test_a_photo_that_cannot_be_opened_is_nobodys_failure() -> None:
    with pytest.raises(UserError, match="send another one"):
        await eyes(FakeEye(UserError("The picture is damaged: send another one."))).see(CAT)
