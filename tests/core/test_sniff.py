"""Formats: told from real files of every kind, whatever these are called."""

from pathlib import Path

import pytest

from core.errors import UserError
from core.sniff import HEAD_BYTES, declared_size, ends_in_a_page, frame_length, sniff, tag_length
from tests import bad
from tests.media import FORMATS, Sound, make

DEMUXERS = {
    "mp3": "mp3", "aac": "aac", "m4a": "mov", "mp4": "mov", "mov": "mov", "ogg": "ogg",
    "opus": "ogg", "oga": "ogg", "flac": "flac", "wav": "wav", "aiff": "aiff", "wma": "asf",
    "mka": "matroska", "mkv": "matroska", "webm": "matroska",
}  # fmt: skip


def content(form: str, *, rate: int = 44100, channels: int = 2) -> bytes:
    return make(form, Sound(seconds=1, rate=rate, channels=channels)).read_bytes()


def head_of(data: bytes) -> bytes:
    """The head as it is sniffed: without the tags in front."""
    return data[tag_length(data[:HEAD_BYTES]) :][:HEAD_BYTES]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_known_by_its_content(form: str) -> None:
    assert sniff(head_of(content(form))).demuxer == DEMUXERS[FORMATS[form].ending]


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000])
@pytest.mark.parametrize("form", ["mp3", "mp3 no xing", "adts"])
def test_bare_streams_are_known_at_every_rate_and_mono(form: str, rate: int) -> None:
    data = content(form, rate=rate, channels=1)
    assert sniff(head_of(data)).demuxer == DEMUXERS[FORMATS[form].ending]


@pytest.mark.parametrize("before", [b"\0" * 700, b"some rubbish before it \xff\xff\xfa"])
def test_an_mp3_after_rubbish_is_found(before: bytes) -> None:
    assert sniff((before + head_of(content("mp3")))[:HEAD_BYTES]).demuxer == "mp3"


def test_a_tag_is_as_long_as_it_says() -> None:
    data = content("mp3")
    assert data[:3] == b"ID3" and data[tag_length(data)] == 0xFF
    assert tag_length(b"ID3\x04\0\0\0\0\x02\x01" + b"x") == 10 + 257
    assert tag_length(b"ID3\x04\0\x10\0\0\0\x05" + b"x") == 25  # with a footer
    assert tag_length(b"ID3\x04\0\0\x80\0\0\x05") == tag_length(b"ID3") == tag_length(b"") == 0


@pytest.mark.parametrize("name", ["empty", "text", "page", "archive", "zeros", "picture", "noise"])
def test_what_is_no_sound_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    maker = getattr(bad, name)
    with pytest.raises(UserError, match=r"^(is|holds) .+\.$"):
        sniff(maker(tmp_path).read_bytes()[:HEAD_BYTES])


@pytest.mark.parametrize("kind", bad.PLAYLISTS)
def test_playlists_are_refused(kind: str, tmp_path: Path) -> None:
    data = bad.playlist(tmp_path, kind, "http://127.0.0.1:9/x").read_bytes()
    with pytest.raises(UserError, match=r"^is a (playlist|text)"):
        sniff(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty. Send it again."),
        (bytes(500), "holds nothing but zeros: its download broke. Send it again."),
        (b"PK\x03\x04" + b"x" * 99, "is a ZIP archive. Unpack it and send the tracks themselves."),
        (b"\xef\xbb\xbf #EXTM3U\nx", "is a playlist or a text that names other files. "
                                     "Send the tracks themselves."),
        ("Größe".encode() * 500, "is a text, not a sound file."),
        (("a" * 4095 + "é").encode(), "is a text, not a sound file."),
        (b"MThd\0\0\0\x06", "is a MIDI file, which holds notes and no sound. "
                            "Send an MP3 or WAV of it."),
        (b"\0\0\0\x18ftypheic\0\0", "is a picture, not a sound file. Send it as the cover."),
        (b"\xff\xd8\xff\xe0" + bytes(range(90)),
         "is a picture, not a sound file. Send it as the cover."),
        (b"RIFF\0\0\0\0WEBPVP8 ", "is not a sound file that I know. "
         "Send MP3, M4A, OGG, Opus, FLAC, WAV, AIFF, WMA, MP4, MOV, WebM or MKV."),
    ],
)  # fmt: skip
def test_refusals_say_what_it_is(data: bytes, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        sniff(data)
    assert str(caught.value) == sentence


def test_a_zip_of_an_mp3_is_no_mp3(tmp_path: Path) -> None:
    data = bad.archive(tmp_path).read_bytes()
    assert b"\xff\xfb" in data
    with pytest.raises(UserError, match="ZIP"):
        sniff(data[:HEAD_BYTES])


@pytest.mark.parametrize(
    ("header", "length"),
    [
        ("fffb9000", 417),  # MPEG 1, 128 kbit/s, 44.1 kHz
        ("fffb9200", 418),  # the same, padded
        ("fffbe400", 960),  # 320 kbit/s, 48 kHz
        ("fff38000", 208),  # MPEG 2, 64 kbit/s, 22.05 kHz
        ("ffe34000", 208),  # MPEG 2.5, 32 kbit/s, 11.025 kHz
        ("fffb0000", 0),  # free format
        ("fffbf000", 0),
        ("fffb9c00", 0),  # a reserved rate
        ("fffd9000", 0),  # layer II
        ("ffeb9000", 0),  # a reserved version
        ("fefb9000", 0),
        ("fffb90", 0),
    ],
)
def test_the_length_of_an_mp3_frame(header: str, length: int) -> None:
    assert frame_length(bytes.fromhex(header), 0) == length


def test_two_whole_frames_are_an_mp3_and_one_is_not() -> None:
    frame = bytes.fromhex("fffb9000") + bytes(413)
    assert sniff(frame * 2).demuxer == "mp3"
    with pytest.raises(UserError):
        sniff(frame)


@pytest.mark.parametrize("form", ["wav", "wav 24", "wav float", "aiff", "wma"])
def test_a_file_that_says_its_size_says_it_right(form: str) -> None:
    data = content(form)
    assert declared_size(data[:HEAD_BYTES]) == pytest.approx(len(data), abs=16)


@pytest.mark.parametrize("form", ["mp3", "flac", "ogg", "m4a", "mkv"])
def test_other_files_say_no_size(form: str) -> None:
    assert declared_size(content(form)[:HEAD_BYTES]) is None


@pytest.mark.parametrize("size", ["00000000", "ffffffff", "0100ffff"])
def test_a_wav_from_a_pipe_knows_no_size(size: str) -> None:
    assert declared_size(b"RIFF" + bytes.fromhex(size) + b"WAVE") is None


@pytest.mark.parametrize("form", ["ogg", "opus", "ogg flac"])
def test_an_ogg_file_ends_in_a_whole_page(form: str) -> None:
    data = content(form)
    assert ends_in_a_page(data)
    assert not ends_in_a_page(data[:-1])
    assert not ends_in_a_page(data[: len(data) // 2])
    assert not ends_in_a_page(data[: data.rfind(b"OggS") + 20])
    assert not ends_in_a_page(b"") and not ends_in_a_page(bytes(1000))
