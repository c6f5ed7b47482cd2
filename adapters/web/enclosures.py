"""Files of ours that go with a message, such as an export: copied, so that the chat keeps them."""

import asyncio
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from core.chat import Upload
from core.names import PersonId
from core.ports import UploadBook
from core.screens import File


class Enclosures:
    """Puts copies beside the person's uploads: counted, swept and erased with them."""

    def __init__(
        self, book: UploadBook, folder: Path, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._book = book
        self._folder = folder
        self._clock = clock

    async def keep(self, person: PersonId, files: Sequence[File]) -> list[Upload]:
        return [await self._copy(person, file) for file in files]

    async def _copy(self, person: PersonId, file: File) -> Upload:
        name, now = secrets.token_hex(16), self._clock()
        await asyncio.to_thread(shutil.copyfile, file.path, self._folder / name)
        size = (await asyncio.to_thread((self._folder / name).stat)).st_size
        copy = Upload(name, person, file.label, size, created=now, sent=now)
        await self._book.add(copy)
        return copy
