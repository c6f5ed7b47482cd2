"""Chords: their tones, their names, their function in a key, and the scale that goes with them."""

from dataclasses import dataclass

from core.music.keys import Key

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "7sus4": (0, 5, 7, 10),
}
"""Semitones over the root, by what follows the root in a chord's name."""

TONIC, SUBDOMINANT, DOMINANT = "T", "S", "D"


@dataclass(frozen=True, slots=True)
class Chord:
    """A root (0 to 11) and a quality. `function` is T, S or D: rest, departure, tension."""

    root: int
    quality: str
    function: str = TONIC

    @property
    def tones(self) -> tuple[int, ...]:
        """Its pitch classes, from the root up."""
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])

    @property
    def major(self) -> bool:
        return 4 in QUALITIES[self.quality]

    @property
    def minor(self) -> bool:
        return 3 in QUALITIES[self.quality]

    def name(self, key: Key) -> str:
        return key.spell(self.root) + self.quality


_TRIADS = {(4, 7): "", (3, 7): "m", (3, 6): "dim", (4, 8): "aug"}
_SEVENTHS = {
    (4, 7, 11): "maj7", (4, 7, 10): "7", (3, 7, 10): "m7", (3, 6, 10): "m7b5",
}  # fmt: skip
_NINTHS = {"maj7": "maj9", "7": "9", "m7": "m9"}


def stack(key: Key, degree: int, *, thirds: int) -> str:
    """The quality of the chord of `thirds` thirds on a degree of the key (2, 3 or 4 of them)."""
    scale = key.scale
    root = scale[(degree - 1) % 7]
    steps = [(scale[(degree - 1 + 2 * third) % 7] - root) % 12 for third in (1, 2, 3, 4)]
    if thirds == 2:
        return _TRIADS[steps[0], steps[1]]
    seventh = _SEVENTHS.get((steps[0], steps[1], steps[2]))
    if seventh is None:
        return _TRIADS[steps[0], steps[1]]
    # A minor ninth over the root grinds: there the seventh has to do.
    return _NINTHS.get(seventh, seventh) if thirds == 4 and steps[3] == 2 else seventh


def scale_for(key: Key, chord: Chord) -> frozenset[int]:
    """The pitch classes to sing over a chord: the key's, with what the chord raises raised."""
    classes = set(key.scale)
    for tone in chord.tones:
        if tone not in classes:
            classes.discard((tone - 1) % 12)
            classes.add(tone)
    return frozenset(classes)
