"""What a site said of a link, as we keep it for some minutes."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from core.links import Found, Heading, Medium
from core.tracks import clean_text

KEPT_SECONDS = 1200.0
"""YouTube's addresses of media are good for six hours, others' for less."""
_NAME = "page.json"
_WHOLE = "whole.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One link's page: `choices` are ids of formats by what they are for, `formats` how to fetch
    each, `whole` the file with all that yt-dlp found."""

    found: Found
    choices: Mapping[str, tuple[str, ...]]
    formats: Mapping[str, Mapping[str, Any]]
    thumbnail: str
    whole: Path

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The page in an entry; None when there is none, or it is too old."""
        path = folder / _NAME
        try:
            if path.stat().st_mtime < time.time() - KEPT_SECONDS:
                return None
            facts = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return cls(
            found=read_found(facts["found"]),
            choices={name: tuple(ids) for name, ids in facts["choices"].items()},
            formats=facts["formats"],
            thumbnail=str(facts.get("thumbnail") or ""),
            whole=folder / _WHOLE,
        )

    @staticmethod
    def write(folder: Path, answer: Mapping[str, Any]) -> None:
        """Keep what the child answered."""
        facts = dict(answer)
        # Addresses in there may let their holder in: they are for nobody else to read.
        for name, content in ((_WHOLE, facts.pop("page", None)), (_NAME, facts)):
            part = folder / f"{name}.part"
            part.touch(mode=0o600)
            part.write_text(json.dumps(content), encoding="utf-8")
            part.replace(folder / name)

    def choice(self, medium: Medium, height: int | None) -> str:
        """The name of the choice for what is wanted; empty where there is no picture."""
        if medium is Medium.AUDIO:
            return "audio" if "audio" in self.choices else ""
        heights = self.found.heights
        if not heights:
            return "video 0" if "video 0" in self.choices else ""
        fitting = [each for each in heights if height is None or each <= height]
        return f"video {fitting[0] if fitting else heights[-1]}"


def read_found(facts: Mapping[str, Any]) -> Found:
    """What the child found, with texts that are safe to show."""
    return Found(
        url=str(facts["url"]),
        site=clean_text(str(facts["site"]), most=40),
        id=clean_text(str(facts["id"])),
        title=clean_text(str(facts["title"])),
        artist=clean_text(str(facts["artist"]).removesuffix(" - Topic")),
        album=clean_text(str(facts["album"])),
        seconds=facts["seconds"],
        live=bool(facts.get("live")),
        start=float(facts["start"]),
        video=bool(facts.get("video")),
        heights=tuple(facts.get("heights") or ()),
        sizes=dict(facts.get("sizes") or {}),
        chapters=tuple(
            Heading(title=clean_text(each["title"]), start=each["start"], end=each["end"])
            for each in facts.get("chapters") or ()
        ),
        entries=tuple(read_found(each) for each in facts.get("entries") or ()),
    )
