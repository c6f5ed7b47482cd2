"""Files that come together: which are tracks, which one is the cover, which are neither."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.intake import look
from core.calls import Call
from core.errors import UserError
from core.link_texts import is_link, read_links
from core.mixtape import MOST_TRACKS
from core.options import Attachment, attach_link


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Files by what they are. `reasons` are the ends of sentences about those refused."""

    sounds: tuple[Attachment, ...]
    pictures: tuple[Attachment, ...]
    refused: tuple[Attachment, ...]
    reasons: tuple[str, ...]


def join_links(call: Call) -> Call:
    """The call with its links behind its files, as tracks. Raises `UserError`.

    A title that is nothing but links is links: where words are taken as they come, they are put
    into the first option that takes words.
    """
    values = dict(call.values)
    text, title = str(values.get("links") or ""), str(values.get("title") or "")
    if not text and title and all(is_link(word) for word in title.split()):
        text, values["title"] = title, None
    files = values["tracks"]
    links = tuple(attach_link(link) for link in read_links(text, most=MOST_TRACKS))
    values |= {"tracks": (*(files if isinstance(files, tuple) else ()), *links), "links": None}
    return replace(call, values=values)


async def sort_files(files: Sequence[Attachment]) -> Sorted:
    """Look at the first bytes of each file; names count for nothing."""
    sounds: list[Attachment] = []
    pictures: list[Attachment] = []
    refused: list[tuple[Attachment, str]] = []
    for file in files:
        if file.url:
            # What is behind it shows when it is fetched.
            sounds.append(file)
            continue
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
