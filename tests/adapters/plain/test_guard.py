"""Names that lead into the house, at once or later."""

import socket
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from adapters.plain import Guard, PlainFetcher
from core.errors import ServiceError, UserError
from core.links import Medium, Want
from tests import media
from tests.adapters.plain.town import HOUSE, OUTSIDE, QUICK, Names, fetcher
from tests.doubles.web import Web, cut, file, page, redirect


@pytest.fixture
def house() -> Iterator[Web]:
    with Web(host=HOUSE) as web:
        web.routes["/"] = page(200, "the crown jewels")
        yield web


@pytest.fixture
def outside() -> Iterator[Web]:
    with Web(host=OUTSIDE) as web:
        yield web


@pytest.mark.parametrize(
    "answers",
    [
        [HOUSE],
        [OUTSIDE, HOUSE],
        [HOUSE, OUTSIDE],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["fe80::1%lo"],
        ["169.254.169.254"],
        [],
    ],
)
async def test_a_name_of_the_house_is_refused(answers: list[str], house: Web, outside: Web) -> None:
    names = {"rebind.example": [answers]}
    here = fetcher(house, outside, names=names)

    with pytest.raises(UserError, match="private network"):
        await here.look(f"http://rebind.example:{house.port}/")

    assert house.asked == []
    assert outside.asked == []


async def test_a_name_is_connected_to_where_it_was_checked(outside: Web) -> None:
    """The second answer would lead home; nobody may ask for it."""
    outside.routes["/song.mp3"] = file(media.make("mp3"))
    names = Names({"rebind.example": [[OUTSIDE], [HOUSE]]})
    guard = Guard(lookup=names, allows=lambda address: address == OUTSIDE, ports={outside.port})

    async with guard.session(patience=5) as session:
        link = f"http://rebind.example:{outside.port}/song.mp3"
        async with session.get(link) as answer:
            assert answer.status == 200

    assert names.asked["rebind.example"] == 1
    assert outside.asked[0].headers["host"] == f"rebind.example:{outside.port}"


async def test_a_name_that_moves_into_the_house_between_tries_is_refused(
    outside: Web, house: Web, tmp_path: Path
) -> None:
    outside.routes["/song.mp3"] = cut(media.make("mp3"), after=10_000)
    names = {"rebind.example": [[OUTSIDE], [HOUSE]]}
    here = fetcher(outside, house, names=names)
    want = Want(url=f"http://rebind.example:{outside.port}/song.mp3", medium=Medium.AUDIO)

    with pytest.raises(UserError, match="private network"):
        await here.fetch(want, tmp_path, report=lambda done: None)

    assert len(outside.asked) == 1
    assert house.asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "//127.0.0.1:{port}/",
        "http://home.example:{port}/",
        "http://localhost:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
    ],
)
async def test_no_redirect_leads_into_the_house(
    status: int, location: str, house: Web, outside: Web
) -> None:
    outside.routes["/a"] = redirect("/b")
    outside.routes["/b"] = redirect(location.format(port=house.port), status=status)
    here = fetcher(house, outside, names={"home.example": [[HOUSE]]})

    with pytest.raises(UserError):
        await here.look(f"http://{OUTSIDE}:{outside.port}/a")

    assert [asked.path for asked in outside.asked] == ["/a", "/b"]
    assert house.asked == []


async def test_a_redirect_to_another_host_outside_is_followed(outside: Web) -> None:
    outside.routes["/a"] = redirect(f"http://cdn.example:{outside.port}/song.mp3")
    outside.routes["/song.mp3"] = file(media.make("mp3"))
    here = fetcher(outside, names={"cdn.example": [[OUTSIDE]]})

    found = await here.look(f"http://{OUTSIDE}:{outside.port}/a")

    assert found.title == "song"


async def test_redirects_in_a_circle_end(outside: Web) -> None:
    outside.routes["/"] = redirect("/{count}")

    with pytest.raises(UserError, match="never to a file"):
        await fetcher(outside).look(f"http://{OUTSIDE}:{outside.port}/0")

    assert len(outside.asked) == 11


async def test_a_socket_is_not_even_made_for_an_address_of_the_house(house: Web) -> None:
    """Whatever a library may do with names, this is where it has to pass."""
    guard = Guard(ports={house.port})

    async with guard.session(patience=5) as session:
        with pytest.raises(aiohttp.ClientConnectorError, match="not public"):
            await session.get(f"http://127.0.0.1:{house.port}/")

    assert house.asked == []


async def test_nothing_is_kept_for_the_next_one(outside: Web) -> None:
    outside.routes["/"] = page(404, Set_Cookie="who=you; Path=/")
    here = fetcher(outside)

    for _ in range(2):
        with pytest.raises(UserError):
            await here.look(f"http://{OUTSIDE}:{outside.port}/")

    assert all("cookie" not in asked.headers for asked in outside.asked)


async def test_a_name_that_is_not_there_is_told() -> None:
    with (
        Web(host=OUTSIDE) as outside,
        pytest.raises(UserError, match=r"no host “nowhere\.example”"),
    ):
        await fetcher(outside).look(f"http://nowhere.example:{outside.port}/")


async def test_a_resolver_that_is_out_of_order_is_not_the_users_fault() -> None:
    async def broken(host: str) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(ServiceError, match="could not be looked up"):
        await PlainFetcher(QUICK, guard=Guard(lookup=broken)).look("http://example.com/")
