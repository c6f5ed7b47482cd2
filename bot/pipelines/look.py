"""Looks at a link, so that its person can choose: what there is comes as a question, not files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from bot.pipelines.facts import as_mapping
from core.downloads import name_found
from core.jobs import LOOK, Json, Outcome, Stage
from core.links import Found, Heading
from core.ports import Fetcher, Run


@dataclass(frozen=True, slots=True)
class LookPipeline:
    """Finds out what `run.request["link"]` stands for."""

    fetcher: Fetcher

    kind: ClassVar[str] = LOOK
    stages: ClassVar[tuple[Stage, ...]] = (Stage("looking at the link", 1),)

    async def make(self, run: Run) -> Outcome:
        found = await run.step("looking at the link", lambda: self._look(run))
        facts = as_mapping(found)
        title = name_found(read_found(facts))
        return Outcome(title, (), {"title": title, "found": found})

    async def _look(self, run: Run) -> Json:
        return write_found(await self.fetcher.look(str(run.request["link"])))


def write_found(found: Found) -> dict[str, Json]:
    """What was found, as JSON that is kept with a job."""
    return asdict(found)


def read_found(facts: Mapping[str, Any]) -> Found:
    """What was found, from that JSON."""
    return Found(
        **{
            **facts,
            "heights": tuple(facts["heights"]),
            "chapters": tuple(Heading(**chapter) for chapter in facts["chapters"]),
            "entries": tuple(read_found(entry) for entry in facts["entries"]),
        }
    )
