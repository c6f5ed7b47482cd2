"""How loud each track is made: gains in dB that bring tracks to one loudness (BS.1770-4)."""

import math
from collections.abc import Sequence
from typing import NewType

from core.tracks import Sound

Gain = NewType("Gain", float)
"""A gain in dB."""

CEILING = -1.0
"""The true peak that no result may pass, in dBTP (EBU R 128 s1, streaming services' advice)."""
MOST_LIMITING = 8.0
"""How many dB of a track's peaks the limiter may take off before loudness gives way."""
MOST_GAIN = 24.0
"""Noise is not made into music: no track is raised by more dB than this."""


def plan_gains(
    sounds: Sequence[Sound], joints: Sequence[bool], *, target: float | None
) -> list[Gain]:
    """One gain per track. Gapless neighbours (`joints`) share one, or their joint would jump."""
    if target is None:
        return [Gain(0.0)] * len(sounds)
    gains: list[Gain] = []
    for group in _groups(sounds, joints):
        gains += [_gain(group, target)] * len(group)
    return gains


def _groups(sounds: Sequence[Sound], joints: Sequence[bool]) -> list[list[Sound]]:
    groups = [[sounds[0]]]
    for sound, joined in zip(sounds[1:], joints, strict=True):
        if joined:
            groups[-1].append(sound)
        else:
            groups.append([sound])
    return groups


def _gain(group: Sequence[Sound], target: float) -> Gain:
    peak = max(sound.peak for sound in group)
    wanted = target - mean_loudness([(sound.loudness, sound.seconds) for sound in group])
    return Gain(round(min(wanted, CEILING + MOST_LIMITING - peak, MOST_GAIN), 2))


def mean_loudness(parts: Sequence[tuple[float, float]]) -> float:
    """Loudness in LUFS of parts (LUFS, seconds) played one after the other, by their energy."""
    seconds = sum(part[1] for part in parts)
    energy = sum(10 ** (loudness / 10) * length for loudness, length in parts)
    return 10 * math.log10(energy / seconds)


def amplitude(decibels: float) -> float:
    """The factor of a level or gain in dB."""
    return float(10 ** (decibels / 20))


def decibels(factor: float) -> float:
    """The level in dB of a factor; -120 for nothing at all."""
    return 20 * math.log10(max(factor, 1e-6))
