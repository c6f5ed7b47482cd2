"""A link that a worker has looked at, for tests of whoever shows what it found."""

from bot.pipelines.look import write_found
from core.jobs import Outcome
from core.links import Found

LINK = "https://www.youtube.com/watch?v=aaaaaaaaaaa"
OTHER = "https://soundcloud.com/artist/song"
PIECE = Found(
    url=LINK, site="youtube", id="aaaaaaaaaaa", title="Late *night*", seconds=215.0, video=True,
    heights=(720,), sizes={"original": 3_400_000},
)  # fmt: skip


def answer(found: Found = PIECE) -> Outcome:
    """What such a job comes to."""
    return Outcome(found.title, (), {"title": found.title, "found": write_found(found)})
