"""Typesetting for drawn covers: any script, no empty boxes, titles that fit their place."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

_FONTS = Path(__file__).parent / "fonts"
_FALLBACK = (
    "noto-sans",
    "noto-sans-arabic",
    "rubik-extrabold",
    "noto-sans-thai",
    "noto-sans-hangul",
    "noto-sans-han",
    "noto-emoji",
)
SANS = ("rubik-extrabold", *_FALLBACK)
TEXT = ("rubik-medium", *_FALLBACK)
WIDE = ("unbounded", *_FALLBACK)
SERIF = ("noto-serif-display", *_FALLBACK)
NARROW = ("sofia-sans-extra-condensed", *_FALLBACK)
MONO = ("jetbrains-mono", *_FALLBACK)
Face = tuple[str, ...]
Colour = tuple[int, int, int]

# Kerning needs Raqm; where the machine has no FriBiDi for it, plain advance widths do.
_LAYOUT = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
_NO_CHARACTER = "\U0010fffe"
_SPACES = " \N{NO-BREAK SPACE}"
_SEPARATOR = "·"
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
_MIRRORED = dict(zip("()[]{}<>«»‹›", ")(][}{><»«›‹", strict=True))


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters, in the order they are seen, that one font draws."""

    text: str
    font: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Text set into a box: its lines, their size, and the distance between baselines."""

    lines: tuple[str, ...]
    face: Face
    size: int
    leading: int

    @property
    def height(self) -> int:
        """From the top of the capitals to the last baseline."""
        return self.leading * (len(self.lines) - 1) + round(self.size * 0.74)

    @property
    def depth(self) -> int:
        """What hangs below the last baseline."""
        return round(self.size * 0.24)


@lru_cache(maxsize=256)
def _font(name: str, size: int, *, plain: bool) -> ImageFont.FreeTypeFont:
    layout = ImageFont.Layout.BASIC if plain else _LAYOUT
    return ImageFont.truetype(_FONTS / f"{name}.woff2", size, layout_engine=layout)


@lru_cache(maxsize=4096)
def _draws(name: str, character: str) -> bool:
    """Whether a font has this character: it looks different from the one that no font has."""
    font = _font(name, 24, plain=True)
    mask, missing = font.getmask(character), font.getmask(_NO_CHARACTER)
    return mask.size != missing.size or bytes(mask) != bytes(missing)


def clean(text: str) -> str:
    """One line without control characters, direction marks or lone surrogates."""
    text = unicodedata.normalize("NFC", text)
    kept = [" " if character.isspace() else character for character in text]
    kept = [c for c in kept if c == " " or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")]
    return " ".join("".join(c for c in kept if c not in _JOINERS).split())


def drawable(text: str, face: Face) -> str:
    """What is left of a text when the characters that no font can draw are gone."""
    kept = [c for c in clean(text) if c == " " or any(_draws(name, c) for name in face)]
    return " ".join("".join(kept).split())


@lru_cache(maxsize=4096)
def _runs(text: str, face: Face) -> tuple[Run, ...]:
    levels = _levels(text)
    shaped = shape_arabic(text)
    pieces: list[tuple[str, str, int]] = []
    for character, level in zip(shaped, levels, strict=True):
        if not character:
            continue
        if level % 2:
            character = _MIRRORED.get(character, character)
        character = " " if character in _SPACES else character
        if unicodedata.combining(character) and pieces and _draws(pieces[-1][1], character):
            pieces[-1] = (pieces[-1][0] + character, pieces[-1][1], pieces[-1][2])
            continue
        font = _choose(character, face)
        if font:
            pieces.append((character, font, level))
    runs: list[Run] = []
    for piece, font, level in _reorder(pieces):
        plain = level % 2 == 1
        if runs and runs[-1].font == font and runs[-1].plain == plain:
            runs[-1] = Run(runs[-1].text + piece, font, plain)
        else:
            runs.append(Run(piece, font, plain))
    return tuple(runs)


def _choose(character: str, face: Face) -> str:
    if character in _SPACES:
        return face[0]
    return next((name for name in face if _draws(name, character)), "")


def _levels(text: str) -> list[int]:
    """Embedding level of each character: the Unicode bidirectional algorithm without embeddings."""
    kinds = [_direction(character) for character in text]
    base = next((kind for kind in kinds if kind in "LR"), "L")
    kinds = [base if kind == "=" else kind for kind in kinds]
    strong = base
    for index, kind in enumerate(kinds):
        if kind in "LR":
            strong = kind
        elif kind == "N" and strong == "L":
            kinds[index] = "L"
    for index, kind in enumerate(kinds):
        if kind == "-":
            before = next((k for k in reversed(kinds[:index]) if k != "-"), base)
            after = next((k for k in kinds[index:] if k != "-"), base)
            before, after = before.replace("N", "R"), after.replace("N", "R")
            kinds[index] = before if before == after else base
    table = {"L": 0, "R": 1, "N": 2} if base == "L" else {"L": 2, "R": 1, "N": 2}
    return [table[kind] for kind in kinds]


def _direction(character: str) -> str:
    if character == _SEPARATOR:
        return "="  # keeps the names in a list in their order, whatever their scripts
    kind = unicodedata.bidirectional(character)
    if kind in ("R", "AL"):
        return "R"
    if kind in ("EN", "AN"):
        return "N"
    return "L" if kind == "L" else "-"


def _reorder(pieces: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    order = list(pieces)
    for level in range(max((piece[2] for piece in order), default=0), 0, -1):
        start = 0
        while start < len(order):
            if order[start][2] < level:
                start += 1
                continue
            end = start
            while end < len(order) and order[end][2] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end
    return order


@lru_cache(maxsize=1)
def _arabic_forms() -> dict[tuple[str, str], str]:
    """(letters, form) to the presentation character, as Unicode's own decompositions say."""
    forms = {}
    for code in (*range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFC00), *range(0xFE80, 0xFEFD)):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        plain = "".join(chr(int(letter, 16)) for letter in letters)
        if len(plain) == 1 or (len(plain) == 2 and plain[0] == "\u0644"):
            forms[plain, kind.strip("<>")] = chr(code)
    return forms


def shape_arabic(text: str) -> list[str]:
    """Each character in the form that its neighbours ask for; "" where a ligature took it."""
    forms = _arabic_forms()
    joins = [(c, "initial") in forms or c == "\u0640" for c in text]
    takes = [(c, "final") in forms or c == "\u0640" for c in text]
    shaped = list(text)
    solid = [index for index, c in enumerate(text) if not unicodedata.combining(c)]
    skip = -1
    for place, index in enumerate(solid):
        if index == skip:
            continue
        left = solid[place - 1] if place else -1
        if left == skip and left >= 0:
            left = -1  # an alef in a ligature never joins onwards
        right = solid[place + 1] if place + 1 < len(solid) else -1
        joined = left >= 0 and joins[left] and takes[index]
        pair = text[index] + (text[right] if right >= 0 else "")
        ligature = forms.get((pair, "final" if joined else "isolated")) if right >= 0 else None
        if ligature:
            shaped[index], shaped[right], skip = ligature, "", right
            continue
        onward = right >= 0 and joins[index] and takes[right]
        form = {(0, 0): "isolated", (0, 1): "initial", (1, 0): "final", (1, 1): "medial"}
        shaped[index] = forms.get((text[index], form[joined, onward]), text[index])
    return shaped


def measure(text: str, face: Face, size: int) -> float:
    """Width of one line in pixels."""
    return sum(
        _font(run.font, size, plain=run.plain).getlength(run.text) for run in _runs(text, face)
    )


def reads_from_right(text: str) -> bool:
    """Whether the first letter with a direction is of a script that runs to the left."""
    return next((k for k in map(_direction, text) if k in "LR"), "L") == "R"


def draw_line(
    draw: ImageDraw.ImageDraw,
    place: tuple[float, float],
    text: str,
    *,
    face: Face,
    size: int,
    fill: Colour,
    spacing: float = 0,
) -> None:
    """Draw one line from its left end and baseline. `spacing` is added after each character."""
    x, y = place
    for run in _runs(text, face):
        font = _font(run.font, size, plain=run.plain)
        if not spacing:
            draw.text((x, y), run.text, font=font, fill=fill, anchor="ls")
            x += font.getlength(run.text)
            continue
        for character in run.text:
            draw.text((x, y), character, font=font, fill=fill, anchor="ls")
            x += font.getlength(character) + spacing


def draw_block(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    block: Block,
    *,
    fill: Colour,
    width: int,
    align: str = "left",
) -> None:
    """Draw lines from the top left corner of their box; right-to-left text keeps to the right."""
    x, y = place[0], place[1] + round(block.size * 0.74)
    if align == "left" and block.lines and reads_from_right(block.lines[0]):
        align = "right"
    for line in block.lines:
        slack = width - measure(line, block.face, block.size)
        shift = {"left": 0.0, "centre": slack / 2, "right": slack}[align]
        draw_line(draw, (x + shift, y), line, face=block.face, size=block.size, fill=fill)
        y += block.leading


def shorten(text: str, face: Face, size: int, width: float) -> str:
    """The text, or its beginning with an ellipsis, so that it fits a width."""
    if measure(text, face, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(f"{text[:middle].rstrip()}…", face, size) <= width:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low].rstrip(' ,.–-·')}…"


def fit(
    text: str, face: Face, *, width: int, height: int, largest: int, smallest: int, lines: int
) -> Block:
    """Set a text as large as its box allows, in lines of similar length."""
    size = float(largest)
    while True:
        whole = round(size)
        leading = _leading(whole, face)
        room = min(lines, 1 + max(0, int((height - whole * 0.95) // leading)))
        rows = _wrap(text, face, whole, width, break_words=whole <= smallest * 1.1)
        if rows is not None and len(rows) <= room:
            return Block(_balance(text, rows, face, whole, width), face, whole, leading)
        if whole <= smallest:
            rows = _wrap(text, face, whole, width, break_words=True) or [text]
            rest = " ".join(rows[room - 1 :])
            last = shorten(rest, face, whole, width)
            return Block((*rows[: room - 1], last), face, whole, leading)
        size = max(smallest, size * 0.94)


def _leading(size: int, face: Face) -> int:
    return round(size * (1.02 if face is NARROW else 1.12))


def _balance(text: str, rows: list[str], face: Face, size: int, width: int) -> tuple[str, ...]:
    """The same number of lines on the narrowest measure that gives it."""
    best, low, high = rows, width / 2, float(width)
    for _ in range(6 if len(rows) > 1 else 0):
        middle = (low + high) / 2
        tried = _wrap(text, face, size, middle, break_words=False)
        if tried is not None and len(tried) <= len(rows):
            best, high = tried, middle
        else:
            low = middle
    return tuple(best)


def _wrap(text: str, face: Face, size: int, width: float, *, break_words: bool) -> list[str] | None:
    rows: list[str] = []
    current = ""
    for piece in _pieces(text):
        if measure((current + piece).rstrip(), face, size) <= width:
            current += piece
            continue
        if current.strip():
            rows.append(current.strip())
        current = piece.lstrip()
        if measure(current.rstrip(), face, size) <= width:
            continue
        if not break_words:
            return None
        *full, current = _chop(current, face, size, width)
        rows += full
    return rows + ([current.strip()] if current.strip() else [])


def _pieces(text: str) -> Sequence[str]:
    """Where a line may break: after spaces and hyphens, and around each ideograph or kana."""
    pieces = [""]
    for character in text:
        before = pieces[-1][-1:]
        ideograph = unicodedata.east_asian_width(character) in "WF" and character.isalnum()
        breaks = before in (" ", "-", "/", "–", "—") or ideograph
        if before and breaks and character != " ":
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _chop(word: str, face: Face, size: int, width: float) -> list[str]:
    parts = [""]
    for character in word:
        if parts[-1] and measure(parts[-1] + character, face, size) > width:
            parts.append("")
        parts[-1] += character
    return parts
