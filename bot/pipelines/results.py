"""A mix's files: where they are made, what they are called, and how they are handed over."""

import asyncio
import errno
import os
import time
from collections.abc import Awaitable, Collection, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any

from slugify import slugify

from adapters.tags import write_mp3_tags
from bot.pipelines.facts import as_mapping
from core.jobs import Json, Outcome, Product
from core.ports import Run
from core.timeline import Timeline
from core.tracklist import artists_of, chapters_of, clock, genres_of
from core.tracks import label_of

_ENDINGS = (".mp3", ".mp4", ".cue", ".txt", ".json")
_SPENT = 1_000_000


def empty_folder(folder: Path) -> Path:
    """An empty folder: what an interrupted try left in it is gone."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


async def on_the_disk(run: Run, work: Awaitable[Json]) -> Json:
    """Do what writes much. Raises `OSError` when it failed because the disk was full.

    ffmpeg 5 ends well although its last bytes found no room, so the result looks broken.
    """
    try:
        return await work
    except Exception as error:
        if disk_usage(run.folder).free > _SPENT:
            raise
        # The database needs some room to write down how this ended, and that it has.
        await asyncio.to_thread(rmtree, run.folder, ignore_errors=True)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


def choose_slug(title: str, given: Sequence[Mapping[str, Any]], *, kind: str = "mixtape") -> str:
    """The result's file name without an ending, from the title; `kind` is its last resort.

    Never the name of a file that was given, used or not: they may lie in one folder, where
    the result would take its place. A link counts as what it leads to, too.
    """
    slug = slugify(title, max_length=80, word_boundary=True) or kind
    links = [os.path.realpath(file["path"]) for file in given if "path" in file]
    names = {label_of(name).casefold() for name in (*(file["label"] for file in given), *links)}
    while any(f"{slug}{ending}" in names for ending in _ENDINGS):
        slug += f"-{kind}"
    return slug


def tag_mp3(mp3: Path, timeline: Timeline, cover: Path) -> None:
    genres = genres_of(timeline)
    write_mp3_tags(
        mp3,
        title=timeline.title,
        artists=artists_of(timeline),
        genre=genres[0] if genres else "",
        year=time.localtime().tm_year,
        cover=cover.read_bytes(),
        chapters=chapters_of(timeline),
        made_by=f"Tapedeck {version('tapedeck')}",
    )


def write_text(path: Path, text: str) -> None:
    part = path.with_suffix(path.suffix + ".part")
    # A label may hold what is no character; in JSON, the replacement is an escape.
    part.write_text(text, encoding="utf-8", errors="backslashreplace")
    part.replace(path)


def as_outcome(checked: Json, *, noun: str = "track", left: str = "file") -> Outcome:
    """The result of the last step: `noun` is what it is made of, `left` what was left out."""
    facts = dict(as_mapping(checked))
    out, slug, title = Path(facts.pop("out")), facts.pop("slug"), str(facts["title"])
    cover = Path(facts.pop("cover"))
    pictures = {role: Path(path) for role, path in facts.pop("pictures").items()}
    roles = [
        ("audio", out / f"{slug}.mp3"),
        ("video", out / f"{slug}.mp4"),
        ("cue", out / f"{slug}.cue"),
        ("description", out / f"{slug}.txt"),
        ("recipe", out / f"{slug}.json"),
        ("cover", cover),
        *pictures.items(),
    ]
    made = [(role, path) for role, path in roles if path.exists()]
    products = list_products(made, slug, pictures, seconds=float(facts["duration"]))
    count = len(facts["tracks"])
    made_of = f"1 {noun}" if count == 1 else f"{count} {noun}s"
    text = f"“{title}” is ready: {made_of}, {clock(facts['duration'])}."
    left_out = len(facts["rejected"])
    if left_out:
        text += f" {left_out} {f'{left} was' if left_out == 1 else f'{left}s were'} left out."
    return Outcome(text=text, products=products, details=facts)


def list_products(
    files: Sequence[tuple[str, Path]], slug: str, pictures: Collection[str], *, seconds: float
) -> tuple[Product, ...]:
    """The files by their roles; a label says which of the `pictures` it is. Raises `OSError`."""
    return tuple(
        Product(
            role=role,
            path=str(path),
            label=f"{slug}-{role}{path.suffix}" if role in pictures else slug + path.suffix,
            size=path.stat().st_size,
            seconds=seconds if role in ("audio", "video") else None,
        )
        for role, path in files
    )
