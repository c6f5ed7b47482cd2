"""Lengths from the first bytes of files."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.intake import look
from core.lengths import read_length
from core.sniff import HEAD_BYTES, Format, tag_length
from tests import media

_SECONDS = 5.0
_SOUND = media.Sound(wave="music", seconds=_SECONDS)
# Their length stands at their end, or nowhere.
_SILENT = {"adts", "ogg", "opus", "ogg flac", "mp3 no xing", "m4a", "alac", "mp4", "mov"}
_FORMATS = ("wav", "aiff", "flac", "mp3", "mov", "matroska", "asf")


@pytest.mark.parametrize("form", sorted(media.FORMATS.keys() - _SILENT))
async def test_the_beginning_of_a_file_tells_how_long_it_plays(form: str) -> None:
    path = media.make(form, _SOUND)
    found = await look(path)
    whole = path.read_bytes()
    content = whole[tag_length(whole[:16]) :]
    assert found is not None

    seconds = read_length(content[:HEAD_BYTES], found, size=len(content))

    # An MP3 counts in frames of 26 ms, with some at the ends for the encoder.
    assert seconds == pytest.approx(_SECONDS, abs=0.1)


@pytest.mark.parametrize("form", sorted(_SILENT))
async def test_a_file_that_does_not_tell_has_no_length(form: str) -> None:
    path = media.make(form, media.Sound(wave="music", seconds=20.0))
    found = await look(path)
    start = path.read_bytes()[:HEAD_BYTES]
    assert found is not None

    assert read_length(start, found, size=path.stat().st_size) is None


@pytest.mark.parametrize("flags", ["+faststart", "+frag_keyframe+empty_moov+dash+global_sidx"])
def test_an_index_in_front_tells_the_length(flags: str, tmp_path: Path) -> None:
    path, source = tmp_path / "video.mp4", media.make("mp4", _SOUND)
    command = [media.ffmpeg(), "-v", "error", "-i", str(source), "-c", "copy"]
    subprocess.run([*command, "-movflags", flags, str(path)], check=True)
    start = path.read_bytes()[:HEAD_BYTES]

    seconds = read_length(start, Format("MP4", "mov"), size=None)

    assert seconds == pytest.approx(_SECONDS, abs=0.1)


@given(st.sampled_from(_FORMATS), st.binary(max_size=300), st.integers(0, 10**12))
def test_nonsense_has_no_length_or_a_sensible_one(kind: str, start: bytes, size: int) -> None:
    seconds = read_length(start, Format("", kind), size=size)

    assert seconds is None or 0 < seconds < 360_000
