"""Real photos for tests: those that scikit-image carries, and plain ones with a time of day."""

from pathlib import Path

import skimage
from PIL import Image

_FOLDER = Path(skimage.__file__).parent / "data"
_EXIF_IFD = 0x8769
_TAKEN = 0x9003


def photo(name: str) -> Path:
    """A photo by its name, such as `coffee.png`. Do not change it."""
    path = _FOLDER / name
    assert path.is_file(), sorted(each.name for each in _FOLDER.iterdir())
    return path


def plain(path: Path, colour: str, *, taken: str = "", size: tuple[int, int] = (640, 480)) -> Path:
    """A JPEG of one colour. `taken` is such as `2026:11:20 21:30:00`."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    if taken:
        exif.get_ifd(_EXIF_IFD)[_TAKEN] = taken
    image.save(path, "JPEG", exif=exif)
    return path
