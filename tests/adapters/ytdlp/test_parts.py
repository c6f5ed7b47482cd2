"""Parts of every kind of file that sites give, by their bytes and exact in time."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.ytdlp.parts import bring_parts
from adapters.ytdlp.ranges import RangedFile
from adapters.ytdlp.troubles import SiteTroubleError, Trouble
from core.links import Span
from core.portions import find_portion, merge
from tests.doubles.tube.site import Tube
from tests.doubles.tube.timecode import PICTURES, hear_file, read_pictures
from tests.doubles.tube.videos import Video
from tests.doubles.web import Web, file
from tests.media import ffmpeg

SECONDS = 60.0
SPAN = (31.37, 36.9)
MARGIN = 0.012


def facts(url: str, place: Path, *, picture: bool) -> dict[str, Any]:
    return {"url": url, "headers": {}, "cookie": "", "picture": picture, "place": str(place)}


def bring(
    formats: Sequence[Mapping[str, Any]], folder: Path, *, most: int = 50_000_000
) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    request = {
        "formats": list(formats), "spans": [SPAN], "bytes": most,
        "folder": str(folder), "ffmpeg": ffmpeg(),
    }  # fmt: skip
    made = bring_parts(request, lambda _fraction: None)
    return {**made["parts"][0], "spent": made["spent"]}


def assert_exact(made: Mapping[str, Any], *, picture: bool) -> None:
    assert made["start"] <= SPAN[0] and made["end"] >= SPAN[1]
    beeps = hear_file(Path(made["path"]))
    assert {beep.second for beep in beeps} >= {32, 33, 34, 35, 36}
    for beep in beeps:
        assert beep.at + made["start"] == pytest.approx(beep.second, abs=MARGIN)
    if picture:
        first = read_pictures(Path(made["path"]))[0]
        assert first / PICTURES == pytest.approx(made["start"], abs=2 / PICTURES)


@pytest.fixture(scope="module")
def video(tube: Tube) -> str:
    name = "parts-of-it"
    tube.add(Video(id=name, seconds=SECONDS))
    return name


@pytest.mark.parametrize(
    "itags",
    [(140,), (251,), (18,), (136, 140), (136, 251)],
    ids=lambda itags: "+".join(map(str, itags)),
)
def test_a_part_is_exact_whatever_it_came_in(
    tube: Tube, video: str, tmp_path: Path, itags: tuple[int, ...]
) -> None:
    """140 and 136 are MP4 in fragments, 251 is WebM, 18 is an MP4 with one index."""
    formats = [
        facts(
            f"{tube.address}/videoplayback/{video}/{itag}",
            tmp_path / f"{itag}.bytes",
            picture=itag in (18, 136),
        )
        for itag in itags
    ]
    made = bring(formats, tmp_path / "work")
    assert_exact(made, picture=itags[0] in (18, 136))
    whole = sum(tube.sizes(video)[itag] for itag in itags)
    assert made["spent"] < whole * 0.55
    assert [path.name for path in (tmp_path / "work" / "part-0").iterdir()] == ["part.mkv"]


def test_an_index_at_the_end_is_found(tube: Tube, video: str, tmp_path: Path) -> None:
    source, late = tube.paths(video)[18], tmp_path / "late.mp4"
    command = [ffmpeg(), "-v", "error", "-i", str(source), "-c", "copy", str(late)]
    subprocess.run(command, check=True)
    assert late.read_bytes().find(b"moov") > late.stat().st_size * 0.9
    with Web() as web:
        web.routes["/late"] = file(late, kind="video/mp4")
        made = bring(
            [facts(f"{web.address}/late", tmp_path / "late.bytes", picture=True)], tmp_path / "work"
        )
    assert_exact(made, picture=True)
    assert made["spent"] < late.stat().st_size * 0.5


def test_the_same_bytes_are_not_asked_for_again(tube: Tube, video: str, tmp_path: Path) -> None:
    formats = [
        facts(f"{tube.address}/videoplayback/{video}/140", tmp_path / "a.bytes", picture=False)
    ]
    first = bring(formats, tmp_path / "one")
    assert first["spent"] > 0 and bring(formats, tmp_path / "two")["spent"] == 0


def test_more_than_allowed_is_not_fetched(tube: Tube, video: str, tmp_path: Path) -> None:
    formats = [
        facts(f"{tube.address}/videoplayback/{video}/136", tmp_path / "a.bytes", picture=True)
    ]
    with pytest.raises(SiteTroubleError) as caught:
        bring(formats, tmp_path / "one", most=20_000)
    assert caught.value.trouble is Trouble.TOO_LARGE


def test_what_has_no_index_is_left_to_be_fetched_whole(tmp_path: Path) -> None:
    song = tmp_path / "song.mp3"
    command = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", "sine=duration=40", str(song)]
    subprocess.run(command, check=True)
    with Web() as web:
        web.routes["/song"] = file(song, kind="audio/mpeg")
        with pytest.raises(SiteTroubleError) as caught:
            bring([facts(f"{web.address}/song", tmp_path / "b", picture=False)], tmp_path / "w")
    assert caught.value.trouble is Trouble.NO_RANGES


def test_another_file_at_the_same_address_is_noticed(tmp_path: Path) -> None:
    one = tmp_path / "one.bin"
    one.write_bytes(b"1" * 100_000)
    with Web() as web:
        web.routes["/f"] = file(one, kind="video/mp4")
        where = facts(f"{web.address}/f", tmp_path / "kept", picture=False)
        with RangedFile(where, tmp_path / "kept", spend=lambda _count: None) as source:
            assert source.read(0, 10) == b"1" * 10
        one.write_bytes(b"2" * 90_000)
        with (
            RangedFile(where, tmp_path / "kept", spend=lambda _count: None) as source,
            pytest.raises(SiteTroubleError) as caught,
        ):
            source.read(50_000, 10)
    assert caught.value.trouble is Trouble.EXPIRED


@pytest.mark.parametrize("demuxer", ["mov", "matroska", "ogg"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"\xff" * 5000,
        b"\x1a\x45\xdf\xa3" + b"\x01" * 5000,
        b"\0\0\0\x20ftypisom" + b"\0" * 20 + b"\0\0\1\0moov" + b"\xff" * 5000,
        b"\0\0\0\x10moov\0\0\0\x08trak" + b"\0\0\0\x30sidx" + b"\xff" * 40,
    ],
    ids=["empty", "zeros", "ones", "bad matroska", "bad moov", "bad sidx"],
)
def test_a_broken_index_says_nothing(content: bytes, demuxer: str) -> None:
    def read(at: int, length: int) -> bytes:
        return content[at : at + length]

    assert find_portion(read, len(content), Span(1.0, 2.0), demuxer=demuxer) is None


def test_stretches_that_touch_are_one() -> None:
    assert merge([(30, 40), (0, 10), (10, 20)], gap=0) == ((0, 20), (30, 40))
    assert merge([(0, 10), (15, 20)], gap=5) == ((0, 20),)
