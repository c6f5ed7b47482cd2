"""What a page sends with a call or a form: a key, values, and files by the ids of their uploads."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from adapters.web.labels import tidy
from adapters.web.refusal import RefusalError, read_upload_id
from adapters.web.uploads import Uploads
from core.names import PersonId
from core.options import Attachment

_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True)
class Given:
    """It, with its files found. Files that belong to no option have an empty option's name."""

    key: str
    values: Mapping[str, object]
    files: Mapping[str, tuple[Attachment, ...]]
    uploads: tuple[str, ...]

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(file for files in self.files.values() for file in files)

    def without(self, refused: Collection[Attachment]) -> list[str]:
        """The uploads of all files but these."""
        both = zip(self.uploads, self.attachments, strict=True)
        return [name for name, file in both if file not in refused]

    @property
    def merged(self) -> Mapping[str, object]:
        """Values and files by their options' names, as the desk takes them."""
        return {**self.values, **self.files}

    @property
    def shown(self) -> dict[str, str]:
        """The values as words."""
        return {name: _show(value) for name, value in self.values.items()}


async def read_given(body: Mapping[str, object], *, person: PersonId, uploads: Uploads) -> Given:
    """Read a request's body. Raises `RefusalError` or `UserError`: unless all files are here."""
    values, listed = body.get("values", {}), body.get("files", {})
    if not isinstance(values, dict) or not isinstance(listed, dict):
        raise RefusalError(400, "“values” and “files” must be objects.")
    key = read_key(body)
    named = {str(option): read_ids(names) for option, names in listed.items()}
    every = tuple(name for names in named.values() for name in names)
    found = await uploads.attachments(person, every)
    return Given(
        key=key,
        values={str(name): value for name, value in values.items()},
        files={option: tuple(found[name] for name in names) for option, names in named.items()},
        uploads=every,
    )


def read_key(body: Mapping[str, object]) -> str:
    """The key that makes a request that is sent twice one. Raises `RefusalError`."""
    key = str(body.get("key") or "")
    if not _KEY.fullmatch(key):
        raise RefusalError(400, "“key” must be 8 to 64 letters, digits or dashes.")
    return key


def read_ids(given: object) -> tuple[str, ...]:
    """A list of uploads. Raises `RefusalError`."""
    if not isinstance(given, list):
        raise RefusalError(400, "“files” must hold lists of uploads.")
    return tuple(read_upload_id(name) for name in given)


def _show(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return tidy(str(value))
