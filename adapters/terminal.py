"""The terminal as a platform: results are copied to the folder where the person wants them."""

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path

from core.errors import UserError
from core.jobs import Job


class TerminalFolder:
    """Fills the port `Platform`. The conversation is the folder; copying twice does no harm."""

    name = "terminal"

    async def deliver(self, job: Job) -> str:
        if job.outcome is None:
            return ""
        folder = Path(job.place.conversation)
        for product in job.outcome.products:
            if product.role == "cover":
                continue  # a thumbnail for chats; the cover itself is in the MP3 and MP4
            target = folder / Path(product.label).name
            # The same name after a crash, so that a half copy is overwritten and not left.
            part = target.with_name(f".{target.name}.{job.id}.part")
            await asyncio.to_thread(_copy, Path(product.path), part, target)
        return str(folder)


def _copy(source: Path, part: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        try:
            # On one disk a second name costs nothing; an hour of video is 150 MB.
            os.link(source, part)
        except OSError:
            shutil.copyfile(source, part)
        part.replace(target)
        # Two names of one file: then the rename did nothing, and the first name is still there.
        part.unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        raise UserError(f"I could not write {target}: {reason}.") from error
