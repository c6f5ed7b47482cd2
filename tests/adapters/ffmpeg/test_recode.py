"""Sound that is encoded again: cut to the sample, in every codec, with its peaks kept down."""

from pathlib import Path

import numpy as np
import pytest

from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.recode import Source, recode
from adapters.ffmpeg.wrap import wrap
from core.cards import Card
from core.delivery import Codec, Coding
from core.fitting import Part
from core.limiter import Limiter
from core.measuring import Samples
from core.tracklist import Chapter
from tests.adapters.ffmpeg.fitting import clicking
from tests.adapters.ffmpeg.rendering import call, decode, loudness_of, measure, onsets, write_wav
from tests.media import ffmpeg as any_ffmpeg

SECONDS = 20.0
RATES = {Codec.MP3: 160, Codec.AAC: 96, Codec.OPUS: 64}


def mastered_drums() -> Samples:
    chance = np.random.default_rng(3)
    at = np.arange(round(SECONDS * 44100)) / 44100
    sound = 0.9 * np.sin(2 * np.pi * 55 * at) * np.exp(-(at % 0.5) * 20)
    sound += 0.12 * np.sign(np.sin(2 * np.pi * 147 * at))
    sound += chance.normal(0, 0.25, len(at)) * np.exp(-((at + 0.25) % 0.5) * 40)
    limiter = Limiter(44100, ceiling=-2.8)
    stereo = np.repeat(sound.astype(np.float32)[:, None], 2, axis=1)
    return np.concatenate([limiter.push(stereo), limiter.finish()])


def encode(path: Path, wav: Path) -> Source:
    call("-i", f"file:{wav}", "-c:a", "libmp3lame", "-q:a", "0", f"file:{path}")
    return Source(path=path, demuxer="mp3", rate=44100, seconds=SECONDS)


@pytest.mark.parametrize("codec", Codec)
async def test_parts_meet_to_the_sample(
    ffmpeg: str, pool: Pool, codec: Codec, tmp_path: Path
) -> None:
    """Clicks lie 44 ms around the cut and everywhere else: none is lost, doubled or moved."""
    source = encode(tmp_path / "a.mp3", write_wav(tmp_path / "a.wav", clicking(SECONDS)))
    found: list[int] = []
    lengths = []
    for number, part in enumerate((Part(0, 7.456), Part(7.456, SECONDS))):
        out = tmp_path / f"{number}.{ {'AAC': 'aac', 'MP3': 'mp3', 'Opus': 'ogg'}[codec] }"
        made = await recode(
            ffmpeg, pool, source, part, Coding(codec=codec, rate=RATES[codec]), out=out
        )
        if codec is Codec.AAC:
            out = out.with_suffix(".m4a")
            await wrap(ffmpeg, pool, made, Card(title="T"), seconds=part.seconds, out=out)
        sound = decode(out, ffmpeg=ffmpeg)
        found += [round(part.start * 44100) + at for at in onsets(sound, 44100)]
        lengths.append(len(sound))
    expected = [22050 + 10 + 44100 * number for number in range(20)]
    assert found == pytest.approx(expected, abs=44)
    assert lengths[0] == pytest.approx(round(7.456 * 44100), abs=1100 if codec is Codec.AAC else 2)
    assert lengths[1] == pytest.approx(round((SECONDS - 7.456) * 44100), abs=1200)
    assert not list(tmp_path.glob("*.plan"))


@pytest.mark.parametrize(
    ("codec", "rate"), [(Codec.OPUS, 48), (Codec.AAC, 64), (Codec.AAC, 128), (Codec.MP3, 192)]
)
async def test_peaks_stay_under_the_ceiling_and_loudness_as_it_was(
    pool: Pool, codec: Codec, rate: int, tmp_path: Path
) -> None:
    """Drums over a full bed, mastered as the pipeline does, which low rates make overshoot."""
    source = encode(tmp_path / "a.mp3", write_wav(tmp_path / "a.wav", mastered_drums()))
    made = await recode(
        any_ffmpeg(), pool, source, Part(0, SECONDS), Coding(codec=codec, rate=rate),
        out=tmp_path / "out",
    )  # fmt: skip
    before = loudness_of(decode(source.path), 44100)
    assert made.true_peak <= -1.0 and -16 < before < -10
    assert made.loudness == pytest.approx(before, abs=0.5)


async def test_what_overshoots_is_lowered_and_encoded_again(
    pool: Pool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Full-scale noise in bursts, as in the tests of the mix."""
    chance = np.random.default_rng(4)
    noise = chance.uniform(-1, 1, (44100 * 8, 2)).astype(np.float32)
    noise *= (np.arange(len(noise))[:, None] // 11025 % 4 == 0) * np.float32(0.9) + 0.02
    path = write_wav(tmp_path / "bursts.wav", noise)
    source = Source(path=path, demuxer="wav", rate=44100, seconds=8.0)
    with caplog.at_level("INFO"):
        made = await recode(
            any_ffmpeg(), pool, source, Part(0, 8), Coding(codec=Codec.OPUS, rate=48),
            out=tmp_path / "a.ogg",
        )  # fmt: skip
    assert "peaks at" in caplog.text
    assert made.true_peak <= -1.0
    assert measure(made.path)[1] <= -0.7  # its own filter reads noise a little higher


async def test_an_m4a_carries_cover_chapters_and_place(
    ffmpeg: str, pool: Pool, tmp_path: Path
) -> None:
    from mutagen.mp4 import MP4

    source = encode(tmp_path / "a.mp3", write_wav(tmp_path / "a.wav", clicking(SECONDS)))
    part = Part(0, SECONDS)
    made = await recode(
        ffmpeg, pool, source, part, Coding(codec=Codec.AAC, rate=64), out=tmp_path / "a.aac"
    )
    call("-f", "lavfi", "-i", "color=red:s=320x320", "-frames:v", "1", f"{tmp_path}/red.jpg")
    cover = (tmp_path / "red.jpg").read_bytes()
    card = Card(
        title="Late; night = #1 (part 2 of 3)", artists=("Ida", "Otto"), genre="Pop", year="2026",
        cover=cover, album="Late; night = #1", number=2, count=3,
        chapters=(Chapter(0, 5.5, "A=B; #1"), Chapter(5.5, SECONDS, "Zwei")),
    )  # fmt: skip
    out = tmp_path / "a.m4a"
    await wrap(ffmpeg, pool, made, card, seconds=part.seconds, out=out)
    file = MP4(out)
    assert file.tags is not None and file.chapters is not None
    assert file.tags["\xa9nam"] == ["Late; night = #1 (part 2 of 3)"]
    assert file.tags["\xa9alb"] == ["Late; night = #1"]
    assert file.tags["\xa9ART"] == ["Ida, Otto"]
    assert file.tags["trkn"] == [(2, 3)]
    assert bytes(file.tags["covr"][0]) == cover
    assert [(mark.start, mark.title) for mark in file.chapters] == [(0, "A=B; #1"), (5.5, "Zwei")]
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index goes in front"
    assert {path.name for path in tmp_path.glob("a.*")} == {"a.mp3", "a.wav", "a.aac", "a.m4a"}
