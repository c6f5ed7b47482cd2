"""The performance itself, in a process of its own: `python -m adapters.synth.child PLAN`.

PLAN names a JSON file, see `Performance`. The mastered sound goes to standard output as stereo
float32; on standard error there is one JSON object a line: how far it is, and at the end what
was measured. The mix is left in a file, so that it can be mastered again without being played.
"""

import json
import sys
import wave
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from adapters.synth.fluid import FluidError, play_midi
from core.measuring import Samples
from core.music.score import Score
from core.studio.gauge import Gauge
from core.studio.master import find_gain, master
from core.studio.playback import RATE, play
from core.waveform import Waveform

_FRAME_BYTES = 8
_BLOCK = 1 << 16
_PLAYING = 0.6
"""The share of the work that playing is; the rest is mastering."""


def main() -> int:
    """Do what the plan says. The exit status is 0, also when nobody listens any more."""
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    mix = Path(plan["mix"])
    facts = _perform(plan, mix) if plan["play"] else {}
    loudness = facts.get("loudness", plan["loudness"])
    try:
        waveform = _master(plan, mix, loudness)
    except BrokenPipeError:
        # The encoder has gone, and its own last words say why.
        return 0
    _say({**facts, "waveform": waveform})
    return 0


def _perform(plan: Mapping[str, Any], mix: Path) -> dict[str, Any]:
    """Play the score into the file of the mix; tell by whom, and how loud it is."""
    score = Score.from_json(json.loads(Path(plan["score"]).read_text(encoding="utf-8")))
    if plan["soundfont"]:
        try:
            frames = round(score.seconds * RATE)
            sound = play_midi(Path(plan["midi"]), plan["soundfont"], rate=RATE, frames=frames)
            return {"soundfont": plan["soundfont"], **_record(sound, mix, score)}
        except FluidError as error:
            _say({"trouble": str(error)})
    return {"soundfont": "", **_record(play(score), mix, score)}


def _record(sound: Iterable[Samples], mix: Path, score: Score) -> dict[str, Any]:
    gauge, frames = Gauge(RATE), 0
    with mix.open("wb") as file:
        for block in sound:
            gauge.push(block)
            file.write(np.ascontiguousarray(block, np.float32).data)
            frames += len(block)
            _say({"fraction": round(_PLAYING * frames / (score.seconds * RATE), 4)})
    return {"loudness": gauge.finish()}


def _read(mix: Path) -> Iterator[Samples]:
    with mix.open("rb") as file:
        while data := file.read(_BLOCK * _FRAME_BYTES):
            yield np.frombuffer(data, np.float32).reshape(-1, 2)


def _master(plan: Mapping[str, Any], mix: Path, loudness: float) -> list[float]:
    """Write the mastered sound out, and into a WAV when one is wanted; returns its waveform."""
    gain = find_gain(
        lambda: _read(mix), RATE, loudness=loudness, target=plan["target"],
        ceiling=plan["ceiling"],
    )  # fmt: skip
    total = mix.stat().st_size // _FRAME_BYTES
    waveform = Waveform(total)
    done = 0
    sheet = wave.open(plan["wav"], "wb") if plan["wav"] else None  # noqa: SIM115  closed below
    try:
        if sheet is not None:
            sheet.setparams((2, 3, RATE, 0, "NONE", ""))
        for block in master(_read(mix), RATE, gain=gain, ceiling=plan["ceiling"]):
            _put(sys.stdout.buffer, block)
            if sheet is not None:
                sheet.writeframesraw(_as_24_bits(block))
            waveform.push(block)
            done += len(block)
            _say({"fraction": round(_PLAYING + (1 - _PLAYING) * done / total, 4)})
        sys.stdout.buffer.flush()
    finally:
        if sheet is not None:
            sheet.close()
    return waveform.points()


def _put(file: IO[bytes], block: Samples) -> None:
    file.write(np.ascontiguousarray(block, np.float32).tobytes())


def _as_24_bits(block: Samples) -> bytes:
    whole = np.rint(np.clip(block, -1, 1) * 8_388_607).astype("<i4")
    return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def _say(message: Mapping[str, object]) -> None:
    sys.stderr.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    sys.exit(main())
