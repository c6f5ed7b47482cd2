"""The rendered mix: every sound where the timeline says, in the MP3 and under the video."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from mutagen.mp3 import MP3, BitrateMode

from adapters.ffmpeg.mixer import MOST_WAITING
from adapters.ffmpeg.pieces import PIECE
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.render import AAC_ARGUMENTS, render
from adapters.ffmpeg.video import encode_still, join_video
from core.adts import read_frames
from core.errors import UserError
from core.limiter import Limiter
from core.mixing import BLOCK
from core.timeline import Timeline, plan_timeline
from core.tracklist import chapters_of
from tests.adapters.ffmpeg.rendering import (
    Made,
    decode,
    hear,
    measure,
    mix_down,
    onsets,
    picture,
    write_wav,
)
from tests.media import Sound, album, make
from tests.media import ffmpeg as any_ffmpeg


async def film(ffmpeg: str, made: Made, folder: Path) -> Path:
    """The MP4 of a rendered mix."""
    assert made.rendered.aac is not None
    still, out = folder / "still.mp4", folder / "mix.mp4"
    await encode_still(ffmpeg, Pool(2), picture(folder / "frame.png"), still)
    await join_video(
        ffmpeg, Pool(2), still=still, aac=made.rendered.aac, rate=made.timeline.rate,
        seconds=made.timeline.seconds, title="Mix", artist="A", genre="Pop", year=2026,
        chapters=chapters_of(made.timeline), out=out,
    )  # fmt: skip
    return out


def click_track(folder: Path, seconds: float, at: list[float], *, hertz: float) -> Path:
    """A soft tone with clicks, so that every format has something to do between them."""
    frames = round(seconds * 44100)
    tone = 0.01 * np.sin(2 * np.pi * hertz / 44100 * np.arange(frames))
    for second in at:
        start = round(second * 44100)
        tone[start : start + 20] += np.hanning(20) * 0.8
    path = folder / f"{hertz:g}.wav"
    return write_wav(path, np.repeat(tone.astype(np.float32)[:, None], 2, axis=1))


async def test_every_click_is_where_the_timeline_says(ffmpeg: str, tmp_path: Path) -> None:
    """Over 42 s, so that the AAC has several pieces, with odd lengths so that none is aligned."""
    clicks = [[0.5, 9.25, 15.1], [3.0, 8.5, 12.0], [4.75, 9.5, 14.3]]
    lengths = (18.377, 15.011, 14.5013)
    paths = [
        click_track(tmp_path, length, at, hertz=200 + 100 * index)
        for index, (length, at) in enumerate(zip(lengths, clicks, strict=True))
    ]
    made = await mix_down(ffmpeg, paths, tmp_path, crossfade=2.5)
    timeline = made.timeline
    expected = sorted(
        segment.start + round(second * 44100) + 10
        for segment, at in zip(timeline.segments, clicks, strict=True)
        for second in at
    )
    assert timeline.seconds > 41 and [segment.skip for segment in timeline.segments] == [0, 0, 0]
    for path in (made.rendered.mp3, await film(ffmpeg, made, tmp_path)):
        found = onsets(decode(path, ffmpeg=ffmpeg), 44100)
        assert found == pytest.approx(expected, abs=44), path.name  # a millisecond


async def test_the_mp3_is_exactly_as_long_as_the_timeline(ffmpeg: str, tmp_path: Path) -> None:
    made = await mix_down(
        ffmpeg, [make("flac", Sound(wave="music", seconds=7.1234))], tmp_path, video=False
    )
    assert made.timeline.frames == 314142 and made.rendered.aac is None
    assert len(decode(made.rendered.mp3, ffmpeg=ffmpeg)) == 314142
    info = MP3(made.rendered.mp3).info
    assert info is not None
    assert info.length == pytest.approx(made.timeline.seconds, abs=0.04)
    assert info.bitrate_mode == BitrateMode.VBR and b"Xing" in made.rendered.mp3.read_bytes()[:200]


@pytest.mark.parametrize("wave", ["music", "tone"])
async def test_pieces_of_aac_join_without_a_seam(wave: str, tmp_path: Path) -> None:
    path = make("flac", Sound(wave=wave, seconds=47, peak=-6))  # type: ignore[arg-type] # one of them
    made = await mix_down(any_ffmpeg(), [path], tmp_path)
    assert made.rendered.aac is not None
    plain = decode(path)
    aac = decode(made.rendered.aac)[1024:][: len(plain)]
    assert len(aac) == len(plain)
    window = 2048
    error = np.abs(aac - plain).max(axis=1)[: len(plain) // window * window]
    worst = error.reshape(-1, window).max(axis=1)
    size = round(20 * 44100 / 1024) * 1024
    borders = [border // window + near for border in (size, 2 * size) for near in (-1, 0, 1)]
    assert len(plain) > 2 * size + window
    assert worst[borders].max() <= np.delete(worst, borders).max()
    assert np.median(worst[borders]) < 1.5 * np.median(np.delete(worst, borders))


@pytest.mark.parametrize(("form", "loss"), [("flac", 0.02), ("mp3", 0.15)])
async def test_an_album_plays_on_without_a_gap(
    ffmpeg: str, form: str, loss: float, tmp_path: Path
) -> None:
    made = await mix_down(ffmpeg, album(form), tmp_path, crossfade=6, video=False)
    assert [segment.fade for segment in made.timeline.segments] == [0, 0, 0]
    whole = decode(make("flac", Sound(wave="music", seconds=9)))
    found = decode(made.rendered.mp3, ffmpeg=ffmpeg)
    assert made.timeline.frames == len(found) == len(whole) == 9 * 44100
    error = np.abs(found - whole).max(axis=1)
    joints = [segment.start for segment in made.timeline.segments[1:]]
    assert joints == [3 * 44100, 6 * 44100]
    assert max(float(error[at - 500 : at + 500].max()) for at in joints) < loss


async def test_tracks_of_both_rates_keep_their_pitch_and_length(
    ffmpeg: str, tmp_path: Path
) -> None:
    low = make("wav", Sound(wave="tone", hertz=1000, seconds=4, rate=44100))
    high = make("wav", Sound(wave="tone", hertz=1000, seconds=4, rate=96000))
    made = await mix_down(ffmpeg, [low, high], tmp_path, video=False)
    assert made.timeline.frames == 8 * 44100
    sound = decode(made.rendered.mp3, ffmpeg=ffmpeg)[:, 0]
    for part in (sound[22050:154350], sound[198450:330750]):
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        assert spectrum.argmax() * 44100 / len(part) == pytest.approx(1000, abs=0.5)


async def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    made = await mix_down(any_ffmpeg(), [make("flac", Sound(wave="tone", seconds=26))], tmp_path)
    assert made.told == sorted(made.told) and made.told[0] < 0.7
    assert made.told[-1] == pytest.approx(1, abs=0.01)


async def test_the_waveform_shows_what_is_heard(tmp_path: Path) -> None:
    path = click_track(tmp_path, 12.0, [0.3, 6.01, 11.5], hertz=300)
    made = await mix_down(any_ffmpeg(), [path], tmp_path, video=False)
    points = np.array(made.rendered.waveform)
    assert len(points) == 600 and points.max() <= 1
    assert [*np.flatnonzero(points > 0.3)] == [15, 300, 575]
    assert np.median(points) == pytest.approx(0.01, abs=0.003)


async def test_overshooting_pieces_of_aac_are_mended(tmp_path: Path) -> None:
    """Full-scale noise in bursts: the encoder overshoots, the piece is lowered until it fits."""
    chance = np.random.default_rng(4)
    noise = chance.uniform(-1, 1, (44100 * 22, 2)).astype(np.float32)
    noise *= (np.arange(len(noise))[:, None] // 11025 % 4 == 0) * np.float32(0.9) + 0.02
    path = write_wav(tmp_path / "bursts.wav", noise)
    made = await mix_down(any_ffmpeg(), [path], tmp_path, ceiling=-1.0)
    assert made.rendered.aac is not None
    assert made.rendered.aac_peak <= -1.0
    assert measure(made.rendered.aac)[1] <= -0.7  # its own filter reads noise a little higher
    assert measure(made.rendered.mp3)[1] > -1.0, "this material would not overshoot"


async def test_pieces_that_wait_to_be_mended_do_not_fill_the_disk(tmp_path: Path) -> None:
    chance = np.random.default_rng(4)
    noise = chance.uniform(-0.9, 0.9, (44100 * 200, 2)).astype(np.float32)
    track = await hear(any_ffmpeg(), write_wav(tmp_path / "noise.wav", noise))
    timeline = plan_timeline([track], title="T", crossfade=0, target=None)
    waiting: list[int] = []

    def look(_: float) -> None:
        waiting.append(len(list(tmp_path.glob("*.f32"))))

    rendered = await render(
        any_ffmpeg(), Pool(1), timeline, tmp_path, ceiling=-1.0, video=True, on_fraction=look
    )
    assert rendered.aac is not None and rendered.aac_peak <= -1.0
    assert 1 < max(waiting) <= MOST_WAITING + 2 and len(noise) / (PIECE * 1024) > 2 * MOST_WAITING


async def test_only_what_overshoots_is_mended(tmp_path: Path) -> None:
    """Bursts in the middle of soft noise: frames far from them are as they were encoded first."""
    chance = np.random.default_rng(4)
    noise = chance.uniform(-0.1, 0.1, (44100 * 42, 2)).astype(np.float32)
    bursts = slice(44100 * 23, 44100 * 25)
    noise[bursts] = chance.uniform(-0.9, 0.9, (44100 * 2, 2))
    path = write_wav(tmp_path / "bursts.wav", noise)
    made = await mix_down(any_ffmpeg(), [path], tmp_path, ceiling=-1.0)
    assert made.rendered.aac is not None and -3 < made.rendered.aac_peak <= -1.0
    assert not {item.suffix for item in tmp_path.iterdir()} & {".f32", ".limited", ".spliced"}
    plain, limiter = tmp_path / "plain.aac", Limiter(44100, ceiling=-1.0)
    limited = [limiter.push(noise[at : at + BLOCK]) for at in range(0, len(noise), BLOCK)]
    path = write_wav(tmp_path / "limited.wav", np.concatenate([*limited, limiter.finish()]))
    command = [any_ffmpeg(), "-v", "error", "-i", f"file:{path}", *AAC_ARGUMENTS, str(plain)]
    subprocess.run(command, check=True, timeout=60)
    with made.rendered.aac.open("rb") as mended, plain.open("rb") as whole:
        pairs = list(zip(read_frames(mended), read_frames(whole), strict=True))
    changed = [index for index, (left, right) in enumerate(pairs) if left != right]
    assert changed[0] >= 2 * PIECE and changed[-1] < 3 * PIECE
    sound = decode(made.rendered.aac)[1024:][: len(noise)]
    for border in (2 * PIECE * 1024, 3 * PIECE * 1024):
        error = np.abs(sound - noise)[border - 4096 : border + 4096]
        assert error.max() < 1.5 * np.abs(sound - noise)[: 44100 * 10].max()


async def test_a_track_that_got_shorter_is_told(tmp_path: Path) -> None:
    path = make("flac", Sound(wave="music", seconds=4), to=tmp_path / "gone.flac")
    track = await hear(any_ffmpeg(), path)
    timeline = plan_timeline([track], title="T", crossfade=0, target=None)
    make("flac", Sound(wave="music", seconds=2), to=path)
    with pytest.raises(UserError, match=r"“gone\.flac” ended earlier than it should"):
        await render(
            any_ffmpeg(),
            Pool(2),
            timeline,
            tmp_path,
            ceiling=-2,
            video=True,
            on_fraction=lambda _: None,
        )


async def test_a_second_try_over_the_first_gives_the_same(tmp_path: Path) -> None:
    path = make("mp3", Sound(wave="music", seconds=6))
    made = await mix_down(any_ffmpeg(), [path], tmp_path)
    assert made.rendered.aac is not None
    first = made.rendered.mp3.read_bytes(), made.rendered.aac.read_bytes()
    for name in ("0.aac", "0.f32", "mix.aac"):
        (tmp_path / name).write_bytes(b"left over")
    again = await mix_down(any_ffmpeg(), [path], tmp_path)
    assert again.rendered.aac is not None
    assert (again.rendered.mp3.read_bytes(), again.rendered.aac.read_bytes()) == first
    assert isinstance(again.timeline, Timeline)
