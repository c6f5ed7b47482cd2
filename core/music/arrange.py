"""The arrangement: section by section, each part gets what it plays, and the whole grows."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.music.accompaniment import hold_chords, strike_chords
from core.music.bass import write_bass
from core.music.drums import write_drums
from core.music.ending import hold_last_chord
from core.music.form import Section
from core.music.harmony import Slot, crop, move, slot_at, write_outro, write_progression
from core.music.instruments import Instrument, Part
from core.music.melody import adorn, sing
from core.music.motifs import hold, write_phrases
from core.music.notes import Note
from core.music.plan import Plan, Written
from core.music.voicing import voice_chords

_HARMONY_CENTRE = 60
_BASS_LOW, _BASS_TOP = 31, 52
_BACKING = (Part.HARMONY, Part.PAD, Part.BASS)
_STRUCK_FAMILIES = frozenset({"chromatic percussion", "synth lead", "synth effects", "ethnic"})


@dataclass(slots=True)
class Arranger:
    """Writes all parts of a plan."""

    plan: Plan
    slots: tuple[Slot, ...] = ()
    written: Written = field(default_factory=dict)
    _themes: dict[tuple[str, int, bool], tuple[Slot, ...]] = field(default_factory=dict)
    _tunes: dict[tuple[str, int, bool], list[Note]] = field(default_factory=dict)

    def write(self) -> None:
        """Fill `slots` and `written`."""
        plan = self.plan
        rows = [self._harmonise(section) for section in plan.sections]
        self.slots = self._ring(tuple(slot for row in rows for slot in row))
        bass = self._bass(rows)
        roots = _reader(bass)
        for section, slots in zip(plan.sections, rows, strict=True):
            self._tune(section, slots, roots)
            self._counter(section, slots)
            self._chords(section, slots)
            self._drums(section)
        hold_last_chord(self.written, plan)

    def _ring(self, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        last = slots[-1]
        return (*slots[:-1], replace(last, length=self.plan.clock.end - last.start))

    # Chords.

    def _harmonise(self, section: Section) -> tuple[Slot, ...]:
        plan = self.plan
        start, ticks = section.bar * plan.metre.bar, section.bars * plan.metre.bar
        if section.name == "outro":
            slots = write_outro(
                section.bars, key=plan.key, metre=plan.metre, style=plan.style,
                chance=plan.chance("chords"),
            )  # fmt: skip
            return move(slots, start)
        bars = max(section.bars, 2) if section.name == "intro" else section.bars
        which = (section.theme, section.bars, section.closed)
        if which not in self._themes or section.name == "intro":
            made = write_progression(
                section.theme, bars, closed=section.closed and section.name != "intro",
                key=plan.key, metre=plan.metre, style=plan.style,
                chance=plan.chance("chords"),
            )  # fmt: skip
            if section.name == "intro":
                return move(crop(made, ticks), start)
            self._themes[which] = made
        return move(self._themes[which], start)

    # Bass.

    def _bass(self, rows: Sequence[tuple[Slot, ...]]) -> list[Note]:
        """The whole bass line; without a bass, that of the chords' roots, for the melody."""
        plan = self.plan
        patterns = plan.style.bass[plan.metre.name]
        chance = plan.chance("bass")
        main = chance.below(len(patterns))
        reach = self._bass_reach()
        notes: list[Note] = []
        for index, (section, slots) in enumerate(zip(plan.sections, rows, strict=True)):
            after = rows[index + 1][0] if index + 1 < len(rows) else slots[-1]
            calm = section.intensity < 3 or section.name in ("intro", "outro", "bridge")
            pattern = patterns[0 if calm else main]
            before = notes[-1].pitch if notes else None
            line = write_bass(pattern, slots, after, key=plan.key, reach=reach, before=before)
            notes += line
            if self._plays(Part.BASS, section):
                self._add(Part.BASS, section, line)
        return notes

    def _bass_reach(self) -> tuple[int, int]:
        players = self.plan.band.get(Part.BASS)
        low, high = players[0].reach if players else (_BASS_LOW, _BASS_TOP)
        low = max(low, _BASS_LOW)
        return low, max(low + 12, min(high, max(_BASS_TOP, low + 14)))

    # Melody.

    def _tune(self, section: Section, slots: Sequence[Slot], roots: Callable[[int], int]) -> None:
        plan = self.plan
        if not self._plays(Part.MELODY, section):
            return
        start = section.bar * plan.metre.bar
        player = self._player(Part.MELODY, section)
        ends = start + section.bars * plan.metre.bar > plan.last_bar
        which = (section.name, section.bars, section.closed)
        if which not in self._tunes or ends:
            theme = section.theme if section.name != "outro" else "A"
            wishes = write_phrases(
                section.bars, metre=plan.metre, busyness=self._busyness(section),
                chance=plan.chance("motifs", theme), ends_long=ends,
            )  # fmt: skip
            tune = sing(
                wishes, move(slots, -start), key=plan.key, metre=plan.metre,
                centre=self._centre(player), reach=player.reach,
                bass=lambda tick: roots(start + tick), home=section.closed,
                chance=plan.chance("melody", theme),
            )  # fmt: skip
            self._tunes[which] = tune
        line = _within(_later(self._tunes[which], start), player, self._centre(player))
        if section.visit and not ends:
            line = adorn(
                line, slots, key=plan.key, metre=plan.metre, reach=player.reach,
                percent=min(60, 18 + 14 * section.visit),
                chance=plan.chance("adorn", section.name, section.visit),
            )  # fmt: skip
        self._add(Part.MELODY, section, line)

    def _busyness(self, section: Section) -> int:
        shift = -1 if section.name in ("bridge", "outro") else 0
        slow = -1 if self.plan.style.slow_chords else 0
        return max(0, self.plan.mood.busyness + shift + slow)

    def _centre(self, player: Instrument) -> int:
        low, high = player.reach
        return max(low + 9, min(high - 10, 71 + self.plan.mood.lift))

    # What goes with it.

    def _counter(self, section: Section, slots: Sequence[Slot]) -> None:
        plan = self.plan
        if not self._plays(Part.COUNTER, section):
            return
        player = self._player(Part.COUNTER, section)
        low, high = player.reach
        if player.family in _STRUCK_FAMILIES:
            # Bells ring over the tune, strings that are plucked beside it.
            floor = 55 if player.family == "ethnic" else 62
            voicings = voice_chords(
                [slot.chord for slot in slots],
                centre=min(high - 8, floor + 14),
                reach=(max(low, floor), high),
            )
            pattern = {"4/4": "0.1.2.1.3.1.2.1.", "3/4": "0.1.2.3.2.1.", "6/8": "0.1.2.3.2.1."}
            line = strike_chords(pattern[plan.metre.name], slots, voicings, spread=0)
            self._add(Part.COUNTER, section, [note for note in line if note.pitch <= high])
            return
        start = section.bar * plan.metre.bar
        line = sing(
            hold([slot.start - start for slot in slots], section.bars * plan.metre.bar),
            move(slots, -start), key=plan.key, metre=plan.metre,
            centre=max(low + 8, min(high - 8, 64)), reach=player.reach,
            bass=lambda tick: slot_at(slots, start + tick).chord.root, home=section.closed,
            chance=plan.chance("counter", section.name),
        )  # fmt: skip
        self._add(Part.COUNTER, section, _later(line, start))

    def _chords(self, section: Section, slots: Sequence[Slot]) -> None:
        plan = self.plan
        for part in (Part.HARMONY, Part.PAD):
            if not self._plays(part, section):
                continue
            player = self._player(part, section)
            low, high = player.reach
            centre = max(low + 6, min(high - 8, _HARMONY_CENTRE + plan.mood.lift // 2))
            reach = (max(low, 43), min(high, max(centre + 15, low + 16)))
            chords = [slot.chord for slot in slots]
            if part is Part.HARMONY and player.overdriven:
                # Distortion makes thirds growl: guitars leave them to the others.
                chords = [replace(chord, quality="5") for chord in chords]
            voicings = voice_chords(chords, centre=centre, reach=reach)
            if part is Part.PAD:
                self._add(part, section, hold_chords(slots, voicings))
                continue
            patterns = plan.style.chords[plan.metre.name]
            chosen = plan.chance("pattern").below(len(patterns))
            index = (chosen + (1 if section.theme == "B" else 0)) % len(patterns)
            spread = plan.clock.ticks(plan.style.strum)
            line = strike_chords(patterns[index], slots, voicings, spread=spread)
            self._add(part, section, [note for note in line if low <= note.pitch <= high])

    def _drums(self, section: Section) -> None:
        plan = self.plan
        if self._plays(Part.DRUMS, section):
            line = write_drums(
                section, plan.style.groove, plan.metre, enters=plan.style.enters[Part.DRUMS],
                chance=plan.chance("drums", section.bar),
            )  # fmt: skip
            self._add(Part.DRUMS, section, line)

    # Who plays, and where it is put down.

    def _plays(self, part: Part, section: Section) -> bool:
        plan = self.plan
        if part not in plan.band:
            return False
        backing = [each for each in _BACKING if each in plan.band]
        if part is Part.MELODY:
            return section.name != "intro" or not backing
        if section.name == "outro" and part is Part.DRUMS:
            return plan.style.enters[part] <= 2
        first = min((self._entry(each) for each in backing), default=0)
        # Somebody always plays under the tune.
        return section.intensity >= self._entry(part) or (
            part in backing and self._entry(part) == first
        )

    def _entry(self, part: Part) -> int:
        """The intensity from which a part plays. Who was asked for is heard in any case."""
        entry = self.plan.style.enters[part]
        most = max(section.intensity for section in self.plan.sections)
        return min(entry, most) if self.plan.asked else entry

    def _player(self, part: Part, section: Section) -> Instrument:
        return self.plan.band[part][self._turn(part, section)]

    def _turn(self, part: Part, section: Section) -> int:
        order = {"A": 0, "B": 1, "bridge": 2, "C": 1}.get(section.name, 0)
        count = len(self.plan.band[part])
        return (order + (section.visit // 2 if count > 2 else 0)) % count

    def _add(self, part: Part, section: Section, notes: Sequence[Note]) -> None:
        self.written.setdefault((part, self._turn(part, section)), []).extend(notes)


def _later(notes: Sequence[Note], ticks: int) -> list[Note]:
    return [replace(note, start=note.start + ticks) for note in notes]


def _within(notes: Sequence[Note], player: Instrument, centre: int) -> list[Note]:
    """The line where this instrument plays it, moved by octaves."""
    middle = sum(note.pitch for note in notes) // max(1, len(notes))
    octaves = round((centre - middle) / 12)
    low, high = player.reach
    moved = []
    for note in notes:
        pitch = note.pitch + 12 * octaves
        pitch += 12 * (-(-(low - pitch) // 12)) if pitch < low else 0
        pitch -= 12 * (-(-(pitch - high) // 12)) if pitch > high else 0
        moved.append(replace(note, pitch=pitch))
    return moved


def _reader(bass: Sequence[Note]) -> Callable[[int], int]:
    """What the bass sounds at a tick: the last note that has begun."""
    starts = [note.start for note in bass]

    def read(tick: int) -> int:
        return bass[max(0, bisect_right(starts, tick) - 1)].pitch

    return read
