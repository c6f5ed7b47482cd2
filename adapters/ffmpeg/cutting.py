"""Cutting a clip's sound out of a source, exact to the sample, and measuring it on the way."""

import math
from pathlib import Path

import ffmpeg as graphs

from adapters.ffmpeg.graphs import PCM_OUT, read_loudness
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.streams import hear
from adapters.ffmpeg.words import explain_failure
from adapters.process import MEGABYTE, Limits, ProgramError
from core.errors import UserError
from core.measuring import Found, Meter
from core.reel import SILENT
from core.tracks import Sound

WARM_UP = 1.0
"""Seconds that are decoded before a cut and thrown away: codecs begin with what is not right."""
FROM_THE_START = frozenset({"mp3", "aac"})
"""Bare streams keep no times: a seek in them only guesses, so they are decoded from the start."""
_FRAME_BYTES = 8
_WAV_HEADER = 4096
_SLOWEST = 20
"""Decoding runs a hundred times faster than playing; twenty times is a machine in trouble."""


async def cut_sound(
    ffmpeg: str,
    pool: Pool,
    source: Path,
    *,
    demuxer: str,
    start: float,
    seconds: float,
    rate: int,
    out: Path,
    whole: bool = False,
) -> Sound:
    """Write `seconds` of a file's sound from `start` on as a WAV of floats, stereo at `rate` Hz.

    The sound may come shorter when the source ends, unless it is to be `whole`: then silence
    fills it up. Raises `UserError` with the end of a sentence
    about the file when it cannot be decoded or ends before `start`.
    """
    frames = max(1, round(seconds * rate))
    command = [
        ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-filter_threads", "1", "-y",
        *_draw_graph(
            source, demuxer, start=start, frames=frames, rate=rate, out=out, whole=whole
        ),
    ]  # fmt: skip
    work = start + seconds if demuxer in FROM_THE_START else seconds
    limits = Limits(
        seconds=60 + work / _SLOWEST,
        cpu_seconds=int(60 + work / _SLOWEST),
        memory=400 * MEGABYTE,
        written=frames * _FRAME_BYTES + _WAV_HEADER,
    )
    meter = Meter(rate)
    try:
        async with pool.slot():
            lines = await hear(command, limits=limits, on_block=meter.push)
    except ProgramError as error:
        raise UserError(explain_failure(error)) from error
    found = meter.finish()
    if not found.frames:
        raise UserError("ends before this clip starts. Write an earlier start.")
    if meter.broken:
        raise UserError("is damaged: parts of it are no sound. Send it again as another format.")
    return _as_sound(found, rate, read_loudness(lines))


def _draw_graph(
    source: Path, demuxer: str, *, start: float, frames: int, rate: int, out: Path, whole: bool
) -> list[str]:
    seek = 0.0 if demuxer in FROM_THE_START else max(0.0, start - WARM_UP)
    options = {"ss": f"{seek:.6f}"} if seek else {}
    opened = graphs.input(
        f"file:{source}", f=demuxer, protocol_whitelist="file", threads=1, **options
    )
    # The first sample is put at the time at which the file, or the seek, begins: sound that
    # starts after its picture stays where it was.
    sound = opened["a:0"].filter("aresample", rate, first_pts=0, **{"async": 1})
    sound = sound.filter("aformat", sample_fmts="flt", channel_layouts="stereo")
    first = round((start - seek) * rate)
    sound = sound.filter("apad") if whole else sound
    cut = sound.filter("atrim", start_sample=first, end_sample=first + frames)
    cut = cut.filter("asetpts", "N/SR/TB").filter("ebur128", framelog="verbose")
    cut = cut.filter_multi_output("asplit")
    file = graphs.output(cut[0], f"file:{out}", f="wav", acodec="pcm_f32le", rf64="auto")
    heard = graphs.output(cut[1], **PCM_OUT)
    arguments: list[str] = graphs.merge_outputs(file, heard).get_args()
    return arguments


def _as_sound(found: Found, rate: int, loudness: float) -> Sound:
    if loudness <= SILENT and found.last and found.power > 0:
        # Shorter than a gating block of 0.4 s there is no integrated loudness: the formula of
        # BS.1770-4 without its weighting and gates must do.
        loudness = max(round(-0.691 + 10 * math.log10(found.power), 1), SILENT + 0.1)
    return Sound(
        rate=rate,
        frames=found.frames,
        first=0,
        last=found.frames,
        loudness=loudness,
        peak=round(found.peak, 2),
        starts_sounding=found.starts,
        ends_sounding=found.ends,
    )


def write_silence(frames: int, rate: int, out: Path) -> Sound:
    """Write a WAV of nothing for pictures that have no sound."""
    size = frames * _FRAME_BYTES
    header = b"".join(
        (
            b"RIFF", (size + 36).to_bytes(4, "little"), b"WAVEfmt ", (16).to_bytes(4, "little"),
            (3).to_bytes(2, "little"), (2).to_bytes(2, "little"), rate.to_bytes(4, "little"),
            (rate * _FRAME_BYTES).to_bytes(4, "little"), _FRAME_BYTES.to_bytes(2, "little"),
            (32).to_bytes(2, "little"), b"data", size.to_bytes(4, "little"),
        )
    )  # fmt: skip
    with out.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + size)
    return Sound(
        rate=rate,
        frames=frames,
        first=0,
        last=frames,
        loudness=SILENT,
        peak=-120.0,
        starts_sounding=False,
        ends_sounding=False,
    )
