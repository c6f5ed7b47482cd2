"""Painting a film frame by frame, as the planes that an encoder takes: I420, limited range."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from adapters.film.letters import opacity_of, set_caption
from adapters.film.lights import Grain, LeakLight, draw_vignette
from adapters.film.table import (
    aim_at_print,
    cut_picture,
    draw_table,
    halve,
    make_print,
)
from adapters.film.textures import (
    BLACK,
    NEUTRAL,
    Pixels,
    Planes,
    as_planes,
    grade,
    read_rgb,
    reserve,
    resize,
    sharpen,
    split,
)
from core.film.camera import Matrix, place, see, smooth, window
from core.film.polaroid import LANDING, falling, table_size
from core.film.terms import Film, Size, Study

_STRAIGHT = 1e-9


class Stage:
    """What shots are views of: a texture for each moment, and the size that it stands for."""

    def __init__(self, film: Film, studies: Sequence[Study], photos: Sequence[str]) -> None:
        self._film = film
        self._sizes = [study.size for study in studies]
        nearest = _nearest(film)
        self._textures: Mapping[int, Planes] = {
            photo: self._make(photos[photo], studies[photo].size, nearest[photo])
            for photo in nearest
        }

    def _make(self, path: str, photo: Size, zoom: float) -> Planes:
        """As fine as the nearest view of it wants, so that no view of it is blurred or rough."""
        wide, _ = window(photo, self._film.size)
        picture = resize(read_rgb(path), self._film.size.width * zoom / wide)
        return as_planes(grade(sharpen(picture), self._film.grade))

    def texture(self, index: int, frame: int) -> Planes:
        """What shot `index` shows at a frame."""
        del frame  # a photo stays as it is
        return self._textures[self._film.shots[index].photo]

    def size(self, index: int) -> Size:
        return self._sizes[self._film.shots[index].photo]

    def add(self, planes: Planes, matrix: Matrix, frame: int) -> None:
        """What moves on its own; a photo does not."""


def _nearest(film: Film) -> dict[int, float]:
    """The nearest zoom on each photo that is shown."""
    found: dict[int, float] = {}
    for shot in film.shots:
        zoom = max(shot.begin.zoom, shot.finish.zoom)
        found[shot.photo] = max(found.get(shot.photo, 1.0), zoom)
    return found


class Table:
    """A table on which prints land one after the other."""

    def __init__(self, film: Film, studies: Sequence[Study], photos: Sequence[str]) -> None:
        self._film = film
        graded = []
        for number, path in enumerate(photos):
            cut = cut_picture(read_rgb(path), studies[number].points[0])
            fine = resize(cut, film.cards[number].width * table_size(film.size).width * 1.1)
            graded.append(grade(sharpen(fine), film.grade))
        self._prints = [
            make_print(picture, card, film.size)
            for picture, card in zip(graded, film.cards, strict=True)
        ]
        mean = np.mean([picture.reshape(-1, 3).mean(axis=0) for picture in graded], axis=0)
        self._states = [draw_table(film.size, list(mean), film.seed)]
        for number in range(len(self._prints)):
            self._states.append(self._with(self._states[-1], number))

    def _with(self, before: Planes, number: int) -> Planes:
        after = before.copy()
        self._prints[number].lay(after, self._aim(number))
        return after

    def _aim(self, number: int, *, larger: float = 1.0, turned: float = 0.0) -> Matrix:
        printed, table = self._prints[number].picture.size, self._states[0].size
        return aim_at_print(
            self._film.cards[number], self._film.size, table, printed,
            larger=larger, turned=turned,
        )  # fmt: skip

    def texture(self, index: int, frame: int) -> Planes:
        """The table with all that have landed by then."""
        del index  # all shots are views of one table
        landed = sum(frame >= card.lands + LANDING for card in self._film.cards)
        return self._states[landed]

    def size(self, index: int) -> Size:
        del index
        return table_size(self._film.size)

    def add(self, planes: Planes, matrix: Matrix, frame: int) -> None:
        """The print that is falling. `matrix` leads from the frame to the table's picture."""
        for number, card in enumerate(self._film.cards):
            if card.lands <= frame < card.lands + LANDING:
                larger, turned, opacity = falling(card, frame)
                aim = self._aim(number, larger=larger, turned=turned) @ matrix
                self._prints[number].lay(planes, aim, opacity=opacity)


class Painter:
    """Paints the frames of one film, in order. Every frame is drawn into the same memory."""

    def __init__(self, film: Film, studies: Sequence[Study], photos: Sequence[str]) -> None:
        self._film = film
        make = Table if film.cards else Stage
        self._stage: Stage | Table = make(film, studies, photos)
        self._other = split(reserve(film.size), film.size)
        self._vignette = draw_vignette(film.size, film.grade.vignette)
        half = (film.size.width // 2, film.size.height // 2)
        self._corners = np.asarray(cv2.resize(self._vignette, half), np.uint8)
        pale = NEUTRAL * (1 - self._corners.astype(np.float32) / 255)
        self._pale = np.asarray(np.rint(pale), np.uint8)
        self._grain = Grain(film.size, film.grade.grain, film.seed)
        self._leaks = [(leak, LeakLight(leak, film.size)) for leak in film.leaks]
        set_ones = [(each, set_caption(each, film.size, film.style)) for each in film.captions]
        self._words = [(each, sprite) for each, sprite in set_ones if sprite is not None]

    def paint(self, frame: int, memory: Pixels) -> None:
        """Draw a frame into its memory, as `reserve` gives it."""
        planes = split(memory, self._film.size)
        brightness = self._brightness(frame)
        self._show(frame, planes)
        self._leak(frame, planes)
        self._darken(planes, brightness)
        for caption, sprite in self._words:
            opacity = opacity_of(caption, frame)
            if opacity > 0:
                sprite.lay(planes, opacity * brightness)
        if brightness < 1:
            for plane in planes.chroma:
                cv2.convertScaleAbs(plane, plane, brightness, NEUTRAL * (1 - brightness))
        if brightness > 0:
            cv2.add(planes.luma, self._grain.at(frame), dst=planes.luma)
        else:
            planes.luma[:] = BLACK

    def _leak(self, frame: int, planes: Planes) -> None:
        for leak, light in self._leaks:
            if leak.start < frame < leak.end:
                brighter, bluer, redder = light.draw(frame)
                cv2.add(planes.luma, brighter, dst=planes.luma)
                cv2.subtract(planes.blue, bluer, dst=planes.blue)
                cv2.add(planes.red, redder, dst=planes.red)

    def _darken(self, planes: Planes, brightness: float) -> None:
        """The vignette, and the way out of black and back."""
        cv2.multiply(planes.luma, self._vignette, dst=planes.luma, scale=brightness / 255)
        for plane in planes.chroma:
            cv2.multiply(plane, self._corners, dst=plane, scale=1 / 255)
            cv2.add(plane, self._pale, dst=plane)

    def _show(self, frame: int, planes: Planes) -> None:
        """The shots of a frame: one, or two of which the second comes over the first."""
        shots = self._film.shots
        shown = [at for at, shot in enumerate(shots) if shot.start <= frame < shot.end]
        self._view(shown[0], frame, planes)
        for index in shown[1:]:
            shot = shots[index]
            share = smooth((frame - shot.start + 0.5) / max(1, shot.fade))
            self._view(index, frame, self._other)
            for below, above in zip(planes.all, self._other.all, strict=True):
                cv2.addWeighted(below, 1 - share, above, share, 0, dst=below)

    def _view(self, index: int, frame: int, planes: Planes) -> None:
        """What the camera sees of one shot."""
        texture = self._stage.texture(index, frame)
        matrix = place(
            see(self._film, index, frame),
            photo=self._stage.size(index),
            film=self._film.size,
            texture=texture.size,
        )
        half = halve(matrix)
        for plane, source, way in zip(planes.all, texture.all, (matrix, half, half), strict=True):
            _warp(source, way, plane)
        self._stage.add(planes, matrix, frame)

    def _brightness(self, frame: int) -> float:
        """1 for most of the film; it comes out of black and goes back into it."""
        film = self._film
        coming = smooth((frame + 0.5) / film.fade_in) if film.fade_in else 1.0
        left = film.frames - 1 - frame
        going = smooth(left / film.fade_out) if film.fade_out else 1.0
        return min(coming, going)


def _warp(source: Pixels, matrix: Matrix, into: Pixels) -> None:
    size = (into.shape[1], into.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if abs(matrix[2, 0]) + abs(matrix[2, 1]) < _STRAIGHT:
        found = cv2.warpAffine(
            source, matrix[:2], size, dst=into, flags=flags, borderMode=cv2.BORDER_REFLECT_101
        )
    else:
        found = cv2.warpPerspective(
            source, matrix, size, dst=into, flags=flags, borderMode=cv2.BORDER_REFLECT_101
        )
    if found is not into and not np.shares_memory(found, into):
        into[:] = found


def save_picture(memory: Pixels, size: Size, path: Path) -> None:
    """A finished frame as a JPEG, for a cover."""
    planes = split(memory, size)
    full = (size.width, size.height)
    y = (planes.luma.astype(np.float32) - BLACK) * (255 / 219)
    blue, red = (
        (cv2.resize(plane, full).astype(np.float32) - NEUTRAL) * (255 / 224)
        for plane in planes.chroma
    )
    parts = [y + 1.8556 * blue, y - 0.1873 * blue - 0.4681 * red, y + 1.5748 * red]
    cv2.imwrite(str(path), np.clip(np.dstack(parts), 0, 255).astype(np.uint8))
