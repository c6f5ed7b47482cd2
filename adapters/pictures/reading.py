"""Opens a picture that someone sent: by content, within bounds, upright, opaque and in sRGB."""

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageStat

from core.pictures import name_picture

MOST_PIXELS = 40_000_000
MOST_BYTES = 50_000_000
_ALLOWED = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF"
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    RuntimeError,
    AttributeError,
    struct.error,
)
"""What Pillow and its codecs were seen to raise on damaged files."""


class Refusal(Exception):  # noqa: N818  it is no error of ours: the picture is turned down
    """The picture cannot be used; the text is the sentence for its sender."""


def sniff(head: bytes) -> str:
    """Pillow's name of the format, by the first bytes. Raises `Refusal` for any other format."""
    name = name_picture(head)
    if not name:
        raise Refusal(f"This is no picture that can be used here: send a {_ALLOWED}.")
    return name


def read_picture(path: Path, *, side: int) -> Image.Image:
    """The picture as RGB in sRGB, upright, its long side at most `side` pixels.

    Of a moving picture the first frame. Nothing of its metadata is kept. Raises `Refusal`.
    """
    raw = _read_bytes(path)
    kind = sniff(raw[:512])
    if kind == "WEBP":
        _check_size(*_webp_size(raw))
    Image.MAX_IMAGE_PIXELS = None  # ours is stricter, and says by how much
    with _refusing(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if kind == "HEIF":
            register_heif()
        with Image.open(BytesIO(raw), formats=[kind]) as opened:
            _check_size(*opened.size)
            return _normalise(opened, side)


def _read_bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refusal(
            f"The picture has {size / 1e6:.0f} MB; up to {MOST_BYTES / 1e6:.0f} MB are allowed."
        )
    if size == 0:
        raise Refusal("The picture is empty: send it again.")
    return path.read_bytes()


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refusal(
            f"The picture has {width:,} × {height:,} pixels; "
            f"up to {MOST_PIXELS // 1_000_000} million are allowed: make it smaller."
        )
    if width < 1 or height < 1:
        raise Refusal("The picture has no pixels: send another one.")


def _webp_size(raw: bytes) -> tuple[int, int]:
    """Canvas from the header, since opening a WebP already makes room for all its pixels."""
    kind, body = raw[12:16], raw[20:30]
    if len(body) < 10:
        raise Refusal("The picture is damaged or incomplete: send it again.")
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return tuple(int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))  # type: ignore[return-value]  # two by its making


def register_heif() -> None:
    """Have Pillow open HEIC and AVIF, too."""
    # Here and not at the top: it takes longer to import than most pictures take to read.
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise Refusal(
            "The picture takes too much memory to open: make it smaller, or save it as JPEG."
        ) from error
    except DAMAGE as error:
        raise Refusal("The picture is damaged or incomplete: send it again.") from error


def _normalise(opened: Image.Image, side: int) -> Image.Image:
    if opened.format == "JPEG":
        # Decodes at a half, a quarter or an eighth: less time and memory.
        opened.draft(None, (side, side))
    opened.load()
    profile = opened.info.get("icc_profile")
    orientation = _orientation(opened)
    inverted = opened.format == "JPEG" and opened.mode == "CMYK" and "adobe" not in opened.info
    small = _shrink(opened, side)
    if inverted:
        # Pillow takes every CMYK JPEG for one of Adobe's, whose inks are upside down.
        small = Image.eval(small, lambda ink: 255 - ink)
    small = _flatten(_to_srgb(small, profile))
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    turned = small.transpose(_TURNS[orientation]) if orientation in _TURNS else small
    bare = Image.new("RGB", turned.size)
    bare.paste(turned)
    return bare


def _orientation(opened: Image.Image) -> int:
    if opened.format == "TIFF":
        return 1  # Pillow has turned it while loading
    try:
        value = opened.getexif().get(_ORIENTATION, 1)
    except DAMAGE:
        return 1  # broken EXIF does not spoil the picture
    return value if isinstance(value, int) else 1


def _shrink(opened: Image.Image, side: int) -> Image.Image:
    """In 8 bits, and near the wanted size, strip by strip: never a second copy of it all."""
    factor = max(1, max(opened.size) // side)
    if factor == 1:
        return _to_eight_bits(opened, _reach(opened))
    reach = _reach(opened)
    width, height = opened.size
    strips = []
    rows = factor * max(1, 1_000_000 // (width * factor))
    for top in range(0, height, rows):
        strip = opened.crop((0, top, width, min(top + rows, height)))
        strip.info = opened.info
        strips.append(_to_eight_bits(strip, reach).reduce(factor))
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        whole.paste(strip, (0, top))
        top += strip.height
    return whole


def _reach(opened: Image.Image) -> tuple[float, float]:
    """The darkest and brightest value of a mode with more than 8 bits."""
    if opened.mode.startswith("I;16"):
        return 0.0, 65535.0
    if opened.mode not in ("I", "F"):
        return 0.0, 255.0
    low, high = opened.getextrema()
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)):
        return 0.0, 255.0
    if low >= 0 and high <= 1 and opened.mode == "F":
        return 0.0, 1.0
    return (0.0, 255.0 if high <= 255 else 65535.0) if 0 <= low <= high <= 65535 else (low, high)


def _to_eight_bits(image: Image.Image, reach: tuple[float, float]) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        low, high = reach
        scale = 255 / max(high - low, 1e-9)
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode in ("1", "HSV", "YCbCr"):
        return image.convert("L" if image.mode == "1" else "RGB")
    return image.copy()


def _to_srgb(image: Image.Image, profile: object) -> Image.Image:
    if image.mode == "LAB":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    if not isinstance(profile, bytes) or not profile:
        return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    plain = image.convert("RGB") if alpha else image
    try:
        changed = ImageCms.profileToProfile(
            plain,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, *DAMAGE):
        changed = plain.convert("RGB")  # a broken profile, or one for other inks
    if changed is None:
        changed = plain.convert("RGB")
    if alpha:
        changed.putalpha(alpha)
    return changed


def _flatten(image: Image.Image) -> Image.Image:
    """Put what is see-through on a colour that suits the rest and stands off from it."""
    if image.mode != "RGBA":
        return image
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image.convert("RGB")
    if alpha.getextrema() == (0, 0):
        raise Refusal("The picture is wholly see-through: send another one.")
    mean = ImageStat.Stat(image.convert("RGB"), mask=alpha).mean
    luma = 0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2]
    aim, share = (244.0, 0.86) if luma < 128 else (18.0, 0.82)
    backdrop = tuple(round(value + (aim - value) * share) for value in mean)
    whole = Image.new("RGB", image.size, backdrop)
    whole.paste(image.convert("RGB"), mask=alpha)
    return whole
