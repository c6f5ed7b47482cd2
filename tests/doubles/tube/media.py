"""The site's media, as YouTube has it: each of sound and picture alone, in fragments."""

import hashlib
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from tests.doubles.tube.timecode import COLUMNS, PICTURES, RATE, ROWS, beeps, draw
from tests.media import ffmpeg, session_folder

LOOP_SECONDS = 60
"""Pictures of longer videos start again after so long: encoding an hour takes minutes."""
_FRAGMENT_SECONDS = 5
_NOISE = 0.004
_MP4_ITAGS = {144: 160, 240: 133, 360: 134, 480: 135, 720: 136, 1080: 137}
_WEBM_ITAGS = {1440: 271, 2160: 313}
_QUALITIES = {144: "tiny", 240: "small", 360: "medium", 480: "large", 720: "hd720"}
_QUALITIES |= {1080: "hd1080", 1440: "hd1440", 2160: "hd2160"}
_MP4 = (
    "-frag_duration", f"{_FRAGMENT_SECONDS}000000",
    "-movflags", "+delay_moov+default_base_moof+dash+global_sidx",
)  # fmt: skip
_WEBM = ("-cues_to_front", "1", "-cluster_time_limit", f"{_FRAGMENT_SECONDS}000")
_PCM = ("-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0")
_GREY = (
    "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{COLUMNS}x{ROWS}", "-r", str(PICTURES),
    "-i", "pipe:0",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One format of a video as its page tells it. `height` 0 is sound alone."""

    itag: int
    path: Path
    mime: str
    quality: str
    height: int = 0
    sound: bool = False

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def width(self) -> int:
        return self.height * 16 // 9


@lru_cache(maxsize=64)
def make_streams(
    seconds: float, heights: Sequence[int], *, seed: int, opus: bool, bits: int | None
) -> tuple[Stream, ...]:
    """All formats of a video of that length; made once a session."""
    made = [_make_aac(seconds, seed)]
    if opus:
        made.append(_make_opus(seconds, seed))
    made += [_make_picture(height, seconds, bits) for height in heights]
    if 360 in heights:
        made.append(_join(made[0], next(one for one in made if one.height == 360)))
    return tuple(made)


def make_song(seconds: float, seed: int) -> Path:
    """The same sound as an MP3, as sites for music have it."""
    path = _name(f"song-{seconds}-{seed}", "mp3")
    words = (*_PCM, "-c:a", "libmp3lame", "-b:a", "128k")
    return _encode(path, words, _play(seconds, seed))


def make_cover(seed: int) -> Path:
    """A thumbnail, 1280 by 720."""
    path = _name(f"cover-{seed}", "jpg")
    if not path.exists():
        squares = np.random.default_rng(seed).integers(0, 255, (9, 16, 3), np.uint8)
        picture = Image.fromarray(squares).resize((1280, 720), Image.Resampling.NEAREST)
        picture.save(path, quality=80)
    return path


def _make_aac(seconds: float, seed: int) -> Stream:
    path = _name(f"aac-{seconds}-{seed}", "m4a")
    codec = ("-c:a", "aac", "-aac_coder", "fast", "-b:a", "128k")
    # The first packet is the encoder's run-up. Fragments cannot say so, and all would be 23 ms late
    # in them. Without it the beep at 0 is damaged, and not heard.
    first = ("-bsf:a", "noise=drop=lt(n\\,1)")
    _encode(path, (*_PCM, *codec, *first, *_MP4), _play(seconds, seed))
    mime = 'audio/mp4; codecs="mp4a.40.2"'
    return Stream(itag=140, path=path, mime=mime, quality="tiny", sound=True)


def _make_opus(seconds: float, seed: int) -> Stream:
    path = _name(f"opus-{seconds}-{seed}", "webm")
    _encode(path, (*_PCM, "-c:a", "libopus", "-b:a", "96k", *_WEBM), _play(seconds, seed))
    mime = 'audio/webm; codecs="opus"'
    return Stream(itag=251, path=path, mime=mime, quality="tiny", sound=True)


def _make_picture(height: int, seconds: float, bits: int | None) -> Stream:
    webm = height in _WEBM_ITAGS
    path = _name(f"picture-{height}-{seconds}-{bits}", "webm" if webm else "mp4")
    container = _WEBM if webm else _MP4
    if seconds <= LOOP_SECONDS:
        words = (*_GREY, *_draw_at(height, bits, webm=webm), *container)
        _encode(path, words, [draw(seconds)])
    else:
        loop = _make_picture(height, LOOP_SECONDS, bits).path
        again = ("-stream_loop", "-1", "-i", str(loop), "-t", str(seconds), "-c", "copy")
        _encode(path, (*again, *container), [])
    return Stream(
        itag=_WEBM_ITAGS[height] if webm else _MP4_ITAGS[height],
        path=path,
        mime='video/webm; codecs="vp9"' if webm else 'video/mp4; codecs="avc1.640028"',
        quality=_QUALITIES[height],
        height=height,
    )


def _draw_at(height: int, bits: int | None, *, webm: bool) -> tuple[str, ...]:
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "30"]
    if bits is not None:
        # Such pictures are easily told; the rest is filled up.
        pace = f"vbv-maxrate={bits // 1000}:vbv-bufsize={bits // 500}"
        codec = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", str(bits)]
        codec += ["-x264-params", f"nal-hrd=cbr:{pace}"]
    if webm:
        codec = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M"]
    size = f"scale={height * 16 // 9}:{height}:flags=neighbor,format=yuv420p"
    return ("-vf", size, *codec, "-g", str(PICTURES * _FRAGMENT_SECONDS))


def _join(sound: Stream, picture: Stream) -> Stream:
    path = _name(f"both-{sound.path.stem}-{picture.path.stem}", "mp4")
    inputs = ("-i", str(sound.path), "-i", str(picture.path))
    _encode(path, (*inputs, "-c", "copy", "-movflags", "+faststart"), [])
    mime = 'video/mp4; codecs="avc1.42001E, mp4a.40.2"'
    return Stream(itag=18, path=path, mime=mime, quality="medium", height=360, sound=True)


def _play(seconds: float, seed: int) -> Iterator[bytes]:
    """The sound, a minute at a time."""
    noise = np.random.default_rng(seed).normal(0, _NOISE, RATE).astype(np.float32)
    for first in range(0, int(np.ceil(seconds)), 60):
        sound = beeps(min(60.0, seconds - first), first=first)
        # So that two seeds are two contents, and no encoder has it too easy.
        sound += np.resize(noise, len(sound))
        yield sound.astype("<f4").tobytes()


def _encode(path: Path, words: Sequence[str], fed: Iterable[bytes]) -> Path:
    """Have ffmpeg make `path` of what it is fed, unless it was made before."""
    if path.exists():
        return path
    part = path.with_name(f"part-{path.name}")
    command = [ffmpeg(), "-v", "error", "-y", *words, str(part)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for piece in fed:
            process.stdin.write(piece)
        process.stdin.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return part.replace(path)


def _name(key: str, ending: str) -> Path:
    digest = hashlib.sha256(key.encode()).hexdigest()[:20]
    return session_folder() / f"tube-{digest}.{ending}"
