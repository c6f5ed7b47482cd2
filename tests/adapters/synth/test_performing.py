"""A performance in its own process: exact, mastered, killable, with and without a SoundFont."""

import asyncio
import json
import os
import wave
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from adapters.midi import write_midi
from adapters.process import ProgramError
from adapters.synth.fluid import FluidError, find_soundfont, play_midi
from adapters.synth.performing import Performance, Performed, perform
from core.errors import UserError
from core.measuring import Samples
from core.music.score import Score
from core.studio.gauge import Gauge
from core.studio.playback import RATE
from tests.core.music.pieces import piece
from tests.toys import until


def soundfont() -> str:
    """The system's SoundFont; skips where there is none, or no library."""
    found = find_soundfont()
    if not found:
        pytest.skip("no SoundFont is installed here")
    try:
        next(play_midi(Path(os.devnull), found, rate=RATE, frames=1))
    except FluidError as error:
        if "not installed" in str(error):
            pytest.skip(str(error))
    return found


@dataclass
class Stage:
    """A folder with a score in it, and the sound that came of it."""

    folder: Path
    score: Score
    told: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "score.json").write_text(json.dumps(self.score.as_json()))
        (self.folder / "score.mid").write_bytes(write_midi(self.score))

    @property
    def plan(self) -> Performance:
        return Performance(
            score=str(self.folder / "score.json"),
            midi=str(self.folder / "score.mid"),
            mix=str(self.folder / "mix.f32"),
            seconds=self.score.seconds,
            target=-14.0,
            ceiling=-2.5,
        )

    async def play(self, plan: Performance) -> tuple[Performed, Samples]:
        out = self.folder / "out.f32"
        with out.open("wb") as file:
            performed = await perform(plan, out=file.fileno(), on_fraction=self.told.append)
        return performed, np.frombuffer(out.read_bytes(), np.float32).reshape(-1, 2)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, piece("happy", seconds=8.0, seed=2))


def loudness(sound: Samples) -> float:
    gauge = Gauge(RATE)
    gauge.push(sound)
    return gauge.finish()


async def test_it_is_exact_and_as_loud_as_wanted(stage: Stage) -> None:
    performed, sound = await stage.play(stage.plan)
    assert sound.shape == (8 * RATE, 2)
    assert loudness(sound) == pytest.approx(-14, abs=0.15)
    assert np.abs(sound).max() <= 10 ** (-2.5 / 20) * 1.001
    assert performed.soundfont == "" and len(performed.waveform) == 600
    assert max(performed.waveform) == pytest.approx(np.abs(sound).max(), abs=1e-3)
    assert stage.told == sorted(stage.told) and stage.told[-1] == pytest.approx(1, abs=0.05)


async def test_the_same_score_sounds_the_same(stage: Stage) -> None:
    first = (await stage.play(stage.plan))[1].copy()
    assert np.array_equal(first, (await stage.play(stage.plan))[1])


async def test_mastering_again_plays_nothing_anew(stage: Stage) -> None:
    performed, loud = await stage.play(stage.plan)
    (stage.folder / "score.json").unlink()
    again = replace(stage.plan, play=False, loudness=performed.loudness, target=-18.0)
    _, quiet = await stage.play(again)
    assert len(quiet) == len(loud)
    assert loudness(quiet) == pytest.approx(-18, abs=0.15)


async def test_a_wav_has_the_same_sound_in_24_bits(stage: Stage) -> None:
    wav = stage.folder / "music.wav"
    _, sound = await stage.play(replace(stage.plan, wav=str(wav)))
    with wave.open(str(wav)) as file:
        assert file.getparams()[:4] == (2, 3, RATE, 8 * RATE)
        raw = np.frombuffer(file.readframes(8 * RATE), np.uint8).reshape(-1, 3)
    whole = np.pad(raw, ((0, 0), (1, 0))).view("<i4").reshape(-1, 2) / 2**31
    assert np.abs(whole - sound).max() < 2**-22


async def test_with_a_soundfont_another_plays(stage: Stage) -> None:
    plan = replace(stage.plan, soundfont=soundfont())
    performed, sound = await stage.play(plan)
    assert performed.soundfont == plan.soundfont
    assert sound.shape == (8 * RATE, 2)
    assert loudness(sound) == pytest.approx(-14, abs=0.15)
    ours = (await stage.play(stage.plan))[1]
    assert abs(np.corrcoef(ours[:, 0], sound[:, 0])[0, 1]) < 0.9


async def test_a_soundfont_that_is_none_falls_back(stage: Stage) -> None:
    broken = stage.folder / "broken.sf2"
    broken.write_bytes(b"RIFF\0\0\0\0sfbk")
    performed, sound = await stage.play(replace(stage.plan, soundfont=str(broken)))
    assert performed.soundfont == "" and len(sound) == 8 * RATE


async def test_cancelling_leaves_no_process(tmp_path: Path) -> None:
    stage = Stage(tmp_path, piece("angry", seconds=600.0))
    # Others of this process, such as a browser that serves many tests, are not ours to end.
    before = psutil.Process().children()
    task = asyncio.create_task(stage.play(stage.plan))
    await until(lambda: asyncio.sleep(0, bool(stage.told)), what="it plays")
    children = [child for child in psutil.Process().children() if child not in before]
    assert children
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not any(child.is_running() for child in children)


async def test_a_broken_score_is_a_program_that_failed(stage: Stage) -> None:
    (stage.folder / "score.json").write_text("{}")
    with pytest.raises(ProgramError, match="KeyError"):
        await stage.play(stage.plan)


def test_a_setting_that_names_no_soundfont_is_told(tmp_path: Path) -> None:
    assert find_soundfont("off") == ""
    with pytest.raises(UserError, match=r"TAPEDECK_SOUNDFONT names .*set it to off"):
        find_soundfont(str(tmp_path / "none.sf2"))
    (tmp_path / "some.sf2").write_bytes(b"")
    assert find_soundfont(str(tmp_path / "some.sf2")) == str(tmp_path / "some.sf2")
