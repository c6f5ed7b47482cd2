"""A piano roll of a score: every note in its colour, with sections, chords and bars."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from adapters.pictures import typeset
from adapters.pictures.art import FINE, Colour, blend
from core.music.score import Score, Voice

SIZE = (1920, 1080)
_GROUND: Colour = (18, 22, 38)
_PANEL: Colour = (27, 32, 53)
_INK: Colour = (244, 239, 230)
_PARTS: dict[str, Colour] = {
    "melody": (255, 107, 107),
    "counter": (247, 143, 179),
    "harmony": (255, 209, 102),
    "pad": (91, 141, 239),
    "bass": (78, 205, 196),
    "drums": (174, 164, 214),
}
_OTHER: dict[str, Colour] = {"melody": (255, 159, 90), "counter": (205, 140, 232)}
"""For those who take turns with the first of their part."""
_SECTIONS: dict[str, Colour] = {
    "intro": (74, 84, 120), "A": (196, 92, 92), "B": (66, 128, 170), "bridge": (120, 92, 168),
    "C": (72, 140, 118), "outro": (74, 84, 120),
}  # fmt: skip
_MARGIN = 72
_HEAD = 176
_FOOT = 64
_GAP = 26
_BAND, _CHORDS, _DRUMS = 30, 34, 46
"""Heights of a system's strips: sections above, then chords; drums below the notes."""
_ROWS = ((12, 1), (28, 2), (72, 3))
"""Up to so many bars go on so many systems; more than that on four."""


@dataclass(frozen=True, slots=True)
class _System:
    """One line of the picture: ticks from `first` to `last` between `left` and `right`."""

    first: int
    last: int
    left: float
    right: float
    top: float
    bottom: float

    def x(self, tick: float) -> float:
        share = (tick - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def holds(self, start: int, end: int) -> bool:
        return start < self.last and end > self.first


def read_score(path: Path) -> Score:
    """The score in a JSON file of ours."""
    return Score.from_json(json.loads(path.read_text(encoding="utf-8")))


def draw_roll(score: Score) -> Image.Image:
    """The whole piece on one picture of 1920 by 1080."""
    fine = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), _GROUND)
    shapes = ImageDraw.Draw(fine)
    systems = list(_lay_out(score))
    for system in systems:
        _draw_ground(shapes, score, system)
        _draw_notes(shapes, score, system)
    image = fine.reduce(FINE)
    words = ImageDraw.Draw(image)
    _write_head(words, score)
    for system in systems:
        _write_sections(words, score, system)
        _write_chords(words, score, system)
    return image


def _lay_out(score: Score) -> Iterator[_System]:
    bars = max(1, -(-score.clock.end // score.metre.bar))
    rows = next((rows for most, rows in _ROWS if bars <= most), 4)
    each = -(-bars // rows)
    high = (SIZE[1] - _HEAD - _FOOT - _GAP * (rows - 1)) / rows
    for row in range(rows):
        top = _HEAD + row * (high + _GAP)
        yield _System(
            row * each * score.metre.bar,
            (row + 1) * each * score.metre.bar,
            _MARGIN,
            SIZE[0] - _MARGIN,
            top,
            top + high,
        )


def _box(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    fill: Colour,
    radius: float = 0,
) -> None:
    left, top, right, bottom = (value * FINE for value in box)
    draw.rounded_rectangle((left, top, max(left, right), bottom), radius * FINE, fill=fill)


def _draw_ground(draw: ImageDraw.ImageDraw, score: Score, system: _System) -> None:
    """The panel, bars, octaves and the band of the sections."""
    end = system.x(score.clock.end)
    _box(draw, (system.left, system.top, end, system.bottom), _PANEL, 8)
    low, high = _pitches(score)
    for pitch in range(low + (-low) % 12, high, 12):
        y = _y(system, pitch, (low, high))
        _box(draw, (system.left, y, end, y + 1), blend(_PANEL, _INK, 0.07))
    count = (system.last - system.first) // score.metre.bar
    for bar in range(count + 1):
        x = system.x(system.first + bar * score.metre.bar)
        if x <= end and (count <= 40 or bar % 4 == 0):
            top = system.top + _BAND
            _box(draw, (x, top, x + 1.2, system.bottom), blend(_PANEL, _INK, 0.13))
    for start, stop, name in _sections(score):
        if system.holds(start, stop):
            left, right = system.x(start), system.x(stop)
            _box(draw, (left, system.top, right - 2, system.top + _BAND), _SECTIONS[name], 5)


def _sections(score: Score) -> list[tuple[int, int, str]]:
    starts = [section.bar * score.metre.bar for section in score.sections]
    ends = [*starts[1:], score.clock.end]
    names = [section.name for section in score.sections]
    return list(zip(starts, ends, names, strict=True))


def _pitches(score: Score) -> tuple[int, int]:
    pitches = [note.pitch for voice in score.voices if not voice.drums for note in voice.notes]
    return (min(pitches) - 2, max(pitches) + 2) if pitches else (48, 72)


def _y(system: _System, pitch: float, reach: tuple[int, int]) -> float:
    top = system.top + _BAND + _CHORDS + 6
    bottom = system.bottom - _DRUMS
    return bottom - (pitch - reach[0]) / (reach[1] - reach[0]) * (bottom - top)


def _colours(score: Score) -> list[tuple[Voice, Colour]]:
    seen: set[str] = set()
    found = []
    for voice in score.voices:
        usual = _PARTS[voice.part]
        found.append((voice, _OTHER.get(voice.part, usual) if voice.part in seen else usual))
        seen.add(voice.part)
    return found


def _draw_notes(draw: ImageDraw.ImageDraw, score: Score, system: _System) -> None:
    reach = _pitches(score)
    thick = max(2.6, min(9.0, 0.86 * abs(_y(system, 1, reach) - _y(system, 0, reach))))
    # The quiet parts first: the tune lies on top of all.
    order = ["drums", "pad", "harmony", "bass", "counter", "melody"]
    for voice, colour in sorted(_colours(score), key=lambda pair: order.index(pair[0].part)):
        if voice.drums:
            _draw_drums(draw, voice, system, colour)
            continue
        strength = 0.55 if voice.part == "pad" else 1.0
        for note in voice.notes:
            if system.holds(note.start, note.start + note.length):
                shade = blend(_PANEL, colour, strength * (0.45 + 0.55 * note.velocity / 127))
                left, right = system.x(note.start), system.x(note.start + note.length)
                y = _y(system, note.pitch, reach)
                box = (left, y - thick / 2, max(right - 0.8, left + 1.6), y + thick / 2)
                _box(draw, box, shade, thick * 0.32)


def _draw_drums(draw: ImageDraw.ImageDraw, voice: Voice, system: _System, colour: Colour) -> None:
    lanes = {36: 0, 35: 0, 37: 1, 38: 1, 39: 1}
    for note in voice.notes:
        if not system.holds(note.start, note.start + 1):
            continue
        lane = lanes.get(note.pitch, 2)
        y = system.bottom - 10 - 13 * lane
        x = system.x(note.start)
        size = 1.6 + 3.4 * note.velocity / 127
        shade = blend(_PANEL, colour, 0.35 + 0.65 * note.velocity / 127)
        _box(draw, (x, y - size, x + 2.6, y + size), shade, 1)


def _write_head(draw: ImageDraw.ImageDraw, score: Score) -> None:
    title = typeset.fit(
        typeset.drawable(score.title, typeset.SANS) or "Untitled", typeset.SANS,
        width=1100, height=70, largest=60, smallest=30, lines=1,
    )  # fmt: skip
    typeset.draw_block(draw, (_MARGIN, 52), title, fill=_INK, width=1100)
    facts = (
        score.key.name, score.metre.name, f"{score.tempo:.4g} BPM", score.style,
        typeset.drawable(score.mood, typeset.TEXT), f"seed {score.seed}",
    )  # fmt: skip
    line = typeset.shorten("   ·   ".join(facts), typeset.TEXT, 26, 1080)
    soft = blend(_INK, _GROUND, 0.3)
    typeset.draw_line(draw, (_MARGIN, 144), line, face=typeset.TEXT, size=26, fill=soft)
    _write_legend(draw, score)


def _write_legend(draw: ImageDraw.ImageDraw, score: Score) -> None:
    """The instruments in two columns at the right."""
    for rank, (voice, colour) in enumerate(_colours(score)[:8]):
        x = SIZE[0] - _MARGIN - 560 + 290 * (rank // 4)
        y = 52 + 30 * (rank % 4)
        draw.rounded_rectangle((x, y - 3, x + 26, y + 11), 5, fill=colour)
        name = typeset.shorten(voice.name, typeset.TEXT, 21, 230)
        typeset.draw_line(draw, (x + 40, y + 12), name, face=typeset.TEXT, size=21, fill=_INK)


def _write_sections(draw: ImageDraw.ImageDraw, score: Score, system: _System) -> None:
    for start, stop, name in _sections(score):
        left, right = system.x(max(start, system.first)), system.x(min(stop, system.last))
        if system.holds(start, stop) and right - left > 30:
            place = (left + 10, system.top + 22)
            typeset.draw_line(draw, place, name, face=typeset.SANS, size=19, fill=_INK)


def _write_chords(draw: ImageDraw.ImageDraw, score: Score, system: _System) -> None:
    """The names of the chords, as many as there is room for without touching."""
    free = system.left
    for slot in score.chords:
        x = system.x(slot.start)
        if not system.first <= slot.start < system.last or x < free:
            continue
        name = slot.chord.name(score.key)
        size = 19
        wide = typeset.measure(name, typeset.TEXT, size)
        if x + wide > system.right:
            continue
        place = (x + 5, system.top + _BAND + 25)
        typeset.draw_line(
            draw, place, name, face=typeset.TEXT, size=size, fill=blend(_INK, _PANEL, 0.15)
        )
        free = x + wide + 14
