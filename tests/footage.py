"""Videos and sounds that say where in their source they are, in the containers that people have."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.doubles.tube.timecode import COLUMNS, PICTURES, RATE, ROWS, beeps, draw
from tests.media import ffmpeg, session_folder

_SOUNDS = {
    "mp4": ("-c:a", "aac", "-b:a", "128k"),
    "mkv": ("-c:a", "libopus", "-b:a", "96k"),
    "webm": ("-c:a", "libopus", "-b:a", "96k"),
    "m4a": ("-c:a", "aac", "-b:a", "128k"),
    "mp3": ("-c:a", "libmp3lame", "-q:a", "4"),
    "ogg": ("-c:a", "libvorbis", "-q:a", "4"),
    "flac": ("-c:a", "flac"),
    "wav": ("-c:a", "pcm_s16le"),
    "aac": ("-c:a", "aac", "-b:a", "128k"),
}
_PICTURES = {
    # Key frames are ten seconds apart, and frames between them look ahead.
    "mp4": ("-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-bf", "3"),
    "mkv": ("-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-bf", "3"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k"),
}


def film(
    ending: str = "mp4",
    *,
    seconds: float = 24.0,
    size: tuple[int, int] = (480, 270),
    sound: bool = True,
    words: Sequence[str] = (),
    name: str = "",
) -> Path:
    """A video with a timecode: a beep at each second, each picture's number in cells.

    `words` are more of ffmpeg's, for what is to be odd about it; then it needs a `name`.
    """
    width, height = size
    stem = f"film-{seconds}-{width}x{height}-{'s' if sound else 'm'}{name}"
    path = session_folder() / f"{stem}.{ending}"
    if path.exists():
        return path
    pictures = path.with_suffix(".grey")
    pictures.write_bytes(draw(seconds))
    command = [
        ffmpeg(), "-v", "error", "-nostdin", "-y",
        "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{COLUMNS}x{ROWS}", "-r", str(PICTURES),
        "-i", str(pictures),
    ]  # fmt: skip
    if sound:
        command += ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
        command += [*_SOUNDS[ending]]
    command += ["-vf", f"scale={width}:{height}:flags=neighbor,format=yuv420p"]
    command += [*_PICTURES[ending], "-g", str(PICTURES * 10), *words, f"file:{path}"]
    given = beeps(seconds).astype("<f4").tobytes() if sound else b""
    subprocess.run(command, input=given, check=True, timeout=120)
    pictures.unlink()
    return path


def song(ending: str, *, seconds: float = 24.0, first: int = 0) -> Path:
    """A sound with a beep at each second, from `first` on."""
    path = session_folder() / f"song-{seconds}-{first}.{ending}"
    if not path.exists():
        command = [ffmpeg(), "-v", "error", "-nostdin", "-y", "-f", "f32le", "-ar", str(RATE)]
        command += ["-ac", "1", "-i", "pipe:0", *_SOUNDS[ending], f"file:{path}"]
        given = beeps(seconds, first=first).astype("<f4").tobytes()
        subprocess.run(command, input=given, check=True, timeout=120)
    return path
