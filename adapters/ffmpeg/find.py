"""Which ffmpeg to use: the setting's, else PATH's, else the wheel's."""

import os
import shutil
from pathlib import Path

import imageio_ffmpeg

from adapters.process import Limits, run
from core.errors import UserError

_ASKING = Limits(seconds=20)


def find_ffmpeg(setting: str = "") -> str:
    """The program's path. Raises `UserError` when there is none, with how to mend it."""
    if setting:
        if not os.access(setting, os.X_OK) or not Path(setting).is_file():
            raise UserError(
                f"TAPEDECK_FFMPEG names {setting}, which is not a program. "
                "Correct it, or unset it to use the ffmpeg that comes with Tapedeck."
            )
        return setting
    on_path = shutil.which("ffmpeg")
    if on_path is not None:
        return on_path
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise UserError(
            "There is no ffmpeg. Install it (Debian: apt install ffmpeg) or set TAPEDECK_FFMPEG."
        ) from error


async def read_version(ffmpeg: str) -> str:
    """What this ffmpeg calls its version, such as `5.1.9-0+deb12u1`."""
    banner = (await run([ffmpeg, "-version"], limits=_ASKING)).out.decode("utf-8", "replace")
    return banner.partition(" version ")[2].partition(" ")[0]
