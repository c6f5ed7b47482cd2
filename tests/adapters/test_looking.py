"""Photos are opened in a child, measured, and made small; only their hour is read."""

import base64
from io import BytesIO
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from adapters.pictures.looking import ColourEye, measure_photos, shrink_photo
from core.errors import UserError
from tests.photos import photo, plain

pillow_heif.register_heif_opener()
_GPS_IFD = 0x8825


async def test_real_photos_feel_like_their_colours() -> None:
    eye = ColourEye()
    coffee, rocket = await eye.see([photo("coffee.png")]), await eye.see([photo("rocket.jpg")])
    assert coffee.by == "colours" and coffee.words.startswith("Colours feel ")
    assert "brown" in coffee.words or "orange" in coffee.words or "red" in coffee.words
    assert coffee.title != rocket.title
    assert len(coffee.palette) >= 2


async def test_the_hour_is_that_of_the_first_photo_that_tells(tmp_path: Path) -> None:
    silent = plain(tmp_path / "a.jpg", "#203060")
    evening = plain(tmp_path / "b.jpg", "#203060", taken="2026:11:20 21:30:00")
    broken = plain(tmp_path / "c.jpg", "#203060", taken="sometime in May")
    assert (await measure_photos([silent, evening])).hour == 21
    assert (await measure_photos([silent])).hour is None
    assert (await measure_photos([broken])).hour is None


async def test_a_heic_tells_its_hour_too(tmp_path: Path) -> None:
    jpeg, heic = plain(tmp_path / "a.jpg", "#203060", taken="2026:11:20 06:10:00"), tmp_path / "h"
    with Image.open(jpeg) as image:
        image.save(heic, "HEIF", exif=image.getexif())
    assert (await measure_photos([heic])).hour == 6


async def test_what_is_no_picture_is_refused_kindly(tmp_path: Path) -> None:
    page = tmp_path / "page.jpg"
    page.write_text("<html>")
    for work in (ColourEye().see([page]), shrink_photo(page)):
        with pytest.raises(UserError, match="no picture that can be used"):
            await work


async def test_a_small_copy_has_no_metadata_and_is_upright(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(_GPS_IFD)[2] = (52.0, 31.0, 0.0)
    Image.new("RGB", (3000, 2000), "#306090").save(large, "JPEG", exif=exif)
    with Image.open(BytesIO(await shrink_photo(large))) as small:
        assert (small.format, small.size) == ("JPEG", (1045, 1568))
        assert not small.getexif()


async def test_a_small_photo_keeps_its_size() -> None:
    with Image.open(BytesIO(await shrink_photo(photo("chelsea.png")))) as small:
        assert small.size == (451, 300)


def test_base64_of_the_largest_copy_fits_through_the_pipe() -> None:
    # 1568 pixels a side of pure noise, as a JPEG.
    noise = Image.effect_noise((1568, 1568), 200).convert("RGB")
    packed = BytesIO()
    noise.save(packed, "JPEG", quality=85)
    assert len(base64.b64encode(packed.getvalue())) < 4_000_000
