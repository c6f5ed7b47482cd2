"""The drum kits: skins, wires, metal and wood, by General MIDI's percussion keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.voices.waves import Sound, bend, fade_away, noise, sine, swell, tone, turns

Play = Callable[[float, int], Sound]
"""Takes velocity (0 to 1) and sample rate; gives one channel."""


@dataclass(frozen=True, slots=True)
class Drum:
    """One instrument of a kit; `pan` from -1 (left) to 1, `reverb` a share of the kit's."""

    play: Play
    gain: float
    pan: float = 0.0
    reverb: float = 1.0


def _skin(frames: int, rate: int, *, low: float, drop: float, fall: float, ring: float) -> Sound:
    """A head that is struck: its pitch falls from `low` + `drop` hertz to `low`."""
    seconds = np.arange(frames, dtype=np.float32) / np.float32(rate)
    # The turns that the higher start is ahead: the integral of drop * exp(-t / fall).
    ahead = np.float32(drop * fall) * (1 - np.exp(-seconds / np.float32(fall)))
    wave = sine(bend(turns(frames, low, rate), ahead.astype(np.float32)))
    return wave * fade_away(frames, rate, ring)


def _end(wave: Sound, rate: int, seconds: float) -> Sound:
    """Without a click at its start or its end."""
    last = min(len(wave), round(seconds * rate))
    wave[-last:] *= np.linspace(1, 0, last, dtype=np.float32) ** 2
    wave *= swell(len(wave), rate, 0.0014)
    return wave


def _kick(*, low: float, drop: float, ring: float, click: float) -> Play:
    def play(velocity: float, rate: int) -> Sound:
        frames = round((3.2 * ring + 0.05) * rate)
        wave = _skin(frames, rate, low=low, drop=drop, fall=0.022, ring=ring)
        beater = noise(frames, rate, 1, low=900, high=4500) * fade_away(frames, rate, 0.004)
        wave += beater * np.float32(click * (0.4 + 0.6 * velocity))
        return _end(wave, rate, 0.05)

    return play


def _snare(*, tune: float, wires: float, ring: float, bright: float) -> Play:
    def play(velocity: float, rate: int) -> Sound:
        frames = round((4 * ring + 0.06) * rate)
        skin = _skin(frames, rate, low=tune, drop=70, fall=0.012, ring=0.045)
        skin += 0.5 * _skin(frames, rate, low=tune * 1.78, drop=60, fall=0.01, ring=0.03)
        top = bright * (0.55 + 0.45 * velocity)
        rattle = noise(frames, rate, 2, low=1300, high=top) * fade_away(frames, rate, ring)
        snap = noise(frames, rate, 3, low=2500, high=top) * fade_away(frames, rate, 0.006)
        level = np.float32(wires * (0.5 + 0.5 * velocity))
        struck = skin * np.float32(0.7)
        struck += level * (rattle * np.float32(0.36) + snap * np.float32(0.25))
        return _end(struck, rate, 0.05)

    return play


def _clap(_velocity: float, rate: int) -> Sound:
    frames = round(0.34 * rate)
    shape = np.zeros(frames, np.float32)
    for late, level, ring in ((0, 0.8, 0.006), (0.011, 0.9, 0.006), (0.022, 1, 0.006),
                              (0.031, 0.85, 0.055)):  # fmt: skip
        start = round(late * rate)
        tail = np.float32(level) * fade_away(frames - start, rate, ring)
        shape[start:] = np.maximum(shape[start:], tail)
    return _end(noise(frames, rate, 4, low=900, high=4200) * shape * np.float32(0.5), rate, 0.1)


def _rim(_velocity: float, rate: int) -> Sound:
    frames = round(0.1 * rate)
    wave = tone(frames, 1680, rate) * 0.6 + tone(frames, 815, rate)
    return _end(wave * fade_away(frames, rate, 0.014), rate, 0.03)


_METAL = (2.0, 3.0, 4.16, 5.43, 6.79, 8.21)
"""Ratios of the six tones of a struck plate, as the drum machines of the eighties had them."""


def _cymbal(*, low: float, high: float, ring: float, tune: float, ping: float = 0.0) -> Play:
    def play(velocity: float, rate: int) -> Sound:
        frames = round((4.5 * ring + 0.03) * rate)
        top = high * (0.7 + 0.3 * velocity)
        wash = noise(frames, rate, 5, low=low, high=top)
        metal = np.zeros(frames, np.float32)
        for rank, ratio in enumerate(_METAL):
            if tune * ratio < 0.4 * rate:
                metal += sine(turns(frames, tune * ratio, rate, start=0.3 * rank))
        wave = (0.8 * wash + 0.12 * metal) * fade_away(frames, rate, ring)
        if ping:
            wave += (
                np.float32(ping)
                * tone(frames, 5.2 * tune, rate)
                * fade_away(frames, rate, ring * 0.5)
            )
        return _end(wave * np.float32(0.5), rate, 0.03)

    return play


def _crash(velocity: float, rate: int) -> Sound:
    wave = _cymbal(low=2600, high=8500, ring=0.62, tune=410)(velocity, rate)
    dark = noise(len(wave), rate, 6, low=700, high=3200) * fade_away(len(wave), rate, 0.3)
    return wave * 0.8 + dark * np.float32(0.22) * swell(len(wave), rate, 0.004)


def _tom(low: float) -> Play:
    def play(velocity: float, rate: int) -> Sound:
        frames = round(0.7 * rate)
        wave = _skin(frames, rate, low=low, drop=low * 0.5, fall=0.04, ring=0.16)
        stick = noise(frames, rate, 7, low=500, high=3000) * fade_away(frames, rate, 0.008)
        return _end(wave + stick * np.float32(0.12 + 0.1 * velocity), rate, 0.08)

    return play


def _shaker(_velocity: float, rate: int) -> Sound:
    frames = round(0.11 * rate)
    wave = noise(frames, rate, 8, low=4200, high=8500) * fade_away(frames, rate, 0.026)
    return _end(wave * swell(frames, rate, 0.012) * np.float32(0.5), rate, 0.02)


def _tambourine(_velocity: float, rate: int) -> Sound:
    frames = round(0.22 * rate)
    wave = 0.6 * noise(frames, rate, 9, low=5000, high=9000) * fade_away(frames, rate, 0.045)
    for hertz_, level in ((6300, 0.14), (7900, 0.1), (5150, 0.08)):
        wave += np.float32(level) * tone(frames, hertz_, rate) * fade_away(frames, rate, 0.06)
    return _end(wave * np.float32(0.7), rate, 0.03)


def _triangle(_velocity: float, rate: int) -> Sound:
    frames = round(1.2 * rate)
    wave = np.zeros(frames, np.float32)
    for hertz_, level in ((3950, 0.5), (6120, 0.3), (8240, 0.12)):
        wave += np.float32(level) * tone(frames, hertz_, rate) * fade_away(frames, rate, 0.35)
    return _end(wave * np.float32(0.6), rate, 0.1)


_TOMS = {41: 78.0, 43: 88.0, 45: 104.0, 47: 126.0, 48: 148.0, 50: 172.0}
_SHARED: Mapping[int, Drum] = {
    37: Drum(_rim, 0.5, -0.25),
    39: Drum(_clap, 0.75, 0.08),
    49: Drum(_crash, 0.6, -0.3, 1.2),
    54: Drum(_tambourine, 0.34, 0.4),
    70: Drum(_shaker, 0.42, -0.45, 0.6),
    81: Drum(_triangle, 0.16, 0.5, 1.4),
    **{key: Drum(_tom(low), 0.85, (low - 120) / 150) for key, low in _TOMS.items()},
}
_CYMBALS: Mapping[int, Drum] = {
    42: Drum(_cymbal(low=5200, high=10500, ring=0.028, tune=540), 0.36, 0.28, 0.4),
    44: Drum(_cymbal(low=4300, high=9000, ring=0.04, tune=500), 0.34, 0.28, 0.5),
    46: Drum(_cymbal(low=5000, high=10000, ring=0.15, tune=540), 0.34, 0.28, 0.7),
    51: Drum(_cymbal(low=2900, high=6800, ring=0.34, tune=560, ping=0.5), 0.15, 0.4, 0.9),
    53: Drum(_cymbal(low=3000, high=7000, ring=0.4, tune=700, ping=0.9), 0.17, 0.4, 0.9),
}
KITS: Mapping[int, Mapping[int, Drum]] = {
    0: {
        **_SHARED,
        **_CYMBALS,
        36: Drum(_kick(low=51, drop=190, ring=0.13, click=0.10), 1.25, 0.0, 0.15),
        38: Drum(_snare(tune=186, wires=1.0, ring=0.085, bright=7500), 0.95, -0.05),
    },
    25: {
        **_SHARED,
        **_CYMBALS,
        36: Drum(_kick(low=46, drop=260, ring=0.2, click=0.05), 1.3, 0.0, 0.05),
        38: Drum(_snare(tune=205, wires=1.1, ring=0.07, bright=6500), 0.85, 0.0),
    },
    40: {
        **_SHARED,
        **_CYMBALS,
        36: Drum(_kick(low=56, drop=90, ring=0.11, click=0.03), 0.9, 0.0, 0.3),
        38: Drum(_snare(tune=175, wires=0.75, ring=0.12, bright=4800), 0.55, -0.1),
    },
    48: {
        **_SHARED,
        **_CYMBALS,
        36: Drum(_kick(low=52, drop=40, ring=0.22, click=0.03), 0.8, 0.0, 1.0),
        38: Drum(_snare(tune=210, wires=1.0, ring=0.065, bright=7000), 0.5, 0.15, 1.2),
    },
}
"""By General MIDI 2's number of the kit: standard, electronic, brushes, orchestra."""
