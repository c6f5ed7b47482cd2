"""Tags: read from strangers' files of every kind, written into our own MP3."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from adapters.tags import read_mp3_chapters, read_tags, write_mp3_tags
from core.tracklist import Chapter
from core.tracks import Tags
from tests import bad
from tests.adapters.ffmpeg.conftest import FFMPEGS
from tests.media import Sound, make

TAGGED = {"title": "Ü: 夜 = \\ \"x\"", "artist": "Véla; & Co", "album": "Nächte", "genre": "Dub",
          "track": "3/12", "disc": "2/2"}  # fmt: skip
FFPROBE = shutil.which("ffprobe")


@pytest.mark.parametrize("form", ["mp3", "m4a", "alac", "ogg", "opus", "flac", "wma", "aiff"])
async def test_tags_are_read_from_every_format(form: str, tmp_path: Path) -> None:
    path = make(form, Sound(seconds=0.5), tags=TAGGED)
    demuxers = {"m4a": "mov", "alac": "mov", "opus": "ogg", "wma": "asf"}
    [tags] = await read_tags([(path, demuxers.get(form, form))], tmp_path)
    assert (tags.title, tags.artist) == (TAGGED["title"], TAGGED["artist"])
    assert (tags.album, tags.genre) == ("Nächte", "Dub")
    assert (tags.number, tags.disc) == (3, 2) or form == "aiff"


async def test_files_come_back_in_their_order_and_odd_ones_cost_only_themselves(
    tmp_path: Path,
) -> None:
    good = make("flac", Sound(seconds=0.5), tags={"title": "Good"})
    junk = bad.noise(tmp_path)
    files = [(good, "flac"), (junk, "mp3"), (tmp_path / "gone", "ogg"), (junk, "mov"),
             (good, "nothing known"), (good, "flac")]  # fmt: skip
    assert await read_tags(files, tmp_path) == [
        Tags(title="Good"), Tags(), Tags(), Tags(), Tags(), Tags(title="Good"),
    ]  # fmt: skip


async def test_no_files_have_no_tags(tmp_path: Path) -> None:
    assert await read_tags([], tmp_path) == []


@pytest.mark.parametrize(
    "maker", [bad.long_tag, bad.nul_tag, bad.latin_tag, bad.rude_tags, bad.many_tags]
)
async def test_odd_tags_become_one_clean_line(maker: bad.Maker, tmp_path: Path) -> None:
    [tags] = await read_tags([(maker(tmp_path), "mp3")], tmp_path)
    for text in (tags.title, tags.artist, tags.album, tags.genre):
        assert len(text) <= 200 and text.isprintable() and len(text.splitlines()) <= 1


async def test_an_embedded_picture_is_copied_out(tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=0.5), to=tmp_path / "x.mp3")
    write(path, [Chapter(0, 0.5, "A")])
    [tags] = await read_tags([(path, "mp3")], tmp_path)
    assert Path(tags.cover).read_bytes() == b"\xff\xd8\xffcover"


def write(path: Path, chapters: list[Chapter], *, artists: tuple[str, ...] = ("A", "Ü 夜")) -> None:
    write_mp3_tags(
        path, title="Späte 🌙", artists=artists, genre="Dub", year=2026,
        cover=b"\xff\xd8\xffcover", chapters=chapters, made_by="Tapedeck 1",
    )  # fmt: skip


# Of every size, so that any order but the right one shows; over ten, so that 10 is not before 2.
CHAPTERS = [
    Chapter(number * 0.1, (number + 1) * 0.1, "x" * (40 - number * 3) + f" {number} 夜")
    for number in range(13)
]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=1.3), to=tmp_path / "x.mp3")
    write(path, CHAPTERS)
    tags = ID3(path)
    assert tags.version == (2, 4, 0)
    assert tags["TIT2"].text == ["Späte 🌙"] and tags["TPE1"].text == ["A", "Ü 夜"]
    assert tags["TPE2"].text == ["Various Artists"] and tags["TLEN"].text == ["1300"]
    assert str(tags["TDRC"].text[0]) == "2026"
    assert tags["APIC:"].data == b"\xff\xd8\xffcover"
    assert tags["CTOC:toc"].child_element_ids == [f"chp{number}" for number in range(13)]
    for number, chapter in enumerate(CHAPTERS):
        frame = tags[f"CHAP:chp{number}"]
        assert frame.sub_frames["TIT2"].text == [chapter.title]
        assert (frame.start_time, frame.end_time) == (number * 100, number * 100 + 100)
    read_mp3_chapters(path, 13)


def test_the_old_tags_are_gone_and_the_sound_is_as_it_was(tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=1), tags={"comment": "old words"}, to=tmp_path / "x.mp3")
    sound = path.read_bytes()[-5000:]
    write(path, CHAPTERS[:2])
    data = path.read_bytes()
    assert data.endswith(sound) and b"old words" not in data


def test_chapters_lie_in_the_order_of_time(tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=1.3), to=tmp_path / "x.mp3")
    write(path, CHAPTERS)
    data = path.read_bytes()
    places = [data.find(chapter.title.encode()) for chapter in CHAPTERS]
    assert places == sorted(places) and places[0] > 0


@pytest.mark.skipif(FFPROBE is None, reason="there is no ffprobe on PATH")
def test_ffprobe_lists_chapters_in_order(tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=1.3), to=tmp_path / "x.mp3")
    write(path, CHAPTERS)
    command = [str(FFPROBE), "-v", "error", "-of", "json", "-show_chapters", f"file:{path}"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    found = [chapter["tags"]["title"] for chapter in json.loads(done.stdout)["chapters"]]
    assert found == [chapter.title for chapter in CHAPTERS]


@pytest.mark.parametrize("ffmpeg", FFMPEGS)
def test_a_long_title_costs_no_chapter(ffmpeg: str, tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=2), to=tmp_path / "x.mp3")
    long = "界" * 200
    write(path, [Chapter(0, 1, "One"), Chapter(1, 2, long)])
    said = subprocess.run(
        [ffmpeg, "-hide_banner", "-i", f"file:{path}"], capture_output=True, timeout=60, check=False
    ).stderr.decode()
    assert said.count("Chapter #") == 2
    second = ID3(path)["CHAP:chp1"].sub_frames["TIT2"].text[0]
    assert second == "界" * 39 + "…" and second in said


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_missing_chapters_are_noticed(expected: int, tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=1), to=tmp_path / "x.mp3")
    write(path, CHAPTERS[:2])
    with pytest.raises(ValueError, match=f"the MP3 has 2 chapters, not {expected}"):
        read_mp3_chapters(path, expected)


def test_one_artist_is_no_compilation_and_none_is_various(tmp_path: Path) -> None:
    path = make("mp3", Sound(seconds=1), to=tmp_path / "x.mp3")
    write(path, [], artists=("A",))
    assert "TPE2" not in ID3(path)
    write(path, [], artists=())
    assert ID3(path)["TPE1"].text == ["Various Artists"]
