"""The terminal as a platform: results are copied to the folder where the person wants them."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from core.errors import UserError
from core.jobs import ILLUSTRATIONS, Job


class TerminalFolder:
    """Fills the port `Platform`. The conversation is the folder; copying twice does no harm."""

    name = "terminal"

    async def deliver(self, job: Job, *, delivery: str) -> str:
        del delivery  # a file that is there already says that it was handed over
        if job.outcome is None:
            return ""
        folder = Path(job.place.conversation)
        copies = []
        for product in job.outcome.products:
            if product.role in ILLUSTRATIONS:
                continue  # for chats; here, the cover is in the MP3 and the MP4
            target = folder / Path(product.label).name
            # The same name after a crash, so that a half copy is overwritten and not left.
            part = target.with_name(f".{target.name}.{job.id}.part")
            copies.append((Path(product.path), part, target))
        await asyncio.to_thread(_hand_over, copies)
        return str(folder)


def _hand_over(copies: Sequence[tuple[Path, Path, Path]]) -> None:
    """Copy each source to its part, then rename all: on a full disk there is all or nothing."""
    written = Path()
    try:
        for source, part, target in copies:
            written = target
            _copy(source, part)
        for _, part, target in copies:
            written = target
            part.replace(target)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "unknown reason"
        raise UserError(
            f"I could not write {written}: {reason}. Mend that, or choose another folder."
        ) from error
    finally:
        # What is left after a failure, or where the target was another name of the same file:
        # then the rename did nothing.
        for _, part, _ in copies:
            with suppress(OSError):
                part.unlink()


def _copy(source: Path, part: Path) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    try:
        # On one disk a second name costs nothing; an hour of video is 150 MB.
        os.link(source, part)
    except OSError:
        shutil.copyfile(source, part)
