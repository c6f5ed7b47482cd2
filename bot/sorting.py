"""Files that come together: which are tracks, which one is the cover, which are neither."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.intake import look
from core.errors import UserError
from core.options import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Files by what they are. `reasons` are the ends of sentences about those refused."""

    sounds: tuple[Attachment, ...]
    pictures: tuple[Attachment, ...]
    refused: tuple[Attachment, ...]
    reasons: tuple[str, ...]


async def sort_files(files: Sequence[Attachment]) -> Sorted:
    """Look at the first bytes of each file; names count for nothing."""
    sounds: list[Attachment] = []
    pictures: list[Attachment] = []
    refused: list[tuple[Attachment, str]] = []
    for file in files:
        try:
            (pictures if await look(file.path) is None else sounds).append(file)
        except UserError as error:
            refused.append((file, str(error)))
    return Sorted(
        sounds=tuple(sounds),
        pictures=tuple(pictures),
        refused=tuple(file for file, _ in refused),
        reasons=tuple(reason for _, reason in refused),
    )
