"""Taking files in: copied, hashed and named by us, or refused in a sentence."""

import hashlib
import os
from pathlib import Path

import pytest

from adapters.intake import look, take_picture, take_track
from core.errors import UserError
from tests import bad
from tests.media import FORMATS, Sound, make


@pytest.mark.parametrize("form", FORMATS)
async def test_a_track_is_copied_hashed_and_known(form: str, tmp_path: Path) -> None:
    source = make(form, Sound(seconds=1))
    taken = await take_track(source, tmp_path / "track-0")
    assert taken.path == tmp_path / "track-0" and taken.format is not None
    assert taken.path.read_bytes() == source.read_bytes()
    assert taken.digest == hashlib.sha256(source.read_bytes()).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["track-0"]


@pytest.mark.parametrize("name", ["folder", "gone", "pipe", "device", "long", "inside a file"])
async def test_what_is_no_file_is_told_and_never_waited_for(name: str, tmp_path: Path) -> None:
    odd = {"device": Path("/dev/zero"), "long": tmp_path / ("x" * 300),
           "inside a file": Path(__file__) / "x"}.get(name, tmp_path / "odd")  # fmt: skip
    if name == "folder":
        odd.mkdir()
    elif name == "pipe":
        os.mkfifo(odd)
    with pytest.raises(UserError, match=r"^(is|has|may|cannot) .+\.$"):
        await take_track(odd, tmp_path / "track")
    assert not (tmp_path / "track").exists()


@pytest.mark.parametrize("form", ["wav", "aiff", "wma", "ogg", "opus"])
async def test_half_a_file_is_told_before_anything_is_decoded(form: str, tmp_path: Path) -> None:
    path = bad.truncated(tmp_path, form)
    with pytest.raises(UserError, match="is cut off"):
        await take_track(path, tmp_path / "track")


async def test_encrypted_and_empty_tracks_are_told(tmp_path: Path) -> None:
    for maker, words in ((bad.enca, "encrypted"), (bad.empty, "empty"), (bad.tag_only, "no sound")):
        with pytest.raises(UserError, match=words):
            await take_track(maker(tmp_path), tmp_path / "track")


async def test_tags_before_tags_are_skipped(tmp_path: Path) -> None:
    data = make("mp3").read_bytes()
    tag = b"ID3\x04\0\0\0\0\x02\0" + b"\0" * 256
    path = bad.write(tmp_path, "x.flac", tag * 3 + data)
    taken = await take_track(path, tmp_path / "track")
    assert taken.format is not None and taken.format.demuxer == "mp3"


async def test_a_picture_is_taken_whatever_it_is(tmp_path: Path) -> None:
    taken = await take_picture(bad.text(tmp_path), tmp_path / "cover")
    assert taken.format is None and taken.path.exists()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff\xe0" + bytes(9), None),
        (b"fLaC" + bytes(9), "FLAC"),
    ],
)
async def test_looking_tells_pictures_from_sounds(
    tmp_path: Path, content: bytes, found: str | None
) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    seen = await look(tmp_path / "a.txt")
    assert (seen.name if seen else None) == found


async def test_looking_refuses_what_taking_would(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"just words")
    with pytest.raises(UserError, match="is a text, not a sound file"):
        await look(tmp_path / "a.mp3")
    with pytest.raises(UserError, match="is not there"):
        await look(tmp_path / "b.mp3")
