"""The finished mixtape, opened as others open it: loudness, peaks, chapters, tags, pictures."""

import asyncio
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from PIL import Image

from adapters.ffmpeg.pool import Pool
from bot.pipelines.listening import Listener
from bot.pipelines.mixtape import MixtapePipeline
from core.jobs import Json, Outcome
from core.ports import Fetcher
from core.sampler import render
from core.songs import sample_tracks
from tests.adapters.ffmpeg.rendering import decode, loudness_of, measure, write_wav
from tests.bot.pipelines.running import Forgetful, Running
from tests.fakes import FakeFetcher
from tests.media import ffmpeg

TITLE = "Späte Nacht – 夜 🌙 = #1; \\ 'x'"
ARTISTS = ["Ida Sólveig", "Vela; & the = Pilots", "Marmo"]
FFPROBE = shutil.which("ffprobe")
SILENT_BEFORE = 0.7
"""Seconds of silence at the head of the second track: they are cut off."""


@lru_cache(maxsize=8)
def song(index: int, seconds: float = 22.0) -> "np.ndarray[Any, Any]":
    sample = sample_tracks()[index]
    whole = render(sample, 44100)
    start = 5 * 44100
    return whole[start : start + round(seconds * 44100)]


def encode(path: Path, wav: Path, *words: str, title: str, artist: str, genre: str) -> Path:
    command = [ffmpeg(), "-v", "error", "-y", "-i", f"file:{wav}", *words]
    for name, value in (("title", title), ("artist", artist), ("genre", genre)):
        command += ["-metadata", f"{name}={value}"]
    subprocess.run([*command, f"file:{path}"], check=True, timeout=60)
    return path


def cover(path: Path) -> Path:
    """A tall picture that lies on its side: a red disc on white, to be turned upright."""
    height, width = np.ogrid[:900, :600]
    disc = (height - 250) ** 2 + (width - 300) ** 2 < 200**2
    upright = np.where(disc[:, :, None], (220, 20, 20), (250, 250, 250)).astype(np.uint8)
    lying = Image.fromarray(upright).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by 90 degrees clockwise to see it
    lying.save(path, exif=exif, quality=95)
    return path


def make(
    folder: Path, tracks: Sequence[Path | str], *, fetcher: Fetcher | None = None, **request: Json
) -> tuple[Outcome, Running]:
    pool = Pool(2)
    listener = Listener(ffmpeg=ffmpeg(), pool=pool, memory=Forgetful(), track_seconds=600)
    pipeline = MixtapePipeline(
        ffmpeg=ffmpeg(),
        pool=pool,
        listener=listener,
        fetcher=fetcher or FakeFetcher({}),
        mix_seconds=3600,
    )
    asked: dict[str, Json] = {
        "tracks": [name_track(track) for track in tracks],
        "cover": None, "title": TITLE, "crossfade": 4.0, "order": "given", "seed": 1,
        "loudness": -14.0, "video": True,
    }  # fmt: skip
    run = Running(folder / "job", asked | request)
    run.folder.mkdir()
    return asyncio.run(pipeline.make(run)), run


def name_track(track: Path | str) -> dict[str, Json]:
    """A file, or a link."""
    if isinstance(track, str):
        return {"url": track, "label": track}
    return {"path": str(track), "label": track.name}


@dataclass(frozen=True)
class Tape:
    outcome: Outcome
    run: Running

    def path(self, role: str) -> Path:
        return next(Path(item.path) for item in self.outcome.products if item.role == role)

    @property
    def details(self) -> Mapping[str, Any]:
        return self.outcome.details


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tape]:
    """Three songs of the demo, unlike in loudness and kind, and a picture on its side."""
    folder = tmp_path_factory.mktemp("tape")
    quiet, silence = np.float32(0.15), np.zeros((round(SILENT_BEFORE * 44100), 2), np.float32)
    wavs = [
        write_wav(folder / "0.wav", song(0) * quiet),
        write_wav(folder / "1.wav", np.concatenate([silence, song(2)])),
        write_wav(folder / "2.wav", song(3)),
    ]
    kinds = [("a.flac", "-c:a", "flac"), ("b.mp3", "-q:a", "2"), ("c.m4a", "-c:a", "aac")]
    genres = ["Ambient", "Synthwave", "Ambient"]
    tracks = [
        encode(folder / kind[0], wav, *kind[1:], title=f"T{number} é夜", artist=artist, genre=genre)
        for number, (kind, wav, artist, genre) in enumerate(
            zip(kinds, wavs, ARTISTS, genres, strict=True)
        )
    ]
    picture = cover(folder / "cover.jpg")
    yield Tape(*make(folder, tracks, cover={"path": str(picture), "label": "cover.jpg"}))


@pytest.mark.parametrize("role", ["audio", "video"])
def test_loudness_and_true_peak_are_as_promised(tape: Tape, role: str) -> None:
    loudness, peak = measure(tape.path(role))
    assert loudness == pytest.approx(-14, abs=0.5)
    assert peak <= -1.0


def test_what_is_told_of_the_result_is_what_others_measure(tape: Tape) -> None:
    loudness, peak = measure(tape.path("audio"))
    assert tape.details["loudness"] == pytest.approx(loudness, abs=0.1)
    highest = max(peak, measure(tape.path("video"))[1])
    assert tape.details["true_peak"] == pytest.approx(highest, abs=0.2)
    assert tape.details["true_peak"] <= -1.0


def test_tracks_are_alike_in_loudness(tape: Tape) -> None:
    sound = decode(tape.path("audio"))
    levels = [
        loudness_of(sound[round((item["start"] + 4) * 44100) : round((item["end"] - 4) * 44100)],
                    44100)
        for item in tape.details["tracks"]
    ]  # fmt: skip
    assert max(levels) - min(levels) < 1.0 + 0.5  # a middle is not quite the whole


def test_no_sample_is_clipped(tape: Tape) -> None:
    for role in ("audio", "video"):
        assert np.abs(decode(tape.path(role))).max() < 0.99


def test_every_file_is_as_long_as_the_plan(tape: Tape) -> None:
    seconds = tape.details["duration"]
    assert seconds == pytest.approx(22 * 3 - 8, abs=0.25)
    recipe = json.loads(tape.path("recipe").read_text())
    assert len(decode(tape.path("audio"))) == recipe["frames"]
    video = decode(tape.path("video"))
    assert len(video) / 44100 == pytest.approx(seconds, abs=1024 / 44100)
    info = MP3(tape.path("audio")).info
    assert info is not None
    assert info.length == pytest.approx(seconds, abs=0.05)


def test_sound_and_video_are_in_step(tape: Tape) -> None:
    one, two = decode(tape.path("audio"))[:, 0], decode(tape.path("video"))[:, 0]
    for second in (3, 30, 52):
        part = one[second * 44100 : second * 44100 + 16384]
        other = two[second * 44100 : second * 44100 + 16384]
        alike = np.fft.irfft(np.fft.rfft(part, 32768) * np.conj(np.fft.rfft(other, 32768)))
        lag = int(alike.argmax())
        assert min(lag, 32768 - lag) <= 44, f"{lag} frames at {second} s"


def test_silence_at_an_end_is_gone(tape: Tape) -> None:
    second = tape.details["tracks"][1]
    assert second["end"] - second["start"] == pytest.approx(22, abs=0.06)


def chapters() -> list[str]:
    return [f"{artist} – T{number} é夜" for number, artist in enumerate(ARTISTS)]


def test_the_mp3_has_chapters_and_tags(tape: Tape) -> None:
    tags = ID3(tape.path("audio"))
    assert tags.version == (2, 4, 0)
    assert tags["TIT2"].text == [TITLE] and tags["TPE1"].text == ARTISTS
    assert tags["TCON"].text == ["Ambient"]
    assert [toc.child_element_ids for toc in tags.getall("CTOC")] == [["chp0", "chp1", "chp2"]]
    found = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    assert [chapter.sub_frames["TIT2"].text[0] for chapter in found] == chapters()
    starts = [round(item["start"] * 1000) for item in tape.details["tracks"]]
    assert [chapter.start_time for chapter in found] == starts
    assert [chapter.end_time for chapter in found] == [
        *starts[1:], round(tape.details["duration"] * 1000),
    ]  # fmt: skip


def test_the_cover_is_upright_and_not_stretched(tape: Tape) -> None:
    pictures = ID3(tape.path("audio")).getall("APIC")
    assert [picture.mime for picture in pictures] == ["image/jpeg"]
    image = Image.open(io.BytesIO(pictures[0].data))
    assert image.size == (600, 900)
    red = np.asarray(image)[:, :, 1] < 100
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(250, abs=5), "upside down"
    assert len(rows) == pytest.approx(len(columns), abs=8)


def frame(path: Path, second: float) -> "np.ndarray[Any, Any]":
    command = [ffmpeg(), "-v", "error", "-ss", f"{second}", "-i", f"file:{path}", "-frames:v", "1"]
    command += ["-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(1080, 1920, 3)


def test_the_picture_in_the_video_is_the_cover_all_the_way(tape: Tape) -> None:
    for second in (0.0, 25.05, tape.details["duration"] - 0.15):
        image = frame(tape.path("video"), second).astype(int)
        red = (image[:, :, 0] > 150) & (image[:, :, 1] < 90)
        rows, columns = np.flatnonzero(red.sum(axis=1) > 20), np.flatnonzero(red.sum(axis=0) > 20)
        assert len(rows) > 300 and len(rows) == pytest.approx(len(columns), rel=0.05)
        assert (columns[0] + columns[-1]) / 2 == pytest.approx(960, abs=20)
        assert (rows[0] + rows[-1]) / 2 < 540


def described(path: Path) -> str:
    command = [ffmpeg(), "-hide_banner", "-f", "mov", "-i", f"file:{path}"]
    return subprocess.run(command, capture_output=True, timeout=60).stderr.decode()


def test_the_mp4_is_what_players_want(tape: Tape) -> None:
    text = described(tape.path("video"))
    assert re.search(r"Video: h264 .*yuv420p\(tv, bt709", text) and "1920x1080" in text
    assert re.search(r"Audio: aac \(LC\).*44100 Hz, stereo", text)
    content = tape.path("video").read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")
    tags = MP4(tape.path("video"))
    assert tags["\xa9nam"] == [TITLE]
    assert tags["\xa9ART"] == [", ".join(ARTISTS)]


@pytest.mark.skipif(FFPROBE is None, reason="there is no ffprobe on PATH")
@pytest.mark.parametrize("role", ["audio", "video"])
def test_ffprobe_reads_chapters_and_lengths(tape: Tape, role: str) -> None:
    command = [str(FFPROBE), "-v", "error", "-of", "json", "-show_chapters", "-show_streams"]
    done = subprocess.run(
        [*command, f"file:{tape.path(role)}"], capture_output=True, timeout=60, check=True
    )
    assert done.stderr == b""
    facts = json.loads(done.stdout)
    assert [chapter["tags"]["title"] for chapter in facts["chapters"]] == chapters()
    starts = [float(chapter["start_time"]) for chapter in facts["chapters"]]
    assert starts == pytest.approx([item["start"] for item in tape.details["tracks"]], abs=0.002)
    if role == "video":
        lengths = {
            item["codec_type"]: float(item["duration"])
            for item in facts["streams"]
            if item["codec_name"] in ("h264", "aac")
        }
        assert lengths["video"] == pytest.approx(tape.details["duration"], abs=0.1)
        assert lengths["audio"] == pytest.approx(tape.details["duration"], abs=0.05)


def test_everything_else_is_there_and_nothing_more(tape: Tape) -> None:
    roles = [product.role for product in tape.outcome.products]
    files, pictures = roles[:5], roles[5:]
    assert files == ["audio", "video", "cue", "description", "recipe"]
    assert pictures == ["cover", "thumbnail", "waveform"]
    labels = [product.label for product in tape.outcome.products]
    assert len(set(labels)) == len(labels)
    assert all(
        product.size == Path(product.path).stat().st_size for product in tape.outcome.products
    )
    assert sorted(path.name for path in tape.run.folder.iterdir()) == ["cover", "out", "waveform"]
    recipe = json.loads(tape.path("recipe").read_text())
    assert [source["source"] for source in recipe["sources"]] == ["a.flac", "b.mp3", "c.m4a"]
    assert tape.path("cue").read_text().count("TRACK") == 3
    assert tape.details["rejected"] == []
    assert max(tape.run.told) <= 1 and min(tape.run.told) >= 0


@pytest.mark.parametrize("target", [-11.0, -23.0])
def test_other_targets_are_met(target: float, tmp_path: Path) -> None:
    tracks = [write_wav(tmp_path / f"{index}.wav", song(index, 12.0)) for index in (1, 4)]
    outcome, _ = make(tmp_path, tracks, loudness=target, video=False, crossfade=2.0)
    audio = next(Path(item.path) for item in outcome.products if item.role == "audio")
    loudness, peak = measure(audio)
    assert peak <= -1.0
    assert loudness == pytest.approx(target, abs=0.5 if target < -14 else 1.5)


def test_loud_and_clipped_material_is_brought_under_the_ceiling(tmp_path: Path) -> None:
    squashed = np.clip(song(5, 15.0) * np.float32(4), -1, 1)
    outcome, _ = make(tmp_path, [write_wav(tmp_path / "x.wav", squashed)])
    for role in ("audio", "video"):
        path = next(Path(item.path) for item in outcome.products if item.role == role)
        loudness, peak = measure(path)
        assert peak <= -1.0 and loudness == pytest.approx(-14, abs=0.5)


def test_two_hundred_short_sounds_make_one_tape(tmp_path: Path) -> None:
    """As many as are taken, each shorter than loudness can be measured in."""
    piece = song(1, seconds=0.3)
    wav = write_wav(tmp_path / "short.wav", piece * np.float32(0.2))
    tape = Tape(*make(tmp_path, [wav] * 200, crossfade=0.0))
    assert len(tape.details["tracks"]) == 200
    assert abs(float(tape.details["loudness"]) + 14) < 4
    assert len(MP4(tape.path("video")).chapters or ()) == 200
