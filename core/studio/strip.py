"""A channel of the mixing desk: one voice's notes, its effects, its place and its room."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.music.notes import Note
from core.music.score import Score, Voice
from core.studio.cabinet import Cabinet
from core.voices import KITS, Drum, Instrument, find_instrument
from core.voices.waves import Sound, release

_LAYERS = 5
"""Shades of velocity that are made; the level in between is exact."""
_CURVE = 1.7
"""Twice the velocity is so many powers of two as loud."""
_REFERENCE = 90
_KEPT_BYTES = 12_000_000
_DRUM_SHARE = 0.5


@dataclass(slots=True)
class _Sounding:
    """A note that sounds: its frames from `start` on, already shaped, and its two levels."""

    start: int
    wave: Sound
    left: float
    right: float

    @property
    def end(self) -> int:
        return self.start + int(self.wave.shape[1])


@dataclass(frozen=True, slots=True)
class _Event:
    start: int
    frames: int
    note: Note


class Strip:
    """Plays one voice of a score in blocks that follow each other."""

    def __init__(self, voice: Voice, score: Score, rate: int) -> None:
        self._rate = rate
        self._voice = voice
        self._brightness = score.brightness / 100
        self._level = (voice.volume / 127) ** 2
        self._pan = (voice.pan - 64) / 64
        self.reverb = 0.8 * (voice.reverb / 127) ** 1.2
        self._events = _schedule(voice.notes, score, rate)
        self._next = 0
        self._active: list[_Sounding] = []
        self._kept: OrderedDict[tuple[int, int], Sound] = OrderedDict()
        self._bytes = 0
        if voice.drums:
            self._kit = KITS[voice.program]
        else:
            self._instrument = find_instrument(voice.program)
            self._longest = _longest(self._events, self._instrument, rate)
        self._cabinet = Cabinet(rate)

    @property
    def drums(self) -> bool:
        return self._voice.drums

    def play(self, start: int, frames: int) -> Sound:
        """The voice's frames from `start` on, shape (2, frames)."""
        end = start + frames
        while self._next < len(self._events) and self._events[self._next].start < end:
            self._active += self._begin(self._events[self._next])
            self._next += 1
        mix = np.zeros((2, frames), np.float32)
        for sounding in self._active:
            _lay(mix, sounding, start, end)
        self._active = [sounding for sounding in self._active if sounding.end > end]
        return mix if self._voice.drums else self._effects(mix, start)

    def _effects(self, mix: Sound, start: int) -> Sound:
        instrument = self._instrument
        if instrument.drive:
            mix = self._cabinet.push(np.tanh(mix * np.float32(2.2 * instrument.drive)))
            mix *= np.float32(0.34 * self._level / math.sqrt(1 + instrument.drive / 6))
        if instrument.tremolo:
            times = (np.arange(start, start + mix.shape[1]) / self._rate) % (1 / instrument.tremolo)
            sway = np.sin(2 * np.pi * instrument.tremolo * times).astype(np.float32)
            mix[0] *= 1 + np.float32(0.13) * sway
            mix[1] *= 1 - np.float32(0.13) * sway
        return mix

    def _begin(self, event: _Event) -> list[_Sounding]:
        if self._voice.drums:
            drum = self._kit.get(event.note.pitch)
            return [] if drum is None else [self._hit(drum, event)]
        instrument, note = self._instrument, event.note
        layer = min(_LAYERS - 1, note.velocity * _LAYERS // 128)
        body = self._body(note.pitch, layer)
        tail = round(instrument.release * self._rate)
        wave = body[:, : event.frames + tail].copy()
        fading = min(tail, wave.shape[1])
        wave[:, wave.shape[1] - fading :] *= release(fading)
        level = instrument.gain * (note.velocity / _REFERENCE) ** _CURVE
        level *= 1.0 if instrument.drive else self._level
        place = self._pan + instrument.spread * (note.pitch - 60) / 30
        left, right = _sides(place, stereo=wave.shape[0] == 2)
        return [_Sounding(event.start, wave, level * left, level * right)]

    def _hit(self, drum: Drum, event: _Event) -> _Sounding:
        velocity = event.note.velocity
        layer = min(_LAYERS - 1, velocity * _LAYERS // 128)
        key = (event.note.pitch, layer)
        if key not in self._kept:
            self._keep(key, drum.play((layer + 0.5) / _LAYERS, self._rate)[None])
        level = _DRUM_SHARE * drum.gain * (velocity / 100) ** _CURVE * self._level
        left, right = _sides(drum.pan, stereo=False)
        return _Sounding(event.start, self._kept[key], level * left, level * right)

    def _body(self, pitch: int, layer: int) -> Sound:
        """A note as long as this piece ever wants it at this pitch."""
        key = (pitch, layer)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        body = self._instrument.tone.play(
            pitch,
            velocity=(layer + 0.5) / _LAYERS,
            brightness=self._brightness,
            frames=self._longest[key],
            rate=self._rate,
        )
        self._keep(key, body)
        return body

    def _keep(self, key: tuple[int, int], body: Sound) -> None:
        self._kept[key] = body
        self._bytes += body.nbytes
        while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.nbytes


def _schedule(notes: Sequence[Note], score: Score, rate: int) -> list[_Event]:
    events = []
    for note in notes:
        start = round(score.clock.seconds(note.start + note.shift) * rate)
        end = round(score.clock.seconds(note.start + note.shift + note.length) * rate)
        events.append(_Event(start, max(1, end - start), note))
    return sorted(events, key=lambda event: event.start)


def _longest(
    events: Sequence[_Event], instrument: Instrument, rate: int
) -> dict[tuple[int, int], int]:
    longest: dict[tuple[int, int], int] = {}
    tail = round(instrument.release * rate)
    for event in events:
        key = (event.note.pitch, min(_LAYERS - 1, event.note.velocity * _LAYERS // 128))
        longest[key] = max(longest.get(key, 0), event.frames + tail)
    return longest


def _sides(place: float, *, stereo: bool) -> tuple[float, float]:
    """Levels left and right of what lies at `place`, -1 to 1, with equal power.

    What is stereo already is only leaned to a side.
    """
    place = max(-0.95, min(0.95, place))
    if stereo:
        return min(1.0, 1 - 0.6 * place), min(1.0, 1 + 0.6 * place)
    angle = (place + 1) * math.pi / 4
    return math.sqrt(2) * math.cos(angle), math.sqrt(2) * math.sin(angle)


def _lay(mix: Sound, sounding: _Sounding, start: int, end: int) -> None:
    first, last = max(start, sounding.start), min(end, sounding.end)
    if last <= first:
        return
    part = sounding.wave[:, first - sounding.start : last - sounding.start]
    here = slice(first - start, last - start)
    mix[0, here] += part[0] * np.float32(sounding.left)
    mix[1, here] += part[-1] * np.float32(sounding.right)
