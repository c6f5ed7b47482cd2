"""What tells where a photo was taken is left out; the picture stays as it was, to the last bit."""

import io

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from core.cleaning import clean_photo, join_pieces
from core.errors import UserError
from core.exif import Exif, read_exif, write_exif
from core.picture_sizes import measure_picture
from core.pictures import name_picture
from tests.camera import SECRETS, TAKEN, bomb, exif, photo

KINDS = ("JPEG", "PROGRESSIVE", "PNG", "WEBP", "GIF", "HEIF")
PHOTOS = {kind: photo(kind) for kind in KINDS}
_GPS = 0x8825


@pytest.fixture(autouse=True)
def _heif() -> None:
    pillow_heif.register_heif_opener()


def clean(content: bytes) -> bytes:
    return join_pieces(content, clean_photo(content, name_picture(content[:512])))


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_the_place_is_left(kind: str) -> None:
    before = PHOTOS[kind]
    assert any(secret in before for secret in SECRETS), "there is something to find"
    after = clean(before)
    assert not [secret for secret in SECRETS if secret in after]
    with Image.open(io.BytesIO(after)) as opened:
        tags = opened.getexif()
        assert not tags.get_ifd(_GPS) and 0x010F not in tags
        assert b"GPS" not in opened.info.get("xmp", b"") and "comment" not in opened.info


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_is_the_same_to_the_last_bit(kind: str) -> None:
    before = PHOTOS[kind]
    after = clean(before)
    assert pixels(after) == pixels(before)
    assert clean(after) == after, "there is nothing more to leave out"


@pytest.mark.parametrize("kind", ["JPEG", "PROGRESSIVE", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_how_it_is_turned_and_when_it_was_taken_stay(kind: str, orientation: int) -> None:
    before = photo(kind, orientation=orientation)
    with Image.open(io.BytesIO(clean(before))) as opened:
        assert opened.getexif().get(0x0112, 1) == orientation
        assert opened.getexif().get_ifd(0x8769)[0x9003] == TAKEN
        shown = ImageOps.exif_transpose(opened)
    with Image.open(io.BytesIO(before)) as opened:
        assert shown.size == ImageOps.exif_transpose(opened).size


def test_what_hangs_on_behind_a_photo_goes() -> None:
    before = PHOTOS["JPEG"]
    assert clean(before + b"MotionPhoto Secret Street" + before) == clean(before)


def test_profiles_and_inks_stay() -> None:
    into = io.BytesIO()
    profile = b"not a real profile, but it is kept" * 20
    picture = Image.radial_gradient("L").convert("CMYK")
    picture.save(into, "JPEG", icc_profile=profile, exif=exif())
    with Image.open(io.BytesIO(clean(into.getvalue()))) as opened:
        assert opened.info["icc_profile"] == profile
        assert opened.info["adobe_transform"] == 2 or "adobe" in opened.info


def test_moving_pictures_go_on_moving() -> None:
    into = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "green", "blue")]
    frames[0].save(into, "GIF", save_all=True, append_images=frames[1:], loop=0, comment=b"Secret")
    after = clean(into.getvalue())
    with Image.open(io.BytesIO(after)) as opened:
        assert (getattr(opened, "n_frames", 0), opened.info["loop"]) == (3, 0)
    assert b"Secret" not in after


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_that_is_cut_off_is_told(kind: str) -> None:
    whole = PHOTOS[kind]
    for end in (16, 40, len(whole) // 3, len(whole) // 2):
        with pytest.raises(UserError, match="damaged or cut off"):
            clean(whole[:end].ljust(12, b"\0"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_is_told_without_decoding(kind: str) -> None:
    content = photo(kind, size=(200, 120))
    assert measure_picture(content, name_picture(content[:512])) == (200, 120)


def test_a_bomb_is_measured_and_not_opened() -> None:
    content = bomb()
    assert len(content) < 50_000
    assert measure_picture(content, "PNG") == (16_000, 16_000)


@given(
    kind=st.sampled_from(KINDS),
    at=st.floats(0, 1),
    junk=st.binary(min_size=0, max_size=40),
    cut=st.floats(0.2, 1),
)
@settings(max_examples=250, deadline=None)
def test_whatever_comes_it_is_cleaned_or_told(
    kind: str, at: float, junk: bytes, cut: float
) -> None:
    whole = PHOTOS[kind]
    start = 12 + int(at * (len(whole) - 12))
    spoilt = (whole[:start] + junk + whole[start + len(junk) :])[: max(12, int(cut * len(whole)))]
    named = name_picture(spoilt[:512])
    try:
        measure_picture(spoilt, named)
        join_pieces(spoilt, clean_photo(spoilt, named))
    except UserError as error:
        assert "damaged or cut off" in str(error)


def test_exif_is_read_in_both_byte_orders_and_written_again() -> None:
    tags = exif(orientation=8).tobytes().removeprefix(b"Exif\0\0")
    kept = read_exif(tags)
    assert kept == Exif(8, TAKEN.encode() + b"\0")
    assert read_exif(write_exif(kept)) == kept
    assert write_exif(Exif()) == b""
    turned = Exif(3)
    assert read_exif(write_exif(turned)) == turned


@given(st.binary(max_size=120))
def test_broken_exif_says_nothing_and_harms_nobody(junk: bytes) -> None:
    for order in (b"II*\0", b"MM\0*"):
        read_exif(order + junk)
