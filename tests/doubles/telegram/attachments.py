"""Finds the file that a request means: an upload, a path of a local server, or a known file_id."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.doubles.telegram.files import StoredFile
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.media import Details, Kind, Media, make_media
from tests.doubles.telegram.pictures import Picture, make_sizes, read_thumbnail
from tests.doubles.telegram.refusals import bad_request, too_large
from tests.doubles.telegram.world import World

_TYPES = {"voice": "VoiceNote"}


def read_media(
    world: World,
    incoming: Incoming,
    kind: Kind,
    *,
    field: str,
    reference: str,
    thumbnail: str,
    details: Details,
    cover: str = "",
) -> Media | None:
    """The media of a request; None when there is no file under these names."""
    known = world.media.get(reference)
    if known is not None:
        if known.kind != kind:
            raise bad_request(f"can't use file of type {_type(known.kind)} as {_type(kind)}")
        return known
    file = _take(world, incoming, kind, field=field, reference=reference)
    if file is None:
        return None
    picture = _read_thumbnail(world, incoming, thumbnail) if kind != "photo" else None
    media = make_media(world.files, kind, file, details, picture)
    if media.kind != "video":
        return media
    path, _, _ = _locate(world, incoming, field="cover", reference=cover)
    return replace(media, cover=make_sizes(world.files, path)) if path else media


def _take(
    world: World, incoming: Incoming, kind: Kind, *, field: str, reference: str
) -> StoredFile | None:
    path, name, ours = _locate(world, incoming, field=field, reference=reference)
    if path is None:
        return None
    size = path.stat().st_size
    if size == 0:
        raise bad_request("file must be non-empty")
    if size > (world.limits.photo if kind == "photo" else world.largest_upload):
        raise too_large()
    return world.files.keep(kind, path, name=name, move=ours)


def _locate(
    world: World, incoming: Incoming, *, field: str, reference: str
) -> tuple[Path | None, str, bool]:
    """Where the file is, what it is called, and whether we may move it."""
    if reference.startswith("file:/") and world.local:
        path = Path(unquote(urlsplit(reference).path))
        if not path.is_absolute() or not path.is_file():
            raise bad_request(f"can't find the file {path} on this machine")
        return path, path.name, False
    if re.match(r"https?://", reference):
        raise bad_request("failed to get HTTP URL content")
    if reference.startswith("attach://"):
        field = reference.removeprefix("attach://")
    elif reference:
        raise bad_request("wrong remote file identifier specified: can't unserialize it")
    part = incoming.parts.get(field)
    if part is None:
        return None, "", False
    return part.path, part.name, True


def _read_thumbnail(world: World, incoming: Incoming, reference: str) -> Picture | None:
    if not reference and "thumbnail" not in incoming.parts:
        return None
    path, _, _ = _locate(world, incoming, field="thumbnail", reference=reference)
    if path is None:
        world.violations.append(f"{incoming.method}: the thumbnail {reference} was not uploaded")
        return None
    read = read_thumbnail(world.files, path)
    if isinstance(read, Picture):
        return read
    world.violations += [f"{incoming.method}: {wrong}" for wrong in read]
    return None


def _type(kind: Kind) -> str:
    return _TYPES.get(kind, kind.capitalize())
