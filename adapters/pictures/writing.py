"""Writes a cover in the forms that players and videos need, each whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from adapters.pictures.art import add_grain

COVER_SIDE = 1400
FRAME = (1920, 1080)
_THUMBNAIL_SIDE = 320
_THUMBNAIL_BYTES = 200_000
_COVER_BYTES = 300_000
_SHARP = 2.5  # how far a small picture may be blown up before it looks soft
_MARGIN = 84


def write_all(folder: Path, cover: Image.Image, frame: Image.Image) -> None:
    """Write `cover.jpg`, `frame.png` and `thumbnail.jpg`."""
    write_cover(folder, cover)
    _replace(folder / "frame.png", lambda to: frame.save(to, "PNG", compress_level=0))


def write_cover(folder: Path, cover: Image.Image) -> None:
    """Write `cover.jpg` and `thumbnail.jpg`."""
    folder.mkdir(parents=True, exist_ok=True)
    _save_jpeg(cover, folder / "cover.jpg", most=_COVER_BYTES)
    thumbnail = cover.copy()
    thumbnail.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    _save_jpeg(thumbnail, folder / "thumbnail.jpg", most=_THUMBNAIL_BYTES)


def write_waveform(folder: Path, picture: Image.Image) -> None:
    """Write `waveform.png`, in few colours: it is flat, and goes with every result."""
    flat = picture.quantize(64)
    _replace(folder / "waveform.png", lambda to: flat.save(to, "PNG", optimize=True))


def write_picture(path: Path, picture: Image.Image) -> None:
    """Write a PNG of our own, clear parts and all."""
    _replace(path, lambda to: picture.save(to, "PNG", compress_level=1))


def _save_jpeg(image: Image.Image, path: Path, *, most: int) -> None:
    def save(to: Path) -> None:
        for quality, sampling in ((90, 0), (88, 2), (82, 2), (75, 2), (66, 2), (55, 2)):
            image.save(to, "JPEG", quality=quality, subsampling=sampling, optimize=True)
            if to.stat().st_size <= most:
                return

    _replace(path, save)


def write_png(path: Path, image: Image.Image) -> None:
    """Write a drawn picture, whole or not at all."""
    _replace(path, lambda to: image.save(to, "PNG", compress_level=6))


def _replace(path: Path, save: Callable[[Path], None]) -> None:
    part = path.with_name(f".{path.name}.part")
    save(part)
    part.replace(path)


def fill_frame(picture: Image.Image) -> Image.Image:
    """The picture whole on 1920 × 1080, before a blurred and darkened fill of itself."""
    width, height = FRAME
    scale = min(width / picture.width, height / picture.height)
    full_bleed = abs(picture.width / picture.height - width / height) < 0.03
    if not full_bleed or scale > _SHARP:
        scale = min((width - 2 * _MARGIN) / picture.width, (height - 2 * _MARGIN) / picture.height)
    scale = min(scale, _SHARP)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    front = picture.resize(size, Image.Resampling.LANCZOS)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    back = _backdrop(picture)
    _cast_shadow(back, (left, top, left + size[0], top + size[1]))
    back.paste(front, (left, top))
    return back


def _backdrop(picture: Image.Image) -> Image.Image:
    small = (FRAME[0] // 8, FRAME[1] // 8)
    scale = max(small[0] / picture.width, small[1] / picture.height)
    cut = (small[0] / scale, small[1] / scale)
    left, top = (picture.width - cut[0]) / 2, (picture.height - cut[1]) / 2
    # A box of fractions of pixels may end a hair outside the picture.
    box = (left, top, min(left + cut[0], picture.width), min(top + cut[1], picture.height))
    filled = picture.resize(small, Image.Resampling.BILINEAR, box=box)
    filled = filled.filter(ImageFilter.GaussianBlur(11))
    filled = ImageEnhance.Color(filled).enhance(1.35)
    filled = ImageEnhance.Brightness(filled).enhance(0.48)
    edge = (
        Image.radial_gradient("L").resize(small).point([max(96, 255 - v // 2) for v in range(256)])
    )
    filled = ImageChops.multiply(filled, Image.merge("RGB", (edge, edge, edge)))
    filled = filled.resize(FRAME, Image.Resampling.BICUBIC)
    # Without a little grain, encoders turn a soft dark gradient into steps.
    return add_grain(filled, 0.06, Random(0))  # noqa: S311  for looks


def _cast_shadow(back: Image.Image, box: tuple[int, int, int, int]) -> None:
    if box[0] <= 0 and box[1] <= 0:
        return
    quarter = (FRAME[0] // 4, FRAME[1] // 4)
    shade = Image.new("L", quarter, 0)
    left, top, right, bottom = (value / 4 for value in box)
    ImageDraw.Draw(shade).rectangle((left, top + 4, right, bottom + 4), fill=150)
    shade = shade.filter(ImageFilter.GaussianBlur(8)).resize(FRAME, Image.Resampling.BICUBIC)
    back.paste((0, 0, 0), mask=shade)
