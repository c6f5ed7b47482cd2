"""The pictures of a reel: the very frames that were asked for, in one size, faded as the sound."""

import asyncio
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from adapters.ffmpeg.footage import survey
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.splice import Shot, splice
from adapters.pictures import draw_captions
from adapters.process import ProgramError
from core.reel import VIDEO_RATE, Canvas, Clip, plan_reel
from core.timeline import Timeline
from core.tracks import Sound, Tags, Track
from tests.doubles.tube.timecode import read_pictures
from tests.footage import film
from tests.media import ffmpeg as any_ffmpeg

CANVAS = Canvas(width=480, height=270, rate=25)


@dataclass(frozen=True)
class Spliced:
    path: Path
    told: list[float]

    def frames(self, size: Canvas = CANVAS) -> NDArray[np.uint8]:
        """Every frame, grey: shape (frames, height, width)."""
        command = [any_ffmpeg(), "-v", "error", "-i", f"file:{self.path}", "-f", "rawvideo"]
        done = subprocess.run(
            [*command, "-pix_fmt", "gray", "pipe:1"], check=True, capture_output=True, timeout=60
        )
        return np.frombuffer(done.stdout, np.uint8).reshape(-1, size.height, size.width)


def lay_out(*seconds: float, crossfade: float = 0.0, canvas: Canvas = CANVAS) -> Timeline:
    clips = []
    for length in seconds:
        frames = round(length * VIDEO_RATE)
        sound = Sound(
            rate=VIDEO_RATE, frames=frames, first=0, last=frames, loudness=-20.0, peak=-6.0,
            starts_sounding=True, ends_sounding=True,
        )  # fmt: skip
        tags = Tags(title="x")
        clips.append(
            Clip(track=Track(
                path="", demuxer="wav", source="", digest="", tags=tags, sound=sound
            ))
        )  # fmt: skip
    return plan_reel(
        clips, title="T", crossfade=crossfade, target=None, rate=VIDEO_RATE, grid=canvas.grid
    )


async def join(
    ffmpeg: str,
    pool: Pool,
    folder: Path,
    timeline: Timeline,
    shots: Sequence[Shot],
    canvas: Canvas = CANVAS,
) -> Spliced:
    told: list[float] = []
    out = await splice(
        ffmpeg, pool, timeline, shots, canvas=canvas, folder=folder, on_fraction=told.append
    )
    return Spliced(out, told)


def shot(path: Path, at: float) -> Shot:
    return Shot(path=path, demuxer="mov" if path.suffix == ".mp4" else "matroska", at=at)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm"])
async def test_the_frames_are_those_of_the_cut_between_key_frames(
    ffmpeg: str, pool: Pool, tmp_path: Path, ending: str
) -> None:
    source = film(ending)
    timeline = lay_out(2.0, 1.6, 1.0)
    shots = [shot(source, 13.4), shot(source, 0.0), shot(source, 9.8)]
    made = await join(ffmpeg, pool, tmp_path, timeline, shots)
    wanted = [*range(335, 385), *range(40), *range(245, 270)]
    assert read_pictures(made.path) == wanted
    assert made.told[-1] == 1.0 and made.told == sorted(made.told)


async def test_a_cut_between_two_frames_is_off_by_less_than_one(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    for place, start in enumerate((13.413, 13.427)):
        folder = tmp_path / str(place)
        folder.mkdir()
        made = await join(ffmpeg, pool, folder, lay_out(1.0), [shot(film(), start)])
        seen = read_pictures(made.path)
        # In the middle of its time each frame is seen within 20 ms of when it was.
        assert all(
            abs((number + 0.5) / 25 - (start + (at + 0.5) / 25)) <= 0.02
            for at, number in enumerate(seen)
        )
        assert len(seen) == 25


async def test_another_rate_shows_what_is_due(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    canvas = Canvas(width=480, height=270, rate=30)
    made = await join(
        ffmpeg, pool, tmp_path, lay_out(2.0, canvas=canvas), [shot(film(), 12.0)], canvas
    )
    seen = read_pictures(made.path)
    assert len(seen) == 60
    # Half of a frame of ours, and one of the source's that is still seen.
    assert all(-0.042 <= number / 25 - (12.0 + at / 30) <= 0.02 for at, number in enumerate(seen))


async def test_a_fade_goes_from_one_to_the_other(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    dark, light = tmp_path / "dark.mp4", tmp_path / "light.mp4"
    for path, colour in ((dark, "0x202020"), (light, "0xe0e0e0")):
        source = f"color={colour}:s=480x270:r=25:d=6"
        command = [any_ffmpeg(), "-v", "error", "-f", "lavfi", "-i", source]
        subprocess.run([*command, "-pix_fmt", "yuv420p", str(path)], check=True, timeout=60)
    timeline = lay_out(4.0, 4.0, crossfade=2.0)
    made = await join(ffmpeg, pool, tmp_path, timeline, [shot(dark, 0.5), shot(light, 0.5)])
    levels = made.frames().mean(axis=(1, 2))
    assert len(levels) == 150  # 4 + 4 - 2 seconds
    low, high = levels[10], levels[-10]
    assert np.abs(levels[:50] - low).max() < 2 and np.abs(levels[100:] - high).max() < 2
    line = low + (high - low) * (np.arange(50) + 0.5) / 50
    assert np.abs(levels[50:100] - line).max() < 4
    assert levels[75] == pytest.approx((low + high) / 2, abs=4)


async def test_shapes_are_kept_in_black_borders(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    tall, square = film(size=(180, 320), seconds=4.0), film(size=(240, 240), seconds=4.0)
    made = await join(
        ffmpeg, pool, tmp_path, lay_out(1.0, 1.0), [shot(tall, 1.0), shot(square, 1.0)]
    )
    frames = made.frames()
    for at, wide in ((10, 270 * 180 / 320), (35, 270.0)):
        seen = np.flatnonzero(frames[at].max(axis=0) > 40)
        assert seen[-1] - seen[0] + 1 == pytest.approx(wide, abs=6)
        assert seen[0] + seen[-1] == pytest.approx(479, abs=4)
        assert np.flatnonzero(frames[at].max(axis=1) > 40)[[0, -1]] == pytest.approx(
            [0, 269], abs=4
        )


def turn(source: Path, to: Path) -> Path:
    """As telephones do: the pictures lie on their side, and the track's matrix says so."""
    data = bytearray(source.read_bytes())
    matrix = data.index(b"tkhd") + 44  # ISO 14496-12, 8.3.2
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    to.write_bytes(data)
    return to


async def test_pixels_that_are_not_square_and_turned_pictures(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    wide = film(words=("-aspect", "2.0"), name="wide", seconds=2.0)
    turned = turn(film(seconds=4.0), tmp_path / "turned.mp4")
    shots = [shot(wide, 0.0), shot(turned, 0.0)]
    frames = (await join(ffmpeg, pool, tmp_path, lay_out(0.4, 0.4), shots)).frames()
    rows = np.flatnonzero(frames[5].max(axis=1) > 40)
    assert rows[-1] - rows[0] + 1 == pytest.approx(240, abs=6)
    columns = np.flatnonzero(frames[15].max(axis=0) > 40)
    assert columns[-1] - columns[0] + 1 == pytest.approx(270 * 270 / 480, abs=6)
    shape = (await survey(ffmpeg, turned, "mov")).shape
    assert shape is not None and (shape.width, shape.height) == (270, 480)


async def test_a_source_that_ends_holds_its_last_picture(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    made = await join(ffmpeg, pool, tmp_path, lay_out(3.0), [shot(film(seconds=4.0), 2.0)])
    assert read_pictures(made.path) == [*range(50, 100), *[99] * 25]


async def test_a_still_and_black_are_shots_too(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    (still,) = await draw_captions(["Hello"], tmp_path, width=480, height=270)
    shots = [Shot(path=None), Shot(path=still, still=True)]
    frames = (await join(ffmpeg, pool, tmp_path, lay_out(0.4, 0.4), shots)).frames()
    assert frames[:10].max() < 24
    assert frames[15].max() > 150


async def test_a_caption_comes_after_the_fade_and_goes(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    captions = await draw_captions(["Chorus", "夜 العربية 🌙"], tmp_path, width=480, height=270)
    shots = [Shot(path=None, caption=captions[0]), Shot(path=None, caption=captions[1])]
    timeline = lay_out(10.0, 10.0, crossfade=2.0)
    frames = (await join(ffmpeg, pool, tmp_path, timeline, shots)).frames()
    brightest = frames[:, 180:, :].max(axis=(1, 2))
    assert brightest[2] < 120 and brightest[40] > 200  # it comes, and is there
    assert brightest[160] < 40 and brightest[240] < 40  # after six seconds it is gone
    assert brightest[290] > 200 and brightest[-5] < 40  # the second one after its fade
    assert frames[60, :150].max() < 40  # and only at the bottom


async def test_a_file_without_pictures_is_told(ffmpeg: str, pool: Pool, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(film(seconds=4.0).read_bytes()[:3000])
    with pytest.raises(ProgramError) as raised:
        await join(ffmpeg, pool, tmp_path, lay_out(1.0), [shot(broken, 0.0)])
    assert raised.value.status == 3


async def test_a_cancelled_splice_leaves_no_children(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    started = asyncio.Event()
    work = asyncio.create_task(
        splice(
            ffmpeg,
            pool,
            lay_out(20.0),
            [shot(film(), 0.0)],
            canvas=CANVAS,
            folder=tmp_path,
            on_fraction=lambda _: started.set(),
        )
    )
    await started.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, check=False)
    assert not left.stdout
