"""What is taken for a link, and where none may lead."""

import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.plain import Guard, PlainFetcher
from adapters.plain.reading import follow_link, read_link
from core.errors import UserError
from core.links import Medium, Want
from tests.adapters.plain.hostile import ELSEWHERE, TO_THE_HOUSE
from tests.adapters.plain.town import HOUSE, QUICK
from tests.doubles.web import Web, page


@pytest.fixture(scope="module")
def house() -> Iterator[Web]:
    """A server that nobody from outside may get to."""
    with Web(host=HOUSE) as web:
        web.routes["/"] = page(200, "the crown jewels")
        yield web


async def _all_at_home(host: str) -> Sequence[str]:
    """The worst of all resolvers: every name is one of the house."""
    return [HOUSE]


def _ignore(done: float) -> None:
    """Nobody looks at this progress."""


def test_there_are_many_hostile_links() -> None:
    assert len(set(TO_THE_HOUSE + ELSEWHERE)) > 150


@pytest.mark.parametrize("hostile", TO_THE_HOUSE)
async def test_no_link_leads_into_the_house(hostile: str, house: Web, tmp_path: Path) -> None:
    guard = Guard(lookup=_all_at_home, ports={house.port, 80})
    fetcher = PlainFetcher(QUICK, guard=guard)
    link = hostile.replace("{port}", str(house.port))
    before = len(house.asked)

    with pytest.raises(UserError) as refused:
        await fetcher.look(link)
    with pytest.raises(UserError):
        await fetcher.fetch(Want(url=link, medium=Medium.AUDIO), tmp_path, report=_ignore)

    assert str(refused.value).endswith(".")
    assert len(house.asked) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "[::ffff:127.0.0.1]"]
)
def test_a_downloader_without_a_guard_does_get_there(host: str, house: Web) -> None:
    """Or the tests above would prove nothing."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    with opener.open(f"http://{host}:{house.port}/", timeout=10) as answer:
        assert answer.read() == b"the crown jewels"


@pytest.mark.parametrize("link", ELSEWHERE)
async def test_what_is_no_link_of_the_web_is_refused_with_a_sentence(link: str) -> None:
    async def nowhere(host: str) -> Sequence[str]:
        return ["169.254.169.254"]

    with pytest.raises(UserError) as refused:
        await PlainFetcher(QUICK, guard=Guard(lookup=nowhere)).look(link)

    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://example.com/a.mp3", "https://example.com/a.mp3"),
        ("  HTTPS://Example.COM:443/A.mp3\n", "https://example.com/A.mp3"),
        ("http://example.com", "http://example.com/"),
        ("https://example.com?x=1#t=3", "https://example.com/?x=1"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://8.8.8.8/a.mp3", "https://8.8.8.8/a.mp3"),
        ("https://[2606:4700:4700::1111]/a", "https://[2606:4700:4700::1111]/a"),
        ("https://faß.de/a", "https://xn--fa-hia.de/a"),
        ("https://bücher.example/übung.mp3", "https://xn--bcher-kva.example/%C3%BCbung.mp3"),
        ("https://my_bucket.s3.example.com/a", "https://my_bucket.s3.example.com/a"),
        (
            "https://cdn.example.com/a%2Fb%20c.mp3?ex=6745&is=67&hm=ab%7Ecd~&",
            "https://cdn.example.com/a%2Fb%20c.mp3?ex=6745&is=67&hm=ab%7Ecd~&",
        ),
    ],
)
def test_a_link_is_left_as_it_is_but_for_its_host(text: str, link: str) -> None:
    assert str(read_link(text)) == link


def test_a_redirect_may_be_relative_and_have_spaces() -> None:
    link = read_link("https://example.com/music/list")

    assert str(follow_link(link, "my song.mp3")) == "https://example.com/music/my%20song.mp3"
    assert str(follow_link(link, "//cdn.example.com/a")) == "https://cdn.example.com/a"


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://localhost/", "//[::1", "\udcff"]
)
def test_a_redirect_is_read_as_strictly_as_a_link(location: str) -> None:
    with pytest.raises(UserError):
        follow_link(read_link("https://example.com/"), location)


@given(st.text(max_size=60))
def test_whatever_is_behind_the_scheme_is_read_or_refused(rest: str) -> None:
    try:
        link = read_link(f"http://{rest}")
    except UserError:
        return
    assert link.scheme == "http"
    assert (link.raw_host or "").isascii()
    assert link.user is None
    assert link.port in (80, 443)
