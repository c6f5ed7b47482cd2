"""Renders real files for tests: what the pipeline does, without its jobs."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.ffmpeg.analyse import analyse
from adapters.ffmpeg.pool import Pool
from adapters.ffmpeg.probe import probe
from adapters.ffmpeg.render import Rendered, render
from core.measuring import Samples
from core.sniff import HEAD_BYTES, sniff, tag_length
from core.timeline import Timeline, plan_timeline
from core.tracks import Tags, Track
from tests.media import ffmpeg as any_ffmpeg


async def hear(ffmpeg: str, path: Path, tags: Tags | None = None) -> Track:
    data = path.read_bytes()
    demuxer = sniff(data[tag_length(data) :][:HEAD_BYTES]).demuxer
    found = await probe(ffmpeg, path, demuxer)
    sound = await analyse(
        ffmpeg, path, found, demuxer=demuxer, most_seconds=600, on_seconds=lambda _: None
    )
    return Track(
        path=str(path), demuxer=demuxer, source=path.name, digest="0" * 64,
        tags=tags or found.tags, sound=sound,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    timeline: Timeline
    rendered: Rendered
    told: list[float]


async def mix_down(
    ffmpeg: str,
    paths: Sequence[Path],
    folder: Path,
    *,
    crossfade: float = 0.0,
    target: float | None = None,
    video: bool = True,
    ceiling: float = -2.8,
) -> Made:
    tracks = [await hear(ffmpeg, path) for path in paths]
    timeline = plan_timeline(tracks, title="Mix", crossfade=crossfade, target=target)
    told: list[float] = []
    rendered = await render(
        ffmpeg, Pool(2), timeline, folder, ceiling=ceiling, video=video, on_fraction=told.append
    )
    return Made(timeline, rendered, told)


def decode(path: Path, rate: int = 44100, *, ffmpeg: str = "") -> Samples:
    """As a player would: encoder delay and edit lists are seen to."""
    command = [ffmpeg or any_ffmpeg(), "-v", "error", "-xerror", "-i", f"file:{path}"]
    command += ["-map", "0:a:0", "-ar", str(rate), "-ac", "2", "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2)


def measure(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by ffmpeg's own meter."""
    command = [any_ffmpeg(), "-nostdin", "-hide_banner", "-i", f"file:{path}", "-map", "0:a:0"]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    integrated = re.findall(rb"\bI:\s+(-?[\d.]+) LUFS", done.stderr)[-1]
    return float(integrated), float(re.findall(rb"Peak:\s+(-?[\d.]+) dBFS", done.stderr)[-1])


def loudness_of(samples: Samples, rate: int) -> float:
    command = [any_ffmpeg(), "-nostdin", "-hide_banner", "-f", "f32le", "-ar", str(rate)]
    command += ["-ac", "2", "-i", "pipe:0", "-af", "ebur128", "-f", "null", "-"]
    done = subprocess.run(
        command, input=samples.tobytes(), capture_output=True, timeout=120, check=True
    )
    return float(re.findall(rb"\bI:\s+(-?[\d.]+) LUFS", done.stderr)[-1])


def onsets(samples: Samples, rate: int, *, level: float = 0.1) -> list[int]:
    """Where clicks are: the highest sample of each stretch over `level`, 0.2 s apart."""
    height = np.abs(samples).max(axis=1)
    loud = np.flatnonzero(height > level)
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > rate // 5) + 1) if len(loud) else []
    return [int(group[height[group].argmax()]) for group in groups]


def write_wav(path: Path, samples: Samples, rate: int = 44100) -> Path:
    command = [any_ffmpeg(), "-v", "error", "-f", "f32le", "-ar", str(rate), "-ac", "2"]
    command += ["-i", "pipe:0", "-c:a", "pcm_f32le", f"file:{path}"]
    subprocess.run(command, input=samples.astype("<f4").tobytes(), check=True, timeout=60)
    return path


def picture(path: Path, size: str = "1920x1080", colour: str = "0x336699") -> Path:
    """A plain picture with a pattern of lines in it."""
    command = [any_ffmpeg(), "-v", "error", "-y", "-f", "lavfi", "-i", f"color={colour}:s={size}"]
    command += ["-vf", "drawgrid=w=200:h=200:c=white", "-frames:v", "1", f"file:{path}"]
    subprocess.run(command, check=True, timeout=60)
    return path


def call(*arguments: str) -> None:
    """Have ffmpeg make a file of a test's own."""
    command = [any_ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments]
    subprocess.run(command, check=True, timeout=120)
