"""Everything about one person in one ZIP: every record as JSON, and every file."""

import asyncio
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import disk_usage
from typing import Any, ClassVar

from bot.pipelines.facts import as_mapping
from bot.pipelines.results import empty_folder, on_the_disk
from core.errors import UserError
from core.jobs import Json, Outcome, Product, Stage
from core.names import PersonId
from core.ports import Holdings, Run
from core.screens import File

KIND = "archive"
NAME = "tapedeck-export.zip"
_DISK_RESERVE = 50_000_000
# A ZIP cannot say that a file is older than this.
_OLDEST = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ArchivePipeline:
    """Packs what is kept about `run.request["person"]`."""

    holdings: Holdings

    kind: ClassVar[str] = KIND
    stages: ClassVar[tuple[Stage, ...]] = (Stage("packing", 1),)

    async def make(self, run: Run) -> Outcome:
        facts = as_mapping(await run.step("packing", lambda: on_the_disk(run, self._pack(run))))
        path = str(facts["path"])
        return Outcome(
            text=f"All records and {facts['files']} files are in this ZIP.",
            products=(Product("archive", path, NAME, int(facts["size"])),),
            details={"title": str(run.request["title"]), "files": int(facts["files"])},
        )

    async def _pack(self, run: Run) -> Json:
        person = PersonId(str(run.request["person"]))
        records = await self.holdings.records(person)
        files = [file for file in await self.holdings.files(person) if Path(file.path).name != NAME]
        out = empty_folder(run.folder / "out")
        await asyncio.to_thread(_require_room, files, out)
        part = out / f".{NAME}.part"
        added = 0
        with zipfile.ZipFile(part, "w", strict_timestamps=False) as archive:
            for name, rows in records.items():
                archive.writestr(_entry(f"records/{name}.json"), _as_json(rows))
            for index, file in enumerate(files):
                added += await asyncio.to_thread(_add, archive, file)
                run.report((index + 1) / len(files))
        part.replace(out / NAME)
        size = (out / NAME).stat().st_size
        return {"path": str(out / NAME), "size": size, "files": added}


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_OLDEST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _as_json(rows: Sequence[Any]) -> str:
    return json.dumps(list(rows), indent=2, ensure_ascii=False, default=str) + "\n"


def _add(archive: zipfile.ZipFile, file: File) -> int:
    """Add a file, as it is: music and pictures do not get smaller. 0 when it is gone by now."""
    try:
        archive.write(file.path, f"files/{_plain(file.label)}")
    except FileNotFoundError:
        return 0
    return 1


def _plain(label: str) -> str:
    """A label as a path that stays inside of the folder it is unpacked in."""
    parts = [part for part in PurePosixPath(label).parts if part not in ("/", "..", ".")]
    return "/".join(parts) or "untitled"


def _require_room(files: Sequence[File], folder: Path) -> None:
    needed = _DISK_RESERVE + sum(Path(f.path).stat().st_size for f in files if _is_there(f))
    free = disk_usage(folder).free
    if needed > free:
        raise UserError(
            f"The disk is too full: the ZIP needs about {needed // 1_000_000} MB, "
            f"{free // 1_000_000} MB are free. Tell whoever runs this bot, or delete some results."
        )


def _is_there(file: File) -> bool:
    return Path(file.path).is_file()
