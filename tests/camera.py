"""Photos for tests, with everything in them that a camera writes down."""

import io
import zlib

import pillow_heif
from PIL import Image, PngImagePlugin

SECRETS = (b"Canon of Anna", b"Secret Street", b"47.3769")
_ORIENTATION, _MAKER, _EXIF, _GPS, _TAKEN = 0x0112, 0x010F, 0x8769, 0x8825, 0x9003
TAKEN = "2026:11:20 18:40:00"
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>47.3769</exif:GPSLatitude></x:xmpmeta>'
)


def picture(width: int = 120, height: int = 80) -> Image.Image:
    """Something with detail, so that a single wrong bit would show."""
    radial = Image.radial_gradient("L").resize((width, height))
    linear = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (radial, linear, radial.transpose(Image.Transpose.ROTATE_180)))


def exif(*, orientation: int = 6) -> Image.Exif:
    """A camera's tags, with a place."""
    tags = Image.Exif()
    tags[_ORIENTATION] = orientation
    tags[_MAKER] = "Canon of Anna"
    tags.get_ifd(_EXIF)[_TAKEN] = TAKEN
    place = tags.get_ifd(_GPS)
    place[1], place[2] = "N", (47.0, 22.0, 36.8)
    place[29], place[28] = "2026:11:20", b"Secret Street"
    return tags


def photo(kind: str = "JPEG", *, orientation: int = 6, size: tuple[int, int] = (120, 80)) -> bytes:
    """A photo of that kind with tags, XMP and comments that tell where it was taken."""
    into = io.BytesIO()
    image = picture(*size)
    tags = exif(orientation=orientation)
    match kind:
        case "JPEG":
            image.save(into, "JPEG", quality=92, exif=tags, comment=b"Secret Street", xmp=_XMP)
        case "PROGRESSIVE":
            image.save(into, "JPEG", progressive=True, exif=tags, comment=b"Secret Street")
        case "PNG":
            words = PngImagePlugin.PngInfo()
            words.add_text("Location", "Secret Street", zip=False)
            words.add_itxt("XML:com.adobe.xmp", _XMP.decode())
            image.save(into, "PNG", exif=tags, pnginfo=words)
        case "WEBP":
            image.save(into, "WEBP", lossless=True, exif=tags, xmp=_XMP)
        case "GIF":
            image.convert("P").save(into, "GIF", comment=b"Secret Street")
        case "HEIF":
            heif = pillow_heif.from_pillow(image)
            heif.save(into, quality=90, exif=tags.tobytes(), xmp=_XMP)
        case _:
            raise ValueError(kind)
    return into.getvalue()


def bomb(width: int = 16_000, height: int = 16_000) -> bytes:
    """A PNG of few bytes that would be 256 million pixels."""
    row = bytes(1 + width // 8)
    packed = zlib.compressobj(9)
    body = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([1, 0, 0, 0, 0])
    chunks = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(content).to_bytes(4, "big")
        + kind
        + content
        + zlib.crc32(kind + content).to_bytes(4, "big")
        for kind, content in chunks
    )
