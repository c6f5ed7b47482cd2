"""The composer: a commission becomes a score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.music.arrange import Arranger
from core.music.band import Band, gather
from core.music.chance import Chance
from core.music.commission import Commission
from core.music.form import plan_sections, set_clock
from core.music.instruments import Instrument, Part
from core.music.keys import Key
from core.music.mending import mend_bass
from core.music.metre import METRES, Metre
from core.music.moods import Mood
from core.music.notes import Note
from core.music.plan import Plan, Written
from core.music.playing import Players
from core.music.score import Score, Voice
from core.music.styles import STYLES, Style
from core.music.titles import invent_title

_KEYS = (0, 2, 3, 4, 5, 7, 8, 9, 10, 11)
"""Tonics to choose from: all but those with six accidentals, which nobody likes to read."""
_MIX: Mapping[Part, tuple[int, int, int]] = {
    Part.MELODY: (101, 70, 100), Part.COUNTER: (84, 98, 115), Part.HARMONY: (95, 42, 90),
    Part.PAD: (80, 84, 120), Part.BASS: (100, 64, 25), Part.DRUMS: (100, 64, 45),
}  # fmt: skip
"""MIDI volume, pan, and share of the style's reverberation in percent."""
_DRUM_CHANNEL = 9
# Pulses of 6/8 are dotted: as many quarters would drag.
_COMPOUND = 120


def compose(commission: Commission) -> Score:
    """Write a piece. The same commission gives the same score, on every machine."""
    plan = make_plan(commission)
    arranger = Arranger(plan)
    arranger.write()
    written = dict(arranger.written)
    _mend(written, arranger, plan)
    players = Players(plan.mood, plan.style, plan.metre, plan.clock)
    voices: list[Voice] = []
    for (part, turn), notes in sorted(written.items(), key=_order):
        if not notes:
            continue
        played = players.play(
            part, sorted(notes, key=_place), plan.sections, plan.chance("play", part, turn)
        )
        channel = _DRUM_CHANNEL if part is Part.DRUMS else _channel(len(voices))
        voices.append(_voice(part, plan.band[part][turn], channel, plan.style, played))
    return Score(
        title=commission.title or invent_title(plan.mood, commission.seed),
        mood=plan.mood.name,
        style=plan.style.name,
        seed=commission.seed,
        key=plan.key,
        metre=plan.metre,
        clock=plan.clock,
        seconds=commission.seconds,
        sections=plan.sections,
        chords=arranger.slots,
        voices=tuple(_tell_apart(voices)),
        brightness=plan.mood.brightness,
        ducking=plan.style.ducking,
        room=plan.style.room,
    )


def make_plan(commission: Commission) -> Plan:
    """Decide everything that was left open."""
    mood = commission.mood
    chance = Chance(commission.seed, mood.name, "plan")
    # Every draw is made, needed or not: so one wish more changes nothing else.
    style_name = chance.weigh(mood.styles)
    style = commission.style or STYLES[style_name]
    metre_name = chance.weigh(style.metres)
    metre = METRES[commission.metre or metre_name]
    tonic, mode = chance.pick(_KEYS), chance.weigh(mood.modes)
    key = _key(commission, Key(tonic, mode))
    clock = set_clock(
        commission.seconds, metre, tempo=commission.tempo, range_=_tempi(mood, metre),
        chance=Chance(commission.seed, mood.name, "tempo"),
    )  # fmt: skip
    energy = (mood.arousal > 60) - (mood.arousal < -45)
    return Plan(
        seed=commission.seed,
        mood=mood,
        style=style,
        key=key,
        metre=metre,
        clock=clock,
        sections=plan_sections(clock.bars, energy=energy),
        band=_band(style, commission.instruments, commission.seed),
        asked=bool(commission.instruments),
    )


def _key(commission: Commission, found: Key) -> Key:
    """A tonic alone means the plain major or minor key on it, as the mood would have it."""
    if commission.tonic is None:
        return found
    return Key(commission.tonic, commission.mode or ("minor" if found.minor else "major"))


def _tempi(mood: Mood, metre: Metre) -> tuple[int, int]:
    low, high = mood.tempo
    if metre.unit == 8:
        low, high = (min(200, tempo * _COMPOUND // 100) for tempo in (low, high))
    return low, high


def _band(style: Style, asked: Sequence[Instrument], seed: int) -> Band:
    return gather(style, asked, Chance(seed, style.name, "band"))


def _mend(written: Written, arranger: Arranger, plan: Plan) -> None:
    tune = sorted(
        (note for (part, _), notes in written.items() if part is Part.MELODY for note in notes),
        key=_place,
    )
    for (part, turn), notes in written.items():
        if part is Part.BASS and tune:
            reach = plan.band[part][turn].reach
            written[part, turn] = mend_bass(
                sorted(notes, key=_place), tune, arranger.slots, (reach[0], min(reach[1], 54))
            )


def _place(note: Note) -> tuple[int, int]:
    return note.start, note.pitch


def _order(item: tuple[tuple[Part, int], list[Note]]) -> tuple[int, int]:
    (part, turn), _ = item
    return list(Part).index(part), turn


def _channel(count: int) -> int:
    return count if count < _DRUM_CHANNEL else count + 1


def _voice(
    part: Part, player: Instrument, channel: int, style: Style, notes: tuple[Note, ...]
) -> Voice:
    volume, pan, reverb = _MIX[part]
    return Voice(
        name=player.name,
        part=part.value,
        program=player.program,
        channel=channel,
        volume=volume,
        pan=pan,
        reverb=min(127, style.room * reverb // 100),
        notes=notes,
    )


def _tell_apart(voices: Sequence[Voice]) -> list[Voice]:
    """An instrument that plays two parts has two tracks, each with its part in its name."""
    names = [voice.name for voice in voices]
    return [
        replace(voice, name=f"{voice.name}, {voice.part}") if names.count(voice.name) > 1 else voice
        for voice in voices
    ]
