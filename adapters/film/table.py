"""Prints on a table, as pictures: the table with those that lie there, and one that falls."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from adapters.film.textures import NEUTRAL, Pixels, Planes, as_planes
from adapters.pictures import typeset
from core.film.polaroid import FOOT, SIDE, picture_shape, table_size
from core.film.terms import Card, Point, Size

FINE = 1.1
"""Pixels of the table's picture for one of the table: the camera goes nearer than that."""
_PAPER = (243, 240, 233)
_INK = (46, 42, 50)
_SHADOW = 0.55
_BORDER = 0.09
"""Room around a print for its shadow, in parts of its width."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Print:
    """A print with its shadow: planes that are multiplied by how solid they are already.

    `solid` and `solid_chroma` are that, from 0 to 255.
    """

    picture: Planes
    solid: Pixels
    solid_chroma: Pixels

    def lay(self, planes: Planes, matrix: Matrix, *, opacity: float = 1.0) -> None:
        """Put it over a picture; `matrix` leads from its pixels to these. Changes the planes."""
        half = halve(matrix)
        solids = (self.solid, self.solid_chroma, self.solid_chroma)
        ways = (matrix, half, half)
        for below, own, solid, way in zip(planes.all, self.picture.all, solids, ways, strict=True):
            size = (below.shape[1], below.shape[0])
            above, cover = _warp(own, way, size), _warp(solid, way, size)
            if opacity < 1:
                above = np.asarray(cv2.convertScaleAbs(above, alpha=opacity), np.uint8)
                cover = np.asarray(cv2.convertScaleAbs(cover, alpha=opacity), np.uint8)
            cv2.multiply(below, cv2.bitwise_not(cover), dst=below, scale=1 / 255)
            cv2.add(below, above, dst=below)


def _warp(plane: Pixels, matrix: Matrix, size: tuple[int, int]) -> Pixels:
    found = cv2.warpAffine(
        plane, matrix[:2], size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT, borderValue=0,
    )  # fmt: skip
    return np.asarray(found, np.uint8)


def halve(matrix: Matrix) -> Matrix:
    """The same way between planes of half the size.

    A film's chroma lies on every other pixel of a row and between two rows (H.264, figure 6-1);
    a texture's lies in the middle of four.
    """
    to_film = np.array([[2, 0, 0], [0, 2, 0.5], [0, 0, 1]], np.float64)
    to_texture = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]], np.float64)
    whole: Matrix = to_texture @ matrix @ to_film
    return whole


def draw_table(film: Size, mean: Sequence[float], seed: int) -> Planes:
    """A table in the light of a lamp, of a colour that suits photos whose `mean` is that."""
    table = table_size(film)
    width, height = round(table.width * FINE / 2) * 2, round(table.height * FINE / 2) * 2
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] - np.float32(0.32)
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :] - np.float32(0.38)
    away = np.minimum(np.sqrt((1.1 * x) ** 2 + y**2), 1.1)
    light = (1.32 - 0.78 * away) * (1 + _weave(np.random.default_rng(seed), (height, width)))
    # One colour in more and less light: it is enough to work out the light once.
    tone = as_planes(np.full((2, 2, 3), np.rint(_suit(np.asarray(mean, np.float64))), np.uint8))
    half = np.asarray(cv2.resize(light, (width // 2, height // 2), interpolation=cv2.INTER_AREA))
    return Planes(
        _as_pixels(np.asarray(light * tone.luma[0, 0], np.float32)),
        *(
            _as_pixels(np.asarray(NEUTRAL + half * (float(hue[0, 0]) - NEUTRAL), np.float32))
            for hue in tone.chroma
        ),
    )


def _suit(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """A dark, quiet tone of the photos' own colour, turned towards the warmth of wood."""
    grey = float(mean @ (0.2126, 0.7152, 0.0722))
    quiet = grey + 0.55 * (mean - grey)
    wood = np.array([118.0, 88.0, 66.0])
    mixed = 0.45 * quiet / max(1.0, grey) * 92 + 0.55 * wood
    return np.asarray(np.clip(mixed, 28, 150) * 0.86, np.float64)


def _weave(chance: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Threads that cross, and a little dust: the cloth on the table."""
    noise = chance.standard_normal(shape, np.float32)
    along = cv2.GaussianBlur(noise, (0, 0), sigmaX=9, sigmaY=0.8)
    down = cv2.GaussianBlur(noise[::-1], (0, 0), sigmaX=0.8, sigmaY=9)
    coarse = chance.standard_normal((shape[0] // 64, shape[1] // 64), np.float32)
    broad = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    total = np.zeros(shape, np.float32)
    for part, by in ((along, 0.040), (down, 0.034), (broad, 0.020)):
        total += np.asarray(part, np.float32) * np.float32(by / max(1e-6, float(part[::8].std())))
    return total


def cut_picture(photo: Pixels, point: Point) -> Pixels:
    """What of a photo is on its print: as much as fits its shape, around what matters."""
    height, width = photo.shape[:2]
    shape = picture_shape(Size(width, height))
    wide, high = min(width, round(height * shape)), min(height, round(width / shape))
    left = round(min(max(point.x * width - wide / 2, 0), width - wide))
    top = round(min(max(point.y * height - high / 2, 0), height - high))
    return photo[top : top + high, left : left + wide]


def make_print(picture: Pixels, card: Card, film: Size) -> Print:
    """Draw a print of a picture (RGB) as large as the table's picture wants it."""
    table = table_size(film)
    width = round(card.width * table.width * FINE)
    height = round(card.height * table.height * FINE)
    side, foot = round(width * SIDE), round(width * FOOT)
    room = round(width * _BORDER / 2) * 2
    paper = Image.new("RGB", (width, height), _PAPER)
    inner = (width - 2 * side, height - side - foot)
    shown = cv2.resize(picture, inner, interpolation=cv2.INTER_AREA)
    paper.paste(Image.fromarray(_shade_edges(np.asarray(shown, np.uint8))), (side, side))
    _write(paper, card.label, (side, height - foot, width - side, height))
    size = ((width + 2 * room) // 2 * 2, (height + 2 * room) // 2 * 2)
    whole = Image.new("RGB", size, (0, 0, 0))
    whole.paste(paper, (room, room))
    return _solidify(np.asarray(whole, np.uint8), room, (width, height))


def _shade_edges(picture: Pixels) -> Pixels:
    """The picture lies a hair below its paper: a thin shadow on its upper and left edge."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    edge = np.minimum(np.minimum(x, y), np.minimum(width - 1 - x, height - 1 - y) * 2)
    shade = 1 - 0.28 * np.exp(-edge / max(1.0, width * 0.004))
    return np.asarray(picture * shade[:, :, None], np.uint8)


def _write(paper: Image.Image, text: str, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    line = typeset.drawable(text, typeset.SERIF)
    if not line:
        return
    high = bottom - top
    block = typeset.fit(
        line, typeset.SERIF, width=round((right - left) * 0.94), height=round(high * 0.74),
        largest=round(high * 0.34), smallest=round(high * 0.20), lines=2,
    )  # fmt: skip
    place = (left + round((right - left) * 0.03), top + (high - block.height) // 2)
    typeset.draw_block(
        ImageDraw.Draw(paper), place, block, fill=_INK,
        width=round((right - left) * 0.94), align="centre",
    )  # fmt: skip


def _solidify(picture: Pixels, room: int, size: tuple[int, int]) -> Print:
    """Where the print is, it is solid; around it lies the shadow, which is black and is not."""
    width, height = size
    card = np.zeros(picture.shape[:2], np.float32)
    card[room : room + height, room : room + width] = 1
    fallen = np.roll(card, (round(room * 0.20), round(room * 0.13)), axis=(0, 1))
    wide = cv2.GaussianBlur(fallen, (0, 0), room * 0.26)
    close = cv2.GaussianBlur(fallen, (0, 0), room * 0.06)
    shadow = np.asarray(_SHADOW * (0.62 * wide + 0.38 * close), np.float32)
    # Turned by a few degrees, a hard edge would show its steps.
    card = np.asarray(cv2.GaussianBlur(card, (0, 0), 0.7), np.float32)
    solid = np.maximum(card, shadow * (1 - card) + card)
    planes = as_planes(picture)
    half = (planes.blue.shape[1], planes.blue.shape[0])
    rest = np.asarray(cv2.resize(solid, half, interpolation=cv2.INTER_AREA), np.float32)
    paper = np.asarray(cv2.resize(card, half, interpolation=cv2.INTER_AREA), np.float32)
    hues = [NEUTRAL * rest + (plane - float(NEUTRAL)) * paper for plane in planes.chroma]
    blue, red = (_as_pixels(np.asarray(hue, np.float32)) for hue in hues)
    own = Planes(np.asarray(planes.luma * card, np.uint8), blue, red)
    return Print(own, _as_pixels(solid * 255), _as_pixels(rest * 255))


def _as_pixels(plane: NDArray[np.float32]) -> Pixels:
    return np.asarray(np.clip(np.rint(plane), 0, 255), np.uint8)


def aim_at_print(
    card: Card, film: Size, table: Size, printed: Size, *, larger: float = 1.0, turned: float = 0.0
) -> Matrix:
    """The matrix from the table's picture (`table` pixels) to a print's (`printed` pixels).

    `larger` and `turned` (degrees) are how it still differs from how it will lie.
    """
    own = table_size(film)
    scale = own.width * FINE / table.width / larger
    angle = np.deg2rad(card.angle + turned)
    cosine, sine = float(np.cos(angle)) * scale, float(np.sin(angle)) * scale
    to_middle = np.array(
        [[1, 0, 0.5 - card.x * table.width], [0, 1, 0.5 - card.y * table.height], [0, 0, 1]]
    )
    back = np.array(
        [
            [cosine, sine, printed.width / 2 - 0.5],
            [-sine, cosine, printed.height / 2 - 0.5],
            [0, 0, 1],
        ]
    )
    whole: Matrix = back @ to_middle
    return whole
