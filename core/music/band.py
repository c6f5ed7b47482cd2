"""The band: who plays which part."""

from collections.abc import Mapping, Sequence

from core.music.chance import Chance
from core.music.instruments import Instrument, Part, drum_kit
from core.music.styles import Style

Band = Mapping[Part, tuple[Instrument, ...]]
"""The instruments of each part; where there are more than one, they take turns."""
_TONES = (Part.MELODY, Part.HARMONY, Part.BASS, Part.PAD, Part.COUNTER)
_NEEDED = (Part.HARMONY, Part.BASS)
_TWO_LEADS = frozenset({"orchestral", "folk", "jazz"})


def gather(style: Style, asked: Sequence[Instrument], chance: Chance) -> Band:
    """The band of a style; or, when instruments are asked for, a band of exactly those."""
    return _from_style(style, chance) if not asked else _from_wish(style, asked)


def _from_style(style: Style, chance: Chance) -> Band:
    taken: set[int] = set()
    band: dict[Part, tuple[Instrument, ...]] = {}
    for part in _TONES:
        free = [program for program in style.band[part] if program not in taken]
        first = chance.pick(free or style.band[part])
        taken.add(first)
        band[part] = (Instrument(first),)
    others = [program for program in style.band[Part.MELODY] if program not in taken]
    second = chance.pick(others)
    if style.name in _TWO_LEADS:
        band[Part.MELODY] += (Instrument(second),)
    band[Part.DRUMS] = (drum_kit(style.kit),)
    return band


def _from_wish(style: Style, asked: Sequence[Instrument]) -> Band:
    tones = [instrument for instrument in asked if not instrument.drums]
    band: dict[Part, tuple[Instrument, ...]] = {}
    left = list(tones)
    for part in _TONES:
        able = [instrument for instrument in left if part in instrument.parts]
        if able:
            best = min(able, key=lambda each: each.parts.index(part))
            band[part] = (best,)
            left.remove(best)
    for instrument in left:
        part = next((each for each in instrument.parts if each in band), Part.MELODY)
        band[part] = (*band.get(part, ()), instrument)
    # A tune needs a voice; and who plays alone plays its own chords and bass.
    band.setdefault(Part.MELODY, (tones[0],))
    for part in _NEEDED:
        able = [instrument for instrument in tones if part in instrument.parts]
        if part not in band and able and not _is_covered(part, band):
            band[part] = (min(able, key=lambda each: each.parts.index(part)),)
    if len(tones) < len(asked):
        band[Part.DRUMS] = (drum_kit(style.kit),)
    return band


def _is_covered(part: Part, band: Band) -> bool:
    return part is Part.HARMONY and Part.PAD in band
