"""The LAME header that players read lengths and seams from."""

import subprocess
from pathlib import Path

from mutagen.mp3 import MP3

from core.lame import HEADER_BYTES, crc16, sign_header
from tests.media import ffmpeg


def test_the_checksum_is_the_published_one() -> None:
    assert crc16(b"123456789") == 0xBB3D


def test_an_mp3_of_ffmpeg_is_signed_and_its_length_becomes_exact(tmp_path: Path) -> None:
    path = tmp_path / "tone.mp3"
    source = ["-f", "lavfi", "-i", "sine=d=2:r=44100", "-ac", "2", "-q:a", "0"]
    subprocess.run([ffmpeg(), "-v", "error", *source, "-id3v2_version", "0", str(path)], check=True)
    content = path.read_bytes()
    path.write_bytes(sign_header(content[:HEADER_BYTES]) + content[HEADER_BYTES:])
    information = MP3(path).info
    assert information is not None
    assert information.encoder_info.startswith("LAME 3.100")
    assert abs(information.length - 2) < 0.001


def test_anything_else_is_left_alone() -> None:
    assert sign_header(b"\xff\xfb" * 100) == b"\xff\xfb" * 100
