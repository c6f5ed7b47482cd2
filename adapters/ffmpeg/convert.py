"""Turning what was fetched into the file that was asked for: copied where the container allows it,
encoded once where it does not."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from adapters.ffmpeg.check import BadResultError
from adapters.ffmpeg.inspect import play
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import read_headers
from adapters.ffmpeg.words import explain, explain_failure
from adapters.ffmpeg.wrap import write_metadata
from adapters.process import MEGABYTE, Limits, ProgramError, ProgramTimeoutError, child
from core.cards import Card
from core.errors import UserError
from core.links import Span

_SOUND = re.compile(r"Stream #0:\d+.*?: Audio: (\w+)")
_PICTURE = re.compile(r"Stream #0:\d+.*?: Video: (\w+)(?!.*attached pic)")
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_MP3_V0 = ("-c:a", "libmp3lame", "-q:a", "0")
_OPUS = ("-c:a", "libopus", "-b:a", "160k")
_AAC = ("-c:a", "aac", "-b:a", "192k")
_COPY = ("-c:a", "copy")
_SLACK = 0.6
"""Seconds that a length may be off: what is copied is cut between packets, not samples."""
_FILM_SLACK = 12.0
"""A film that is copied may begin with pictures that players hide, up to a key picture."""


class Form(Enum):
    """What to make: a film, the sound as it is, or in one of three codings."""

    FILM = "film"
    SOUND = "sound"
    MP3 = "mp3"
    OPUS = "opus"
    M4A = "m4a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file with the names of its codings, empty for what it has not; seconds if it says."""

    path: Path
    demuxer: str
    sound: str
    picture: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a file is made: its ending, ffmpeg's muxer and demuxer for it, the words for each
    stream. `covered` says that ffmpeg puts the cover in."""

    ending: str
    muxer: str
    demuxer: str
    sound: tuple[str, ...]
    picture: tuple[str, ...] = ("-vn",)
    covered: bool = False


_M4A = _Recipe(".m4a", "ipod", "mov", _COPY, covered=True)
_AS_IT_IS: Mapping[str, _Recipe] = MappingProxyType(
    {
        "aac": _M4A,
        "alac": _M4A,
        "mp3": _Recipe(".mp3", "mp3", "mp3", _COPY),
        "opus": _Recipe(".ogg", "ogg", "ogg", _COPY),
        "vorbis": _Recipe(".ogg", "ogg", "ogg", _COPY),
        "flac": _Recipe(".flac", "flac", "flac", _COPY, covered=True),
    }
)
_ENCODED: Mapping[Form, tuple[str, _Recipe]] = MappingProxyType(
    {
        Form.MP3: ("mp3", _Recipe(".mp3", "mp3", "mp3", _MP3_V0)),
        Form.OPUS: ("opus", _Recipe(".ogg", "ogg", "ogg", _OPUS)),
        Form.M4A: ("aac", _Recipe(".m4a", "ipod", "mov", _AAC, covered=True)),
    }
)
_FILMS = frozenset({"h264", "hevc", "av1", "vp9", "mpeg4"})
"""Pictures that players find in an MP4."""
_FILM_SOUNDS = frozenset({"aac", "mp3", "ac3", ""})


async def open_media(ffmpeg: str, path: Path, demuxer: str) -> Media:
    """Look into a file. Raises `UserError` with the end of a sentence about it."""
    try:
        lines = await read_headers(ffmpeg, path, demuxer)
    except ProgramTimeoutError as error:
        raise UserError(explain_failure(error)) from error
    text = "\n".join(lines)
    sound, picture = _SOUND.search(text), _PICTURE.search(text)
    if sound is None and picture is None:
        raise UserError(explain(lines))
    return Media(
        path=path,
        demuxer=demuxer,
        sound=sound[1] if sound else "",
        picture=picture[1] if picture else "",
        seconds=_read_duration(text),
    )


async def convert(
    ffmpeg: str,
    pool: Pool,
    media: Media,
    form: Form,
    *,
    span: Span,
    card: Card,
    out: Path,
    work: Path,
    report: Callable[[float], None],
) -> Media:
    """Make the part `span` of a file into `out` with the right ending, index in front.

    Tags, chapters and cover go along where ffmpeg can write them. Raises `UserError` with the
    end of a sentence about the source when it cannot be read.
    """
    recipe = _plan(media, form)
    target = out.with_name(out.name + recipe.ending)
    command = [ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-y", "-xerror"]
    command += ["-stats_period", "0.5", "-progress", "pipe:2"]
    command += _read_source(media, span, card, work) + _write(recipe, span, card)
    length = _length(media, span)

    def hear(line: str) -> None:
        name, _, value = line.partition("=")
        if name == "out_time_us" and value.isdecimal() and length:
            report(min(int(value) / 1e6 / length, 1.0))

    limits = Limits(seconds=600 + 2 * (length or 3600), memory=1500 * MEGABYTE)
    try:
        async with (
            pool.slot(),
            child([*command, f"file:{target}"], limits=limits, on_line=hear),
        ):
            pass
    except ProgramError as error:
        raise UserError(explain_failure(error)) from error
    kept = bool(media.picture) and form is Form.FILM
    return Media(
        path=target,
        demuxer=recipe.demuxer,
        sound=media.sound,
        picture=media.picture if kept else "",
        seconds=length,
    )


def _plan(media: Media, form: Form) -> _Recipe:
    if form is Form.FILM:
        if media.picture not in _FILMS:
            return _Recipe(".mkv", "matroska", "matroska", _COPY, ("-c:v", "copy"))
        tag = ("-tag:v", "hvc1") if media.picture == "hevc" else ()
        sound = _COPY if media.sound in _FILM_SOUNDS else _AAC
        return _Recipe(".mp4", "mp4", "mov", sound, ("-c:v", "copy", *tag))
    if form is Form.SOUND:
        # What no player would know is made into what all of them do.
        return _AS_IT_IS.get(media.sound) or _ENCODED[Form.MP3][1]
    codec, recipe = _ENCODED[form]
    return _AS_IT_IS[codec] if media.sound == codec else recipe


def _read_source(media: Media, span: Span, card: Card, work: Path) -> list[str]:
    notes = work / "notes.meta"
    notes.write_text(write_metadata(card), encoding="utf-8")
    cut = ["-ss", f"{span.start:.6f}"] if span.start else []
    source = ["-protocol_whitelist", "file", "-f", media.demuxer, "-i", f"file:{media.path}"]
    arguments = [*cut, *source, "-f", "ffmetadata", "-i", f"file:{notes}"]
    if card.cover:
        cover = work / "cover.jpg"
        cover.write_bytes(card.cover)
        arguments += ["-f", "image2", "-pattern_type", "none", "-i", f"file:{cover}"]
    return arguments


def _write(recipe: _Recipe, span: Span, card: Card) -> list[str]:
    words = ["-map", "0:a:0?"]
    film = recipe.picture != ("-vn",)
    if film:
        words = ["-map", "0:V:0", *words, *recipe.picture]
    elif recipe.covered and card.cover:
        words += ["-map", "2:v", "-c:v", "copy", "-disposition:v:0", "attached_pic"]
    chapters = "1" if card.chapters else "-1"
    words += [*recipe.sound, "-map_metadata", "1", "-map_chapters", chapters]
    if recipe.demuxer == "mov":
        words += ["-movflags", "+faststart"]
    if recipe.muxer == "mp3":
        words += ["-id3v2_version", "0"]
    if span.end is not None:
        words += ["-t", f"{span.end - span.start:.6f}"]
    return [*words, "-f", recipe.muxer]


async def check(ffmpeg: str, pool: Pool, made: Media, *, expected: float | None) -> float:
    """Open what was made as a player does; how long it is, in seconds. Raises `BadResultError`.

    `expected` is how long it should be, None where that is not known.
    """
    text = "\n".join(await read_headers(ffmpeg, made.path, made.demuxer))
    seconds = _read_duration(text)
    if seconds is None or seconds <= 0:
        raise BadResultError(f"{made.path.name} does not say how long it is")
    sound, picture = _SOUND.search(text), _PICTURE.search(text)
    if (made.sound and sound is None) or (made.picture and picture is None):
        raise BadResultError(f"{made.path.name} lacks a stream")
    wanted = made.seconds if expected is None else expected
    slack = _FILM_SLACK if made.picture else _SLACK
    if wanted is not None and abs(seconds - wanted) > slack + 0.01 * wanted:
        raise BadResultError(f"{made.path.name} lasts {seconds} s, not {wanted} s")
    for at in (0.0, max(0.0, seconds - 1.5)):
        await play(
            ffmpeg,
            pool,
            made.path,
            made.demuxer,
            at=at,
            picture=bool(made.picture),
            sound=sound is not None,
        )
    return seconds


def _length(media: Media, span: Span) -> float | None:
    end = span.end if span.end is not None else media.seconds
    return None if end is None else max(0.0, end - span.start)


def _read_duration(text: str) -> float | None:
    found = _DURATION.search(text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
