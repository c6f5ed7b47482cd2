"""Recording: a score in a folder of its own, and who may take over what was recorded."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from adapters.ffmpeg.pool import Pool
from bot.pipelines.compose import ComposePipeline, choose_slug
from bot.pipelines.recording import Studio, adopt
from core.jobs import Json, Outcome
from core.music.commission import OPTIONS, order_piece, read_commission
from core.music.compose import compose
from core.music.score import Score
from core.options import read_values
from tests.adapters.ffmpeg.rendering import decode
from tests.bot.pipelines.running import Running
from tests.media import ffmpeg

REQUEST = order_piece(read_values(OPTIONS, {"mood": "happy", "length": 6}), seed=5)


def studio() -> Studio:
    return Studio(ffmpeg=ffmpeg(), pool=Pool(2), soundfont="")


async def record(folder: Path, score: Score) -> dict[str, Json]:
    return await studio().record(
        score, folder, slug=choose_slug(score), wav=False, on_fraction=lambda _: None
    )


async def make(folder: Path, recorded: Path) -> Outcome:
    folder.mkdir()
    run = Running(folder, {**REQUEST, "recorded": str(recorded)})
    return await ComposePipeline(studio=studio()).make(run)


def sound_of(outcome: Outcome) -> Path:
    return Path(next(each.path for each in outcome.products if each.role == "audio"))


async def test_what_was_recorded_ahead_is_taken_over(tmp_path: Path) -> None:
    score = compose(read_commission(REQUEST))
    await record(tmp_path / "ahead", score)
    ahead = tmp_path / "ahead" / "out" / f"{choose_slug(score)}.mp3"
    number = ahead.stat().st_ino
    outcome = await make(tmp_path / "job", tmp_path / "ahead")
    assert sound_of(outcome).stat().st_ino == number and not ahead.exists()
    assert all(Path(each.path).is_relative_to(tmp_path / "job") for each in outcome.products)
    recipe = next(each.path for each in outcome.products if each.role == "recipe")
    assert "recorded" not in json.loads(Path(recipe).read_text())["request"]


async def test_another_piece_is_never_taken_for_this_one(tmp_path: Path) -> None:
    score = compose(read_commission(REQUEST))
    other = replace(score, seed=score.seed + 1)
    await record(tmp_path / "ahead", other)
    assert adopt(tmp_path / "ahead", tmp_path / "job", score) is None
    assert (tmp_path / "ahead" / "out").is_dir()
    outcome = await make(tmp_path / "job", tmp_path / "ahead")
    assert sound_of(outcome).is_file()


async def test_what_is_gone_or_half_moved_is_recorded_anew(tmp_path: Path) -> None:
    score = compose(read_commission(REQUEST))
    facts = await record(tmp_path / "ahead", score)
    first = decode(tmp_path / "ahead" / "out" / f"{choose_slug(score)}.mp3").copy()
    (tmp_path / "once").mkdir()
    assert adopt(tmp_path / "ahead", tmp_path / "once", score) == facts
    assert adopt(tmp_path / "ahead", tmp_path / "twice", score) is None
    again = await make(tmp_path / "job", tmp_path / "ahead")
    assert np.array_equal(first, decode(sound_of(again)))
