"""Links as tracks: in order, lists with all that is in them, bad ones named and left out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.pipelines.facts import as_list, as_mapping
from bot.pipelines.linked import fetch_links, has_links, read_told
from core.errors import ServiceError
from core.links import Fetched, Found, Want
from core.mixtape import MOST_TRACKS
from core.tracks import Tags
from tests.bot.pipelines.test_mixtape import make as make_mixtape
from tests.fakes import FakeFetcher
from tests.links import LINK, OTHER
from tests.media import MUSIC, make


def piece(url: str, title: str, **facts: Any) -> Found:
    return Found(url=url, site="x", id=url, title=title, artist="Ida", seconds=8.0, **facts)


def link(url: str) -> dict[str, Any]:
    return {"url": url, "label": url}


def file(name: str) -> dict[str, Any]:
    return {"path": f"/uploads/{name}", "label": name}


async def fetch(
    fetcher: FakeFetcher, tracks: list[dict[str, Any]], folder: Path
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]], list[float]]:
    told: list[float] = []
    brought = await fetch_links(fetcher, {"tracks": tracks}, folder / "links", told.append)
    facts = as_mapping(brought)
    return as_list(facts["tracks"]), as_list(facts["rejected"]), told


async def test_links_come_in_order_among_files(tmp_path: Path) -> None:
    song = make("m4a")
    fetcher = FakeFetcher({url: (piece(url, url[-4:]), song) for url in (LINK, OTHER)})
    tracks, rejected, told = await fetch(
        fetcher, [file("a.mp3"), link(LINK), file("b.mp3"), link(OTHER)], tmp_path
    )
    assert [each["label"] for each in tracks] == ["a.mp3", "Ida – aaaa", "b.mp3", "Ida – song"]
    assert not rejected and told[-1] == 1.0
    assert Path(tracks[1]["path"]).read_bytes() == song.read_bytes()
    assert Path(tracks[1]["path"]).is_relative_to(tmp_path)
    assert (read_told(tracks[1]).title, read_told(tracks[1]).artist) == ("aaaa", "Ida")
    assert read_told(tracks[0]) == Tags()


async def test_a_list_is_all_that_is_in_it(tmp_path: Path) -> None:
    entries = tuple(piece(f"https://x.org/{n}", f"Piece {n}") for n in (1, 2, 3))
    page = Found(url=LINK, site="x", id="list", title="All", entries=entries)
    files = {each.url: (each, make("m4a")) for each in entries}
    tracks, _, _ = await fetch(
        FakeFetcher(files, pages=[page]), [file("a.mp3"), link(LINK), file("b.mp3")], tmp_path
    )
    assert [each["label"] for each in tracks] == [
        "a.mp3", "Ida – Piece 1", "Ida – Piece 2", "Ida – Piece 3", "b.mp3",
    ]  # fmt: skip


async def test_a_bad_link_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    fetcher = FakeFetcher(
        {OTHER: (piece(OTHER, "song"), make("m4a"))},
        troubles={LINK: ServiceError("The site is away.")},
    )
    tracks, rejected, _ = await fetch(fetcher, [link(LINK), link(OTHER)], tmp_path)
    assert [each["label"] for each in tracks] == ["Ida – song"]
    assert rejected == [{"source": LINK, "reason": "could not be fetched. The site is away."}]


async def test_what_is_one_too_many_is_left_out(tmp_path: Path) -> None:
    tracks = [file(f"{n}.mp3") for n in range(MOST_TRACKS)] + [link(OTHER)]
    fetcher = FakeFetcher({OTHER: (piece(OTHER, "song"), make("m4a"))})
    taken, rejected, _ = await fetch(fetcher, tracks, tmp_path)
    assert len(taken) == MOST_TRACKS and not fetcher.fetched
    assert [each["source"] for each in rejected] == ["Ida – song"]


@pytest.mark.parametrize(("tracks", "there"), [([file("a.mp3")], False), ([link(LINK)], True)])
def test_only_links_are_fetched(tracks: list[dict[str, Any]], there: bool) -> None:
    assert has_links({"tracks": tracks}) is there


class Covered(FakeFetcher):
    """The fake, with a picture beside what it brings."""

    async def fetch(self, want: Want, folder: Path, *, report: Any) -> Fetched:
        fetched = await super().fetch(want, folder, report=report)
        cover = fetched.path.with_suffix(".cover")
        Image.new("RGB", (640, 360), (10, 120, 60)).save(cover, "JPEG")
        return replace(fetched, cover=cover)


def test_a_mixtape_of_a_link_and_a_file_has_both_with_their_titles(tmp_path: Path) -> None:
    tagged = make("flac", replace(MUSIC, seed=2), tags={"title": "Mine", "artist": "Me"})
    fetcher = Covered({LINK: (piece(LINK, "Theirs"), make("m4a", MUSIC))})
    outcome, run = make_mixtape(tmp_path, [LINK, tagged], fetcher=fetcher, title="", video=False)
    listed = outcome.details["tracks"]
    assert isinstance(listed, list)
    assert [(each["artist"], each["title"]) for each in listed] == [
        ("Ida", "Theirs"), ("Me", "Mine"),
    ]  # fmt: skip
    assert not (run.folder / "links").exists()
    recipe = next(each for each in outcome.products if each.role == "recipe")
    assert "embedded_in" in Path(recipe.path).read_text()
