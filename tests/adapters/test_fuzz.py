"""Damaged and greedy files through everything that reads strangers' tracks, with real children."""

import asyncio
import json
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mutagen.flac import FLAC, Picture

from adapters.ffmpeg.analyse import analyse
from adapters.ffmpeg.probe import probe
from adapters.intake import take_track
from adapters.tags import read_tags
from core.errors import UserError
from tests import bad
from tests.media import MUSIC, Sound, ffmpeg, make

FORMATS = (
    "mp3", "mp3 no xing", "m4a", "alac", "adts", "ogg", "opus", "flac", "wav", "aiff", "wma",
    "mp4", "webm",
)  # fmt: skip
CASES = 24
MOST_MEGABYTES = 400


async def run_apart(*arguments: str, seconds: float) -> dict[str, Any]:
    """What the fuzzer found, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.adapters.fuzz", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            out, words = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, words.decode()
    return dict(json.loads(out))


async def test_no_damage_gives_more_than_a_sentence() -> None:
    report = await run_apart("0", str(CASES), *FORMATS, seconds=170)
    assert report["cases"] == CASES * len(FORMATS) >= 300
    assert report["bugs"] == []
    assert report["good"] > 100
    assert len(report["refused"]) >= 5
    assert report["slowest"][0] < 30, report["slowest"]
    assert report["megabytes"] <= MOST_MEGABYTES


# Files that are small and would like much.


def wav(*, rate: int = 44100, channels: int = 2, bits: int = 16, size: int = 20_000) -> bytes:
    """A WAV whose header says what it likes."""
    block = channels * bits // 8 & 0xFFFF
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * block & 0xFFFFFFFF, block, bits)
    sound = make("wav", MUSIC).read_bytes()[1000 : 1000 + size]
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(sound)) + sound
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def absurd_table(kind: bytes, count: int) -> bytes:
    """An M4A one of whose sample tables says it has that many entries."""
    content = bytearray(make("m4a", MUSIC).read_bytes())
    at = content.index(kind) + 8
    if kind == b"stsz":
        content[at : at + 4] = struct.pack(">I", 1)  # all of one size: no table follows
        at += 4
    content[at : at + 4] = struct.pack(">I", count)
    return bytes(content)


def nested_boxes(depth: int) -> bytes:
    """Boxes in boxes in boxes."""
    content = b""
    for _ in range(depth):
        content = struct.pack(">I4s", len(content) + 8, b"udta") + content
    moov = struct.pack(">I4s", len(content) + 8, b"moov") + content
    return make("m4a", MUSIC).read_bytes()[:32] + moov


def stretched(kind: bytes) -> bytes:
    """An M4A each of whose packets lasts a day."""
    content = bytearray(make("m4a", MUSIC).read_bytes())
    at = content.index(kind) + 8
    content[at + 8 : at + 12] = struct.pack(">I", 0x7FFFFFFF)
    return bytes(content)


GREEDY: dict[str, Callable[[], bytes]] = {
    "one hertz": lambda: wav(rate=1),
    "four billion hertz": lambda: wav(rate=0xFFFFFFFF),
    "65535 channels": lambda: wav(channels=65535),
    "255 channels": lambda: wav(channels=255, bits=8),
    "65528 bits": lambda: wav(bits=65528),
    "no channels": lambda: wav(channels=0),
    "a billion sizes": lambda: absurd_table(b"stsz", 1_000_000_000),
    "a billion times": lambda: absurd_table(b"stts", 1_000_000_000),
    "a billion chunks": lambda: absurd_table(b"stsc", 0x7FFFFFFF),
    "a billion places": lambda: absurd_table(b"stco", 0x3FFFFFFF),
    "long packets": lambda: stretched(b"stts"),
    "nested boxes": lambda: nested_boxes(20_000),
    "ten thousand id3 tags": lambda: b"ID3\x04\0\0\0\0\0\0" * 10_000 + make("mp3").read_bytes(),
    "an ogg page of nothing": lambda: b"OggS\0\2" + bytes(20) + b"\xff" + b"\xff" * 255,
    "a flac of 2^36 samples": lambda: lying_flac(),
    "matroska without end": lambda: b"\x1a\x45\xdf\xa3" + b"\x01\xff\xff\xff\xff\xff\xff\xff" * 900,
}


def lying_flac() -> bytes:
    content = bytearray(make("flac", MUSIC).read_bytes())
    content[21] |= 0x0F
    content[22:26] = b"\xff\xff\xff\xff"
    return bytes(content)


async def consume(path: Path, *, most_seconds: float = 4 * 3600) -> str:
    """The sentence about a file, or nothing when it is good."""
    try:
        taken = await take_track(path, path.with_suffix(".taken"))
        assert taken.format is not None
        found = await probe(ffmpeg(), taken.path, taken.format.demuxer)
        await analyse(
            ffmpeg(),
            taken.path,
            found,
            demuxer=taken.format.demuxer,
            most_seconds=most_seconds,
            on_seconds=lambda _: None,
        )
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", GREEDY)
async def test_a_greedy_file_gets_little(name: str, tmp_path: Path) -> None:
    path = bad.write(tmp_path, "greedy.mp3", GREEDY[name]())
    began = time.monotonic()
    words = await consume(path)
    assert time.monotonic() - began < 20
    assert words == "" or words.endswith(".")


async def test_ten_hours_of_silence_are_refused_at_once(tmp_path: Path) -> None:
    path = bad.ten_hours(tmp_path)
    began = time.monotonic()
    assert await consume(path) == "is longer than 240 minutes, the most for one track."
    assert time.monotonic() - began < 3
    # Its header may be silent about it.
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    path.write_bytes(content)
    words = await consume(path, most_seconds=600)
    assert words == "is longer than 10 minutes, the most for one track."


async def test_huge_tags_and_pictures_cost_only_themselves(tmp_path: Path) -> None:
    good = make("flac", Sound(), tags={"title": "Good"}, to=tmp_path / "good.flac")
    greedy = make("flac", Sound(), tags={"title": "Greedy"}, to=tmp_path / "greedy.flac")
    tags, picture = FLAC(greedy), Picture()
    picture.data = b"\xff\xd8\xff\xe0" + bytes(16_000_000)
    tags.add_picture(picture)
    tags.save()
    files = [
        (bad.long_tag(tmp_path), "mp3"), (bad.many_tags(tmp_path), "mp3"), (greedy, "flac"),
        (bad.huge_picture(tmp_path), "mp3"), (bad.long_atom(tmp_path), "mov"),
        (bad.write(tmp_path, "nested", nested_boxes(5000)), "mov"), (good, "flac"),
    ]  # fmt: skip
    found = await read_tags(files, tmp_path)
    assert len(found) == len(files)
    assert (found[2].title, found[-1].title) == ("Greedy", "Good")
    assert all(len(each.title) <= 200 for each in found)
