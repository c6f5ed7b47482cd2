"""Putting LAME's name into an MP3 that ffmpeg wrote."""

from pathlib import Path

from core.lame import HEADER_BYTES, sign_header


def sign_mp3(mp3: Path) -> None:
    """Change the header in its place; nothing else of the file is touched."""
    with mp3.open("r+b") as file:
        signed = sign_header(file.read(HEADER_BYTES))
        file.seek(0)
        file.write(signed)
