"""A small real tape, made by ffmpeg: what a job of the real engine would hand over."""

import asyncio
import math
import shutil
from pathlib import Path

from core.jobs import Json, Outcome, Product

SECONDS = 8


async def make_tape(folder: Path, *, titles: int = 2, name: str = "summer-drive") -> Outcome:
    """An MP3, an MP4, a cover and the texts, in a job's folder."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    sound = f"sine=frequency=330:duration={SECONDS}"
    picture = f"testsrc2=size=640x360:rate=10:duration={SECONDS}"
    await _ffmpeg("-f", "lavfi", "-i", sound, "-b:a", "96k", str(folder / "tape.mp3"))
    await _ffmpeg(
        "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-c:v", "libx264",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", "-shortest",
        str(folder / "tape.mp4"),
    )  # fmt: skip
    still = "gradients=size=480x480:c0=0xd9581f:c1=0x1d6b66:duration=1"
    await _ffmpeg("-f", "lavfi", "-i", still, "-frames:v", "1", str(folder / "cover.jpg"))
    for ending in ("cue", "txt", "json"):
        (folder / f"tape.{ending}").write_text("{}\n")
    roles = {
        "audio": "mp3", "video": "mp4", "cue": "cue", "description": "txt", "recipe": "json",
    }  # fmt: skip
    products = [
        _product(role, folder / f"tape.{ending}", f"{name}.{ending}")
        for role, ending in roles.items()
    ]
    products.append(_product("cover", folder / "cover.jpg", f"{name}.jpg"))
    return Outcome("Your mixtape is ready.", tuple(products), make_details(titles))


def make_details(titles: int) -> dict[str, Json]:
    """The details of a mixtape, as the command line's contract names them."""
    each = SECONDS / titles
    return {
        "mp3": "/somewhere/private/tape.mp3",
        "duration": float(SECONDS),
        "loudness": -14.02,
        "true_peak": -1.03,
        "tracks": [
            {
                "title": f"Track number {number}",
                "artist": "The Testers",
                "source": f"/private/upload/{number:02}.mp3",
                "start": round(number * each, 3),
                "end": round((number + 1) * each, 3),
                "crossfade": 0.5,
                "gain": -2.1,
            }
            for number in range(titles)
        ],
        "rejected": [],
        "waveform": [abs(math.sin(at / 9) * math.sin(at / 51)) for at in range(400)],
    }


def _product(role: str, path: Path, label: str) -> Product:
    return Product(role, str(path), label, path.stat().st_size, float(SECONDS))


async def _ffmpeg(*arguments: str) -> None:
    program = shutil.which("ffmpeg")
    assert program is not None
    process = await asyncio.create_subprocess_exec(
        program, "-nostdin", "-v", "error", "-y", *arguments
    )
    assert await process.wait() == 0
