"""Covers: every format and trap that people send, and covers that are drawn."""

import asyncio
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pillow_heif
import psutil
import pytest
from PIL import Image, ImageCms

from adapters.pictures import Cover, draw_cover, make_cover
from adapters.pictures.poster import draw_poster
from adapters.pictures.reading import MOST_BYTES, Refusal, read_picture, sniff
from adapters.process import MEGABYTE, Limits, run
from core.errors import ServiceError, UserError

pillow_heif.register_heif_opener()
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 60), (40, 60, 200), (220, 200, 40)
FORMATS = {
    "JPEG": "jpg",
    "PNG": "png",
    "WEBP": "webp",
    "GIF": "gif",
    "BMP": "bmp",
    "TIFF": "tif",
    "HEIF": "heic",
    "AVIF": "avif",
}
Read = Callable[..., Image.Image]


def quarters(width: int = 120, height: int = 80) -> Image.Image:
    """Four colours, one for each corner."""
    image = Image.new("RGB", (width, height))
    for index, colour in enumerate((RED, GREEN, BLUE, YELLOW)):
        x, y = index % 2 * width // 2, index // 2 * height // 2
        image.paste(colour, (x, y, x + width // 2, y + height // 2))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    into = BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    w, h = image.size
    places = (
        (w // 4, h // 4),
        (w * 3 // 4, h // 4),
        (w // 4, h * 3 // 4),
        (w * 3 // 4, h * 3 // 4),
    )
    return [pixel(image, place) for place in places]


def pixel(image: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    value = image.getpixel(place)
    assert isinstance(value, tuple)
    return value


def assert_near(found: tuple[int, ...], wanted: tuple[int, ...], *, within: int = 12) -> None:
    assert all(abs(a - b) <= within for a, b in zip(found, wanted, strict=True)), (found, wanted)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(content: bytes, side: int = 400) -> Image.Image:
        path = tmp_path / "picture"
        path.write_bytes(content)
        return read_picture(path, side=side)

    return read


def refusal(read: Read, content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read(content)
    return str(caught.value)


def check_cover(cover: Cover) -> tuple[int, int]:
    with Image.open(cover.picture) as picture:
        assert picture.format == "JPEG" and picture.mode == "RGB"
        assert max(picture.size) <= 1400
        assert not picture.info.get("progressive") and not picture.info.get("exif")
        size = picture.size
    with Image.open(cover.frame) as frame:
        assert frame.format == "PNG" and frame.mode == "RGB" and frame.size == (1920, 1080)
    with Image.open(cover.thumbnail) as thumbnail:
        assert thumbnail.format == "JPEG" and max(thumbnail.size) <= 320
    assert cover.thumbnail.stat().st_size < 200_000
    assert sorted(path.name for path in cover.picture.parent.iterdir()) == [
        "cover.jpg",
        "frame.png",
        "thumbnail.jpg",
    ]
    return size


@pytest.mark.parametrize("kind", FORMATS)
def test_every_allowed_format_keeps_its_colours(kind: str, read: Read) -> None:
    options = {} if kind in ("GIF", "BMP", "PNG", "TIFF") else {"quality": 95}
    picture = read(encoded(quarters(), kind, **options))
    assert picture.mode == "RGB" and picture.size == (120, 80)
    for found, wanted in zip(corners(picture), (RED, GREEN, BLUE, YELLOW), strict=True):
        assert_near(found, wanted)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_put_upright(orientation: int, kind: str, read: Read) -> None:
    undo = [None, None, 0, 3, 1, 5, 2, 6, 4][orientation]  # the transposition that hides it
    stored = quarters() if undo is None else quarters().transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read(encoded(stored, kind, exif=exif))
    assert picture.size == (120, 80)
    for found, wanted in zip(corners(picture), (RED, GREEN, BLUE, YELLOW), strict=True):
        assert_near(found, wanted, within=20)


def test_a_heic_of_a_phone_is_put_upright_once(read: Read) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = quarters().transpose(Image.Transpose.ROTATE_90)
    picture = read(encoded(stored, "HEIF", exif=exif.tobytes(), quality=95))
    assert picture.size == (120, 80)
    assert_near(corners(picture)[0], RED)


def inks(colour: tuple[int, int, int, int]) -> Image.Image:
    return Image.new("CMYK", (64, 64), colour)


def without_adobe(content: bytes) -> bytes:
    """Cut the APP14 marker out: then the inks count as they stand."""
    at = content.index(b"\xff\xee")
    return content[:at] + content[at + 2 + struct.unpack(">H", content[at + 2 : at + 4])[0] :]


def test_cmyk_of_adobe_is_not_inverted(read: Read) -> None:
    picture = read(encoded(inks((0, 255, 255, 0)), "JPEG", quality=95))
    assert_near(pixel(picture, (30, 30)), (255, 0, 0), within=25)


def test_cmyk_without_adobes_marker_is_not_inverted(read: Read) -> None:
    upside_down = Image.eval(inks((0, 255, 255, 0)), lambda ink: 255 - ink)
    picture = read(without_adobe(encoded(upside_down, "JPEG", quality=95)))
    assert_near(pixel(picture, (30, 30)), (255, 0, 0), within=25)


def test_a_colour_profile_is_applied(read: Read) -> None:
    # A profile whose red and blue are swapped shows at once whether it was used.
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    picture = read(encoded(Image.new("RGB", (40, 40), RED), "PNG", icc_profile=bytes(profile)))
    assert_near(pixel(picture, (20, 20)), (RED[2], RED[1], RED[0]), within=12)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_broken_colour_profile_does_no_harm(kind: str, read: Read) -> None:
    picture = read(encoded(quarters(), kind, icc_profile=b"\0" * 200))
    assert_near(corners(picture)[0], RED)


def test_sixteen_bits_keep_their_brightness(read: Read) -> None:
    for mode in ("I;16", "I"):
        image = Image.new(mode, (40, 40), 32768)
        kind = "PNG" if mode == "I;16" else "TIFF"
        assert_near(pixel(read(encoded(image, kind)), (9, 9)), (128, 128, 128), within=2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "F", "LAB", "YCbCr"])
def test_rare_modes_become_rgb(mode: str, read: Read) -> None:
    image = Image.new("L", (40, 40), 255).convert("RGB").convert("P" if mode == "PA" else "RGB")
    image = to_lab(image) if mode == "LAB" else image.convert(mode)
    kind = "PNG" if mode in ("1", "L", "LA", "P") else "TIFF"
    assert_near(pixel(read(encoded(image, kind)), (9, 9)), (255, 255, 255), within=2)


def to_lab(image: Image.Image) -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    changed = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB")
    assert changed is not None
    return changed


def test_a_dark_logo_on_nothing_stays_readable(read: Read) -> None:
    logo = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    logo.paste((20, 20, 30, 255), (20, 20, 60, 60))
    for content in (encoded(logo, "PNG"), encoded(logo.quantize(8), "PNG")):
        picture = read(content)
        assert min(pixel(picture, (5, 5))) > 180
        assert_near(pixel(picture, (40, 40)), (20, 20, 30))


def test_of_a_moving_picture_the_first_frame_is_taken(read: Read) -> None:
    frames = [Image.new("RGB", (60, 60), colour) for colour in (RED, GREEN, BLUE)]
    for kind in ("GIF", "WEBP", "PNG"):
        content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        assert_near(pixel(read(content), (30, 30)), RED)


def test_only_pictures_that_we_know_are_opened(read: Read) -> None:
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"
    blp = b"BLP2" + struct.pack("<iBBBBII", 1, 1, 8, 8, 0, 16000, 16000) + bytes(256)
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"
    jp2 = b"\0\0\0\x0cjP  \r\n\x87\n"
    film = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"
    others = (svg, blp, b"8BPS\0\1", eps, jp2, film, b"hello", b"BM", bytes(100), b"%PDF-1.7")
    for content in others:
        assert "JPEG, PNG, WebP" in refusal(read, content)
    assert "empty" in refusal(read, b"")


@pytest.mark.parametrize("kind", FORMATS)
def test_half_a_picture_is_refused(kind: str, read: Read) -> None:
    noise = Image.frombytes("RGB", (150, 150), Random(1).randbytes(67500))
    content = encoded(noise, kind)
    assert "damaged or incomplete" in refusal(read, content[: len(content) // 2])


def huge_png(side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


async def test_a_picture_of_900_million_pixels_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    path.write_bytes(huge_png(30_000))
    started = time.monotonic()
    with pytest.raises(UserError, match="30,000 × 30,000 pixels; up to 40 million"):
        await make_cover(path, tmp_path / "out")
    assert time.monotonic() - started < 3
    assert not (tmp_path / "out").exists()


def test_the_size_in_a_webp_header_counts_before_it_is_opened(read: Read) -> None:
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + b"\xfe\x3f\0" + b"\xfe\x3f\0"
    content = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + bytes(40)
    assert "16,383 × 16,383" in refusal(read, content)


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(Refusal, match="50 MB"):
        read_picture(path, side=100)


async def test_a_cover_comes_in_three_forms_without_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    source = tmp_path / "photo.exe"
    quarters(2400, 1600).save(source, "JPEG", exif=exif, comment=b"secret")
    cover = await make_cover(source, tmp_path / "out")
    assert check_cover(cover) == (1400, 933)
    for path in (cover.picture, cover.frame, cover.thumbnail):
        assert b"secret" not in path.read_bytes()


async def test_the_video_frame_shows_the_whole_picture_unstretched(tmp_path: Path) -> None:
    source = tmp_path / "tall.png"
    quarters(600, 1200).save(source)
    cover = await make_cover(source, tmp_path / "out")
    with Image.open(cover.frame) as frame:
        middle, top, bottom = 960, 84, 1080 - 84
        assert_near(pixel(frame, (middle - 200, top + 20)), RED)
        assert_near(pixel(frame, (middle + 200, bottom - 20)), YELLOW)
        assert_near(pixel(frame, (middle - 225, top + 2)), RED)
        assert sum(pixel(frame, (30, 30))) < sum(RED) * 0.75  # the fill is darker


async def test_tiny_and_odd_shapes_are_no_trouble(tmp_path: Path) -> None:
    for index, size in enumerate(((1, 1), (1, 3000), (3000, 1), (16, 16), (1921, 1080))):
        source = tmp_path / f"{index}.png"
        quarters(*size).save(source)
        check_cover(await make_cover(source, tmp_path / f"out{index}"))


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [("JPEG", "CMYK", {"progressive": True}), ("PNG", "RGBA", {"compress_level": 1})],
)
async def test_the_largest_pictures_take_less_than_400_megabytes(
    kind: str, mode: str, options: dict[str, object], tmp_path: Path
) -> None:
    source = tmp_path / "large"
    quarters(7300, 5400).convert(mode).save(source, kind, **options)
    script = (
        "import asyncio, resource, sys; from pathlib import Path\n"
        "from adapters.pictures import make_cover\n"
        "asyncio.run(make_cover(Path(sys.argv[1]), Path(sys.argv[2])))\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", script, str(source), str(tmp_path / "out")]
    printed = await run(command, limits=Limits(seconds=60))
    assert int(printed.out) * 1024 < 400 * MEGABYTE


async def test_damaged_pictures_never_cause_more_than_a_refusal(tmp_path: Path) -> None:
    chance = Random(20)
    noise = Image.frombytes("RGB", (48, 48), chance.randbytes(6912))
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = {"exif": exif.tobytes(), "icc_profile": profile}
    whole = [encoded(noise, kind, **kept) for kind in FORMATS]
    whole += [encoded(noise.quantize(16), kind, transparency=3) for kind in ("PNG", "GIF")]
    whole += [encoded(inks((9, 99, 200, 3)), "JPEG"), encoded(noise.convert("F"), "TIFF")]
    for index in range(480):
        (tmp_path / f"{index:03}").write_bytes(damaged(whole[index % len(whole)], chance))
    script = (
        "import sys; from pathlib import Path\n"
        "from adapters.pictures.reading import Refusal, read_picture\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try: read_picture(path, side=100); print('read')\n"
        "    except Refusal: print('refused')\n"
    )
    limits = Limits(seconds=60, cpu_seconds=40, memory=460 * MEGABYTE)
    printed = await run([sys.executable, "-c", script, str(tmp_path)], limits=limits)
    words = printed.out.split()
    assert len(words) == 480
    assert words.count(b"read") > 30 and words.count(b"refused") > 100


def damaged(content: bytes, chance: Random) -> bytes:
    broken = bytearray(content)
    way = chance.randrange(4)
    if way == 0:
        del broken[chance.randrange(12, len(broken)) :]
    for _ in range(chance.choice((1, 3, 10, 60))):
        reach = 400 if way == 1 else len(broken)
        at = chance.randrange(4, max(5, min(reach, len(broken))))
        if way == 2:
            broken[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif at < len(broken):
            broken[at] = chance.choice((0, 255, 127, 128, chance.randrange(256)))
    return bytes(broken)


def test_the_child_is_small_and_quick_to_start() -> None:
    script = (
        "import sys, adapters.pictures.child\n"
        "print([name for name in ('numpy', 'pillow_heif') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert printed.stdout.strip() == b"[]"


TITLES = (
    "Night Drive Home",
    "",
    "\0\u202e\u200b",
    "🌞 Sunday 🎶 👩‍👩‍👧",
    "موسيقى الليل",
    "שיר לשלום (2024)",
    "深夜のドライブ 한국 음악",
    "Музыка для дороги",
    "हिन्दी ไทย",
    "long " * 60,
    "W" * 300,
    "\U000e0001\ue000\uffff",
)


@pytest.mark.parametrize("index", range(len(TITLES)))
async def test_any_title_makes_a_cover(index: int, tmp_path: Path) -> None:
    lines = [f"Artist {n} – {TITLES[n % 12]}" for n in range((0, 1, 12, 200)[index % 4])]
    cover = await draw_cover(TITLES[index], lines, f"seed {index}", tmp_path / "out")
    assert check_cover(cover) == (1400, 1400)
    assert cover.picture.stat().st_size < 400_000


def test_the_same_seed_draws_the_same_cover_and_another_one_another() -> None:
    covers = [draw_poster("Title", ["A – B"], count=1, seed=seed)[0] for seed in "aab"]
    assert covers[0].tobytes() == covers[1].tobytes() != covers[2].tobytes()


async def test_a_cancelled_cover_leaves_no_child(tmp_path: Path) -> None:
    before = psutil.Process().children()
    task = asyncio.create_task(draw_cover("Title", [], "seed", tmp_path))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert psutil.Process().children() == before


def test_content_decides_not_the_name() -> None:
    assert sniff(encoded(quarters(), "AVIF")) == "AVIF"
    assert sniff(encoded(quarters(), "HEIF")) == "HEIF"


async def test_a_full_disk_is_not_the_pictures_fault(tmp_path: Path) -> None:
    source, out = tmp_path / "photo.png", tmp_path / "out"
    quarters().save(source)
    out.mkdir()
    (out / ".cover.jpg.part").symlink_to("/dev/full")
    with pytest.raises(ServiceError, match="no room left"):
        await make_cover(source, out)
