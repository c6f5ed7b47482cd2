"""Styles: who plays, how chords are coloured and struck, and how loose the playing is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import UserError
from core.music.instruments import Part

Patterns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one kind of music is made. Patterns have a mark for each sixteenth of a bar.

    `band`: General MIDI programs for each part. `enters`: the intensity (1 to 5) from which a
    part plays. `colour`: triads, adds or ninths. `chords`: in a pattern, x is
    the chord, X the chord with an accent, l its lower and u its upper half, a digit one of its
    tones from the lowest (those past the last an octave up), - holds, a dot rests. `bass`: 1 the
    root, 3 the third, 5 the fifth, 8 the octave, a the step that leads to the next root, w a step
    of a walk there. `swing`: how late every second eighth comes, in ticks. `late`: how far behind
    the beat all but the drums lie, in milliseconds. `loose`: how far notes stray, in milliseconds.
    `room`: reverberation, 0 to 127.
    """

    name: str
    summary: str
    band: Mapping[Part, tuple[int, ...]]
    enters: Mapping[Part, int]
    colour: str
    chords: Patterns
    bass: Patterns
    groove: str
    kit: int = 0
    metres: tuple[tuple[str, int], ...] = (("4/4", 1),)
    swing: int = 0
    late: int = 0
    loose: int = 8
    room: int = 50
    slow_chords: bool = False
    strum: int = 0
    """Milliseconds from one tone of a struck chord to the next."""
    ducking: int = 0
    """How far the rest gives way to the kick, in percent."""
    words: tuple[str, ...] = field(default=())


M, C, H, P, B, D = Part.MELODY, Part.COUNTER, Part.HARMONY, Part.PAD, Part.BASS, Part.DRUMS

STYLES = {
    style.name: style
    for style in (
        Style(
            name="pop",
            summary="piano or guitar, bass, drums",
            band={M: (0, 11, 73, 27), C: (48, 11), H: (0, 25, 4), P: (48, 50, 89), B: (33,)},
            enters={H: 1, B: 2, D: 2, M: 2, P: 3, C: 5},
            colour="adds",
            chords={
                "4/4": ("x---x---x---x---", "X--x--x-X--x--x-", "x---..x-x---..x-"),
                "3/4": ("x---x---x---", "x---u---u---"),
                "6/8": ("x---u-x---u-", "x-----x---u-"),
            },
            bass={
                "4/4": ("1-------1-----a-", "1--.1-.1--1-.5a-", "1-1-1-1-1-1-1-a-"),
                "3/4": ("1-------a---", "1---5---a---"),
                "6/8": ("1-----1---a-", "1---1-5---a-"),
            },
            groove="pop",
            metres=(("4/4", 8), ("6/8", 1)),
            room=44,
        ),
        Style(
            name="rock",
            summary="distorted guitars, picked bass, loud drums",
            band={M: (29, 81, 30, 61), C: (18, 61), H: (30, 29), P: (18, 48), B: (34,)},
            enters={H: 1, B: 2, D: 2, M: 2, P: 3, C: 5},
            colour="triads",
            chords={
                "4/4": ("X.x.x.x.X.x.x.x.", "X---..x-X-x---x-", "X-------X-----x-"),
                "3/4": ("X.x.x.x.x.x.", "X---x---x-x-"),
                "6/8": ("X.x.x.X.x.x.", "X-----X---x-"),
            },
            bass={
                "4/4": ("1-1-1-1-1-1-1-a-", "1---1-1-1---1-a-"),
                "3/4": ("1-1-1-1-1-a-", "1---1---1-a-"),
                "6/8": ("1-1-1-1-1-a-", "1---1-1---a-"),
            },
            groove="rock",
            metres=(("4/4", 9), ("6/8", 1)),
            loose=6,
            room=26,
            words=("metal", "punk"),
        ),
        Style(
            name="lo-fi",
            summary="electric piano, soft drums that drag",
            band={M: (11, 26, 4, 73, 10), C: (10, 11), H: (4, 5, 26), P: (89, 95), B: (32, 35)},
            enters={H: 1, B: 2, D: 2, M: 2, P: 3, C: 4},
            colour="ninths",
            chords={
                "4/4": (
                    "x-----x-----x---",
                    "x------.x--x----",
                    "l---u---..u---..",
                    "x---------x-----",
                ),
                "3/4": ("x-------u---", "x-----u-----"),
                "6/8": ("x-----u---x-", "x-----x-----"),
            },
            bass={
                "4/4": ("1-----5-1-----a-", "1------.1--5--a-", "1---------1---a-"),
                "3/4": ("1-------a---", "1-----5-a---"),
                "6/8": ("1-----5---a-", "1---------a-"),
            },
            groove="lo-fi",
            kit=0,
            metres=(("4/4", 9), ("3/4", 1)),
            swing=52,
            late=16,
            loose=13,
            room=48,
            strum=11,
            words=("lofi", "chillhop", "study", "beats"),
        ),
        Style(
            name="jazz",
            summary="piano or guitar, walking bass, brushes",
            band={M: (66, 11, 26, 59, 0), C: (65, 11), H: (0, 26), P: (48, 11), B: (32,)},
            enters={H: 1, B: 1, D: 2, M: 2, P: 5, C: 5},
            colour="ninths",
            chords={
                "4/4": ("x-----x-..----..", "..x---..x---..x-", "x-..--x---..x---"),
                "3/4": ("x---..x---..", "..--x---x---"),
                "6/8": ("x---..x---u-", "x-----u---u-"),
            },
            bass={
                "4/4": ("1---w---w---a---", "1---w---w---a---"),
                "3/4": ("1---w---a---", "1-------a---"),
                "6/8": ("1---w-w---a-", "1-----5---a-"),
            },
            groove="jazz",
            kit=40,
            metres=(("4/4", 7), ("3/4", 3)),
            swing=74,
            late=6,
            loose=12,
            room=42,
            strum=7,
            words=("swing", "bebop", "bossa"),
        ),
        Style(
            name="orchestral",
            summary="strings, winds, horns, harp and percussion",
            band={
                M: (40, 68, 73, 60, 42, 48),
                C: (60, 71, 42),
                H: (46, 45, 48),
                P: (48, 49),
                B: (43,),
            },
            enters={P: 1, H: 1, B: 2, M: 2, D: 4, C: 4},
            colour="triads",
            chords={
                "4/4": ("0-1-2-1-3-2-1-2-", "x---x-x-x---x-x-", "0-2-1-2-3-2-1-2-"),
                "3/4": ("0-1-2-3-2-1-", "..--x---x---"),
                "6/8": ("0-1-2-3-2-1-", "x---u-x---u-"),
            },
            bass={
                "4/4": ("1-------------a-", "1-------5-----a-", "1---1---5---a---"),
                "3/4": ("1-------a---", "1-------5-a-"),
                "6/8": ("1---------a-", "1-----5---a-"),
            },
            groove="orchestral",
            kit=48,
            metres=(("4/4", 6), ("3/4", 3), ("6/8", 1)),
            loose=13,
            room=88,
            strum=9,
            words=("classical", "cinematic", "film", "symphony", "symphonic", "epic"),
        ),
        Style(
            name="ambient",
            summary="pads, bells and long tones",
            band={
                M: (11, 73, 8, 10, 4),
                C: (98, 9, 46),
                H: (4, 46, 88),
                P: (89, 95, 91),
                B: (39, 43),
            },
            enters={P: 1, H: 2, B: 2, M: 2, C: 3, D: 5},
            colour="adds",
            chords={
                "4/4": ("0---1---2---3---", "0-----2-----1---", "x---------------"),
                "3/4": ("0---1---2---", "0-----2-----"),
                "6/8": ("0-1-2-3-2-1-", "0-----2---1-"),
            },
            bass={
                "4/4": ("1---------------", "1-----------5---"),
                "3/4": ("1-----------", "1-------5---"),
                "6/8": ("1-----------", "1-----5-----"),
            },
            groove="ambient",
            kit=25,
            metres=(("4/4", 6), ("6/8", 2), ("3/4", 2)),
            loose=18,
            room=112,
            slow_chords=True,
            strum=24,
            words=("drone", "atmospheric", "meditation"),
        ),
        Style(
            name="electronic",
            summary="synthesisers, four on the floor",
            band={
                M: (81, 80, 87, 82),
                C: (81, 98, 80),
                H: (90, 81, 88),
                P: (50, 89, 90),
                B: (38, 39),
            },
            enters={P: 1, H: 2, D: 2, B: 2, M: 3, C: 3},
            colour="adds",
            chords={
                "4/4": (
                    "0.2.1.3.2.0.1.2.",
                    "..x-..x-..x-..x-",
                    "x--x--x--x--x-x-",
                    "0123210321023120",
                ),
                "3/4": ("0.2.1.3.2.1.", "..x-..x-..x-"),
                "6/8": ("0.1.2.3.2.1.", "x.u.u.x.u.u."),
            },
            bass={
                "4/4": ("..1-..1-..1-..a-", "1.111.111.111.1a", "1--1--1-1--1--a-"),
                "3/4": ("1-1-1-1-1-a-", "..1-..1-..a-"),
                "6/8": ("1-1-1-1-1-a-", "1---1-1---a-"),
            },
            groove="electronic",
            kit=25,
            metres=(("4/4", 1),),
            loose=2,
            room=46,
            ducking=45,
            words=("edm", "house", "techno", "synth", "synthwave", "trance", "dance"),
        ),
        Style(
            name="folk",
            summary="acoustic guitars, fiddle or whistle, hand percussion",
            band={M: (110, 73, 22, 21, 78), C: (40, 42), H: (25, 24), P: (48, 21), B: (32,)},
            enters={H: 1, M: 2, B: 2, D: 3, C: 4, P: 4},
            colour="triads",
            chords={
                "4/4": ("l---x-u-..u-x-u-", "0-2-1-3-0-2-1-3-", "0---x---0---x---"),
                "3/4": ("l---x---x-u-", "0-2-3-2-3-2-", "l---u---u---"),
                "6/8": ("l---u-x---u-", "0-1-2-3-2-1-"),
            },
            bass={
                "4/4": ("1-------5---..a-", "1-------5-----a-"),
                "3/4": ("1-------..a-", "1-----------"),
                "6/8": ("1-----5---a-", "1-----5-----"),
            },
            groove="folk",
            metres=(("4/4", 5), ("3/4", 3), ("6/8", 3)),
            loose=11,
            room=40,
            strum=14,
            words=("acoustic", "country", "celtic", "campfire"),
        ),
    )
}


def read_style(text: str) -> Style:
    """The style of that name. Raises `UserError`."""
    word = text.strip().casefold().replace("lofi", "lo-fi").replace("lo fi", "lo-fi")
    for style in STYLES.values():
        if word == style.name or word in style.words:
            return style
    raise UserError(f"“style” must be one of {', '.join(STYLES)}, not “{text[:40]}”.")


def hear_style(text: str) -> Style | None:
    """The style that a mood's words name in passing, such as `lofi beats for studying`."""
    padded = " " + " ".join(text.casefold().replace(",", " ").split()) + " "
    for style in STYLES.values():
        if any(f" {word} " in padded for word in (style.name, *style.words)):
            return style
    return None
