"""Each link goes to who can bring it."""

from pathlib import Path

import pytest

from bot.fetching import Fetching
from core.links import Found, Medium, Want
from tests.fakes import FakeFetcher
from tests.media import make

SITES = (
    "https://www.youtube.com/watch?v=aaaaaaaaaaa",
    "https://soundcloud.com/artist/song",
    "https://archive.org/details/tape",
)
PLAIN = (
    "https://x.org/song.mp3",
    "https://archive.org/download/tape/SONG.FLAC?a=b",
    "https://cdn.discordapp.com/attachments/1/2/a.ogg?ex=1",
    "https://youtube.com.x.org/watch",
)


def fetching(links: tuple[str, ...]) -> FakeFetcher:
    found = {link: Found(url=link, site="x", id=link, title=link) for link in links}
    return FakeFetcher({link: (each, make("mp3")) for link, each in found.items()})


@pytest.mark.parametrize("link", [*SITES, *PLAIN])
async def test_a_link_is_looked_at_and_fetched_by_one_of_both(link: str, tmp_path: Path) -> None:
    sites, plain = fetching(SITES), fetching(PLAIN)
    both = Fetching(sites=sites, plain=plain)
    assert (await both.look(link)).url == link
    want = Want(url=link, medium=Medium.AUDIO)
    await both.fetch(want, tmp_path, report=lambda fraction: None)
    asked, other = (sites, plain) if link in SITES else (plain, sites)
    assert asked.fetched == [want] and not other.looked
