"""Real audio and video files for tests, made by ffmpeg on first use and kept for the session."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from adapters.ffmpeg.find import find_ffmpeg

Wave = Literal["tone", "noise", "music", "silence", "clicks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What a file sounds like.

    `seconds` is all of it, `lead` and `tail` of these are silence at the ends. `peak` in dBFS.
    `channels` is 1, 2, 3, 4, 5, 6 (5.1) or 8 (7.1); all carry the same, the later ones softer.
    """

    wave: Wave = "tone"
    seconds: float = 2.0
    rate: int = 44100
    channels: int = 2
    hertz: float = 440.0
    peak: float = -6.0
    lead: float = 0.0
    tail: float = 0.0
    seed: int = 0


TONE = Sound()
MUSIC = Sound(wave="music", seconds=8.0)
SILENCE = Sound(wave="silence")


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is made: its ending, the encoder's words, what it can carry at most."""

    ending: str
    words: tuple[str, ...]
    channels: int = 8
    video: tuple[str, ...] = ()


_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "200k")
_OPUS_LAYOUTS = "aformat=channel_layouts=mono|stereo|3.0|quad|5.0|5.1|7.1"
_WMA_RATES = "aformat=sample_rates=8000|11025|16000|22050|32000|44100|48000"
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "mp3": Format("mp3", ("-c:a", "libmp3lame", "-q:a", "2"), 2),
        "mp3 cbr": Format("mp3", ("-c:a", "libmp3lame", "-b:a", "128k"), 2),
        "mp3 no xing": Format(
            "mp3", ("-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0", "-id3v2_version", "0"), 2
        ),
        "m4a": Format("m4a", ("-c:a", "aac", "-b:a", "128k", "-f", "ipod")),
        "alac": Format("m4a", ("-c:a", "alac", "-f", "ipod"), 8),
        "adts": Format("aac", ("-c:a", "aac", "-b:a", "128k", "-f", "adts")),
        "ogg": Format("ogg", ("-c:a", "libvorbis", "-q:a", "4")),
        "opus": Format("opus", ("-c:a", "libopus", "-b:a", "96k", "-af", _OPUS_LAYOUTS)),
        "flac": Format("flac", ("-c:a", "flac")),
        "ogg flac": Format("oga", ("-c:a", "flac", "-f", "ogg")),
        "wav": Format("wav", ("-c:a", "pcm_s16le")),
        "wav 8": Format("wav", ("-c:a", "pcm_u8")),
        "wav 24": Format("wav", ("-c:a", "pcm_s24le")),
        "wav 32": Format("wav", ("-c:a", "pcm_s32le")),
        "wav float": Format("wav", ("-c:a", "pcm_f32le")),
        "aiff": Format("aiff", ("-c:a", "pcm_s16be", "-write_id3v2", "1")),
        "wma": Format("wma", ("-c:a", "wmav2", "-b:a", "128k", "-af", _WMA_RATES), 2),
        "mka": Format("mka", ("-c:a", "flac", "-f", "matroska")),
        "mp4": Format("mp4", ("-c:a", "aac"), 8, _H264),
        "mov": Format("mov", ("-c:a", "alac"), 8, _H264),
        "webm": Format("webm", ("-c:a", "libopus", "-b:a", "96k"), 2, _VP8),
        "mkv": Format("mkv", ("-c:a", "flac"), 8, _H264),
    }
)
AUDIO_FORMATS = tuple(name for name, form in FORMATS.items() if not form.video)
VIDEO_FORMATS = tuple(name for name, form in FORMATS.items() if form.video)


@lru_cache(maxsize=1)
def _session() -> tempfile.TemporaryDirectory[str]:
    """Lives as long as the process: removed when Python ends."""
    return tempfile.TemporaryDirectory(prefix="tapedeck-media-")


def session_folder() -> Path:
    """Where the session's files are kept. Do not change files in it: ask for a copy."""
    return Path(_session().name)


@lru_cache(maxsize=1)
def ffmpeg() -> str:
    """The ffmpeg that tests use."""
    return find_ffmpeg()


def make(
    form: str = "mp3",
    sound: Sound = TONE,
    *,
    tags: Mapping[str, str] = MappingProxyType({}),
    to: Path | None = None,
) -> Path:
    """A file of that format; made once a session. With `to`, a copy under that name or folder."""
    key = repr((form, sound, sorted(tags.items())))
    name = hashlib.sha256(key.encode()).hexdigest()[:20]
    path = session_folder() / f"{name}.{FORMATS[form].ending}"
    if not path.exists():
        _encode(path, FORMATS[form], sound, tags)
    return path if to is None else _copy(path, to)


def album(
    form: str = "flac", *, tracks: int = 3, seconds: float = 3.0, name: str = "Live"
) -> list[Path]:
    """Gapless neighbours: one sound, cut exactly, with the album's tags and track numbers."""
    sound = Sound(wave="music", seconds=seconds * tracks)
    whole = play(sound)
    frames = len(whole) // tracks
    paths = []
    for index in range(tracks):
        tags = {"album": name, "artist": "Band", "title": f"Part {index + 1}"}
        tags |= {"track": f"{index + 1}/{tracks}", "album_artist": "Band"}
        key = hashlib.sha256(repr((form, sound, index, name)).encode()).hexdigest()[:20]
        path = session_folder() / f"{key}.{FORMATS[form].ending}"
        if not path.exists():
            part = whole[index * frames : (index + 1) * frames]
            _encode(path, FORMATS[form], sound, tags, pcm=part)
        paths.append(path)
    return paths


def play(sound: Sound) -> NDArray[np.float32]:
    """The sound itself: float32, shape (frames, channels)."""
    frames = round(sound.seconds * sound.rate)
    lead, tail = round(sound.lead * sound.rate), round(sound.tail * sound.rate)
    seconds = np.arange(max(0, frames - lead - tail)) / sound.rate
    mono = _WAVES[sound.wave](seconds, sound)
    if sound.wave != "silence":
        mono = mono * (10 ** (sound.peak / 20) / max(1e-9, float(np.abs(mono).max(initial=0))))
    levels = [1.0, 1.0, 0.6, 0.3, 0.5, 0.5, 0.4, 0.4][: sound.channels]
    whole = np.zeros((frames, sound.channels), np.float32)
    whole[lead : lead + len(mono)] = mono[:, None] * np.array(levels)
    return whole


def _tone(seconds: NDArray[np.float64], sound: Sound) -> NDArray[np.float64]:
    return np.asarray(np.sin(2 * np.pi * sound.hertz * seconds))


def _noise(seconds: NDArray[np.float64], sound: Sound) -> NDArray[np.float64]:
    return np.random.default_rng(sound.seed).uniform(-1, 1, len(seconds))


def _music(seconds: NDArray[np.float64], sound: Sound) -> NDArray[np.float64]:
    """Chords that change every second over a beat at 120 a minute, and a little noise."""
    chance = np.random.default_rng(sound.seed)
    bar = seconds.astype(int)
    root = chance.choice([0, 3, 5, 7, 8, 10], bar[-1] + 1 if len(bar) else 1)[bar]
    hertz = sound.hertz / 2 * 2 ** (root / 12)
    turn = np.cumsum(hertz) * (2 * np.pi / sound.rate)
    chord = (
        np.sin(turn) + 0.6 * np.sin(turn * 1.5) + 0.4 * np.sin(turn * 2) + 0.2 * np.sin(turn * 3)
    )
    beat = np.exp(-(seconds % 0.5) * 9)
    drum = np.sin(2 * np.pi * 60 * (seconds % 0.5)) * beat * 2
    return np.asarray(chord * (0.5 + 0.5 * beat) + drum + chance.normal(0, 0.08, len(seconds)))


def _silence(seconds: NDArray[np.float64], sound: Sound) -> NDArray[np.float64]:
    return np.zeros(len(seconds))


def _clicks(seconds: NDArray[np.float64], sound: Sound) -> NDArray[np.float64]:
    """One click at the start of each half second: shows where things are to the sample."""
    clicks = np.zeros(len(seconds))
    clicks[:: max(1, sound.rate // 2)] = 1.0
    return clicks


_WAVES = {
    "tone": _tone,
    "noise": _noise,
    "music": _music,
    "silence": _silence,
    "clicks": _clicks,
}


def _encode(
    path: Path,
    form: Format,
    sound: Sound,
    tags: Mapping[str, str],
    *,
    pcm: NDArray[np.float32] | None = None,
) -> None:
    if sound.channels > form.channels:
        sound = replace(sound, channels=form.channels)
    pcm = play(sound) if pcm is None else pcm
    command = [ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    command += ["-f", "f32le", "-ar", str(sound.rate), "-ac", str(pcm.shape[1]), "-i", "pipe:0"]
    if form.video:
        length = len(pcm) / sound.rate
        command += ["-f", "lavfi", "-i", f"testsrc=size=160x90:rate=10:duration={length:.3f}"]
        command += [*form.video, "-map", "0:a", "-map", "1:v"]
    for name, value in tags.items():
        command += ["-metadata", f"{name}={value}"]
    part = path.with_name(f"part-{path.name}")
    command += [*form.words, f"file:{part}"]
    subprocess.run(command, input=pcm.astype("<f4").tobytes(), check=True, timeout=60)
    part.replace(path)


def _copy(path: Path, to: Path) -> Path:
    target = to / path.name if to.is_dir() else to
    shutil.copyfile(path, target)
    return target
