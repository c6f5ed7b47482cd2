"""Files that stand on the web, and servers that will not part with them in good order."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.intake import take_track
from adapters.plain import Bounds
from core.errors import ServiceError, UserError
from core.links import Fetched, Medium, Span, Want
from tests import media
from tests.adapters.plain.town import OUTSIDE, QUICK, fetcher
from tests.doubles.web import (
    Answer,
    Exchange,
    Web,
    bomb,
    cut,
    drip,
    endless,
    endless_headers,
    file,
    lie_about_ranges,
    lie_about_size,
    page,
    raw,
    stall,
)
from tests.doubles.web.answers import MP3_FRAME

_SONG = media.Sound(wave="noise", seconds=12.0)


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(host=OUTSIDE) as server:
        yield server


@pytest.fixture(scope="module")
def song() -> Path:
    """Long enough to break in the middle: 2.1 MB."""
    return media.make("wav", _SONG)


async def fetch(
    web: Web, folder: Path, path: str = "/song.mp3", *, bounds: Bounds = QUICK
) -> Fetched:
    here = fetcher(web, bounds=bounds)
    want = Want(url=f"{web.address}{path}", medium=Medium.AUDIO)
    return await here.fetch(want, folder, report=lambda done: None)


@pytest.mark.parametrize("form", sorted(media.FORMATS))
async def test_every_format_that_we_take_is_brought_as_it_is(
    form: str, web: Web, tmp_path: Path
) -> None:
    original = media.make(form)
    web.routes["/x"] = file(original, kind="text/plain")

    fetched = await fetch(web, tmp_path, "/x")

    assert fetched.path.read_bytes() == original.read_bytes()
    assert fetched.path.parent == tmp_path
    assert fetched.span == Span(0.0, None)
    assert fetched.found.video == bool(media.FORMATS[form].video)
    taken = await take_track(fetched.path, tmp_path / "taken")
    assert taken.format is not None


async def test_a_look_tells_title_and_size_and_reads_no_more_than_it_needs(web: Web) -> None:
    long = media.make("wav", media.Sound(wave="noise", seconds=10.0))
    web.routes["/music/My_Song%20(live).wav"] = file(long)

    found = await fetcher(web).look(f"{web.address}/music/My_Song%20(live).wav?key=1#t=3")

    assert found.title == "My Song (live)"
    assert found.site == "link"
    assert found.sizes == {"best": long.stat().st_size, "original": long.stat().st_size}
    assert found.url == f"{web.address}/music/My_Song%20(live).wav?key=1"
    assert found.seconds == pytest.approx(10.0)
    assert not found.video
    assert not found.live


async def test_a_name_in_the_header_goes_before_the_one_in_the_link(web: Web, song: Path) -> None:
    name = "attachment; filename=x.mp3; filename*=UTF-8''..%2f..%2fetc%2fSch%C3%B6n%0d%0a.mp3"
    web.routes["/get"] = file(song, headers={"Content-Disposition": name})

    found = await fetcher(web).look(f"{web.address}/get?id=7")

    assert found.title == "Schön"


@pytest.mark.parametrize(
    "named",
    [
        "attachment; filename=",
        'attachment; filename="a;b',
        ";;;",
        "attachment; filename*=UTF-8''%ff%fe",
        "attachment; filename*=klingon''x",
        "inline; filename=a; filename=b",
        "\xff\xfe\x80",
    ],
)
async def test_a_name_in_the_header_that_makes_no_sense_does_no_harm(
    named: str, web: Web, song: Path
) -> None:
    web.routes["/My%20tune.wav"] = file(song, headers={"Content-Disposition": named})

    found = await fetcher(web).look(f"{web.address}/My%20tune.wav")

    assert found.title in ("My tune", "a", '"a;b', "x")


async def test_a_radio_is_live(web: Web, song: Path) -> None:
    web.routes["/jazz"] = file(song, headers={"icy-name": "Jazz"})

    assert (await fetcher(web).look(f"{web.address}/jazz")).live


async def test_an_id_names_the_content(web: Web, song: Path) -> None:
    link = f"{web.address}/song.mp3"
    web.routes["/song.mp3"] = file(song)
    first = await fetcher(web).look(link)
    again = await fetcher(web).look(link)
    web.routes["/song.mp3"] = file(media.make("mp3"))
    other = await fetcher(web).look(link)

    assert first.id == again.id
    assert first.id != other.id


async def test_sound_behind_a_large_cover_is_found(web: Web, tmp_path: Path) -> None:
    tag = b"ID3\x04\0\0" + bytes([0, 40, 0, 0]) + bytes(40 << 14)
    tagged = tmp_path / "tagged.mp3"
    tagged.write_bytes(tag + media.make("mp3").read_bytes())
    web.routes["/song.mp3"] = file(tagged)

    found = await fetcher(web).look(f"{web.address}/song.mp3")

    assert found.sizes["original"] == tagged.stat().st_size


async def test_a_transfer_that_breaks_goes_on_where_it_was(
    web: Web, song: Path, tmp_path: Path
) -> None:
    web.routes["/song.mp3"] = cut(song, after=1_500_000, times=1)

    fetched = await fetch(web, tmp_path)

    assert fetched.path.read_bytes() == song.read_bytes()
    first, second = web.asked
    assert "range" not in first.headers
    assert int(second.headers["range"].removeprefix("bytes=").rstrip("-")) > 0
    assert web.sent["/song.mp3"] < song.stat().st_size + 1_400_000


async def test_a_server_without_ranges_begins_again(web: Web, song: Path, tmp_path: Path) -> None:
    web.routes["/song.mp3"] = cut(song, after=1_500_000, times=1, ranges=False)

    fetched = await fetch(web, tmp_path)

    assert fetched.path.read_bytes() == song.read_bytes()


@pytest.mark.parametrize("tell_truth", [True, False])
async def test_a_lie_about_a_range_is_found_out(
    tell_truth: bool, web: Web, song: Path, tmp_path: Path
) -> None:
    web.routes["/song.mp3"] = lie_about_ranges(song, after=1_500_000, tell_truth=tell_truth)

    fetched = await fetch(web, tmp_path)

    assert fetched.path.read_bytes() == song.read_bytes()


async def test_a_file_that_changes_between_tries_is_not_glued_together(
    web: Web, song: Path, tmp_path: Path
) -> None:
    other = media.make("wav", replace(_SONG, seed=7))
    turns = iter([cut(song, after=1_500_000, times=1), file(other), file(other), file(other)])

    async def changing(exchange: Exchange) -> None:
        await next(turns)(exchange)

    web.routes["/song.mp3"] = changing

    fetched = await fetch(web, tmp_path)

    assert fetched.path.read_bytes() == other.read_bytes()


_HOSTILE: dict[str, tuple[Answer, type[Exception], str]] = {
    "no end": (endless(), UserError, "more than 3 MB"),
    "no end, and says so": (endless(sized=True), UserError, "more than 3 MB"),
    "a bomb": (bomb(megabytes=1), ServiceError, "compressed"),
    "no end of headers": (endless_headers(), ServiceError, "does not speak HTTP"),
    "a page": (page(200, "<!DOCTYPE html><p>Hello"), UserError, "shows a page"),
    "a page as sound": (
        page(200, "\n <html>", Content_Type="audio/mpeg"),
        UserError,
        "shows a page",
    ),
    "a playlist": (page(200, "#EXTM3U\n/etc/passwd"), UserError, "a playlist"),
    "nothing": (page(200, ""), UserError, "is empty"),
    "text": (page(200, "root:x:0:0:root:/root:/bin/bash\n" * 9), UserError, "is a text"),
    "gone": (page(404), UserError, "nothing at that link"),
    "gone for good": (page(410), UserError, "nothing at that link"),
    "forbidden": (page(403), UserError, "does not let me"),
    "a sign-in": (page(401, WWW_Authenticate="Basic"), UserError, "does not let me"),
    "too many": (page(429, Retry_After="9"), ServiceError, "too many requests"),
    "broken": (page(500), ServiceError, "answered 500"),
    "a teapot": (page(418), ServiceError, "418"),
    "no content": (page(204), ServiceError, "204"),
    "no status": (raw(b"ID3\x04 what is this\r\n\r\n"), ServiceError, "does not speak HTTP"),
    "two lengths": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        ServiceError,
        "does not speak HTTP",
    ),
    "a length below zero": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello"),
        ServiceError,
        "does not speak HTTP",
    ),
    "no chunks": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n"),
        ServiceError,
        "does not speak HTTP",
    ),
    "a radio": (
        raw(
            b"HTTP/1.0 200 OK\r\nicy-name: Jazz\r\nContent-Type: audio/mpeg\r\n\r\n" + MP3_FRAME * 9
        ),
        UserError,
        "radio",
    ),
    "a redirect to nowhere": (page(302), UserError, "never to a file"),
}


@pytest.mark.parametrize("name", sorted(_HOSTILE))
async def test_a_hostile_server_gets_a_sentence_and_leaves_nothing(
    name: str, web: Web, tmp_path: Path
) -> None:
    answer, kind, words = _HOSTILE[name]
    web.routes["/song.mp3"] = answer

    with pytest.raises(kind, match=words):
        await fetch(web, tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert web.sent["/song.mp3"] < 2 * QUICK.bytes


async def test_what_is_no_sound_is_not_brought_to_its_end(web: Web, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.write_bytes(b"PK\x03\x04" + bytes(2_500_000))
    web.routes["/song.mp3"] = file(archive)
    folder = tmp_path / "job"
    folder.mkdir()

    with pytest.raises(UserError, match="ZIP"):
        await fetch(web, folder)

    assert web.sent["/song.mp3"] < 1_500_000


@pytest.mark.parametrize("by", [5_000, 10**12])
async def test_a_file_shorter_than_it_was_said_to_be_is_not_taken(
    by: int, web: Web, song: Path, tmp_path: Path
) -> None:
    web.routes["/song.mp3"] = lie_about_size(song, by=by)

    with pytest.raises((ServiceError, UserError)):
        await fetch(web, tmp_path)

    assert list(tmp_path.iterdir()) == []


async def test_a_wav_that_is_longer_than_its_header_says_is_cut_off(
    web: Web, tmp_path: Path
) -> None:
    web.routes["/song.wav"] = lie_about_size(media.make("wav"), by=-100_000)

    with pytest.raises(UserError, match="cut off"):
        await fetch(web, tmp_path, "/song.wav")


@pytest.mark.parametrize("way", ["drip", "stall", "mute", "ask for patience", "trailers"])
async def test_who_drips_or_stalls_does_not_hold_us(
    way: str, web: Web, song: Path, tmp_path: Path
) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nI\r\n0\r\n"
    answers = {
        "drip": drip(song, seconds=0.01),
        "stall": stall(song, after=1000),
        "mute": raw(b""),
        "ask for patience": raw(b"HTTP/1.1 100 Continue\r\n\r\n", again=True),
        "trailers": raw(chunked + b"X-More: 1\r\n" * 50),
    }
    web.routes["/song.mp3"] = answers[way]

    with pytest.raises(ServiceError, match="takes too long"):
        await fetch(web, tmp_path, bounds=replace(QUICK, patience=0.1))

    assert list(tmp_path.iterdir()) == []


async def test_all_of_it_has_to_be_done_in_its_time(web: Web, song: Path, tmp_path: Path) -> None:
    web.routes["/song.mp3"] = stall(song, after=1000)

    with pytest.raises(ServiceError, match="too slow"):
        await fetch(web, tmp_path, bounds=replace(QUICK, seconds=0.2))


async def test_a_disk_without_room_is_told(web: Web, song: Path, tmp_path: Path) -> None:
    web.routes["/song.mp3"] = file(song)

    with pytest.raises(ServiceError, match="no room"):
        await fetch(web, tmp_path, bounds=replace(QUICK, spare=1 << 60))

    assert list(tmp_path.iterdir()) == []


async def test_who_gives_up_waiting_leaves_nothing(web: Web, song: Path, tmp_path: Path) -> None:
    loop, under_way = asyncio.get_running_loop(), asyncio.Event()

    async def stalling(exchange: Exchange) -> None:
        await exchange.head(200, {"Content-Length": "100000"})
        await exchange.body(song.read_bytes()[:1000])
        loop.call_soon_threadsafe(under_way.set)
        await exchange.gone()

    web.routes["/song.mp3"] = stalling
    fetching = asyncio.create_task(fetch(web, tmp_path))
    await under_way.wait()

    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching

    assert list(tmp_path.iterdir()) == []


async def test_progress_ends_at_one(web: Web, song: Path, tmp_path: Path) -> None:
    web.routes["/song.mp3"] = file(song)
    told: list[float] = []
    want = Want(url=f"{web.address}/song.mp3", medium=Medium.AUDIO)

    await fetcher(web).fetch(want, tmp_path, report=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
