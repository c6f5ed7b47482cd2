"""Photos in the sizes that Telegram keeps, and thumbnails as it wants them."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.files import Files, StoredFile
from tests.doubles.telegram.refusals import bad_request

_BOXES = (90, 320, 800, 1280)
_LONGEST_SUM = 10_000
_FLATTEST = 20
THUMBNAIL_BYTES = 200_000
THUMBNAIL_SIDE = 320


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture; sides in pixels."""

    file: StoredFile
    width: int
    height: int

    def to_json(self) -> Json:
        return {
            "file_id": self.file.id,
            "file_unique_id": self.file.unique_id,
            "file_size": self.file.size,
            "width": self.width,
            "height": self.height,
        }


def make_sizes(files: Files, path: Path) -> tuple[Picture, ...]:
    """The JPEGs that a photo becomes, the largest last; or Telegram's refusal."""
    try:
        with Image.open(path) as opened:
            whole = ImageOps.exif_transpose(opened).convert("RGB")
    except OSError as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    long, short = max(whole.size), min(whole.size)
    if sum(whole.size) > _LONGEST_SUM or long > short * _FLATTEST:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    boxes = [box for box in _BOXES if box < long]
    return tuple(
        _resize(files, whole, box) for box in (*boxes, min(long, _BOXES[-1]))[: len(_BOXES)]
    )


def _resize(files: Files, whole: Image.Image, box: int) -> Picture:
    small = whole.copy()
    small.thumbnail((box, box))
    content = io.BytesIO()
    small.save(content, "JPEG", quality=87)
    file = files.keep_bytes("photo", content.getvalue(), name=f"photo_{box}.jpg")
    return Picture(file, *small.size)


def read_thumbnail(files: Files, path: Path) -> Picture | list[str]:
    """The thumbnail; or what is wrong with it, which Telegram itself would pass over in silence."""
    wrong = []
    try:
        with Image.open(path) as opened:
            form, size = opened.format, opened.size
    except OSError:
        return ["a thumbnail is no picture: it must be a JPEG"]
    if form != "JPEG":
        wrong.append(f"a thumbnail is {form}: it must be a JPEG")
    if path.stat().st_size >= THUMBNAIL_BYTES:
        wrong.append(f"a thumbnail has {path.stat().st_size} bytes: it must be under 200 kB")
    if max(size) > THUMBNAIL_SIDE:
        wrong.append(f"a thumbnail is {size[0]} x {size[1]}: no side may exceed 320 px")
    if wrong:
        return wrong
    return Picture(files.keep("thumbnail", path, name="thumbnail.jpg"), *size)
