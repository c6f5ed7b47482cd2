"""Struck and plucked voices: partials that die away, the high ones sooner than the low ones."""

from dataclasses import dataclass

import numpy as np

from core.voices.waves import Sound, fade_away, hertz, highest, noise, sine, swell, turns

_MIDDLE = 261.6
_FAINT = 0.004


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A string, bar or bell that is set going once.

    `ring` is how long middle C takes to fall to 1/e, in seconds; `high` how much sooner each
    partial is gone (power of its number), `low` how much longer low notes ring (power of the
    frequency). `slope`: how partials fall, as the power of their number. `place`: where the
    string is struck, as a share of its length; 0 for no string. `stiff`: how far partials are
    stretched. `cutoff`: hertz over which a medium stroke has little. `ratios`: partials that
    are no multiples, as (ratio, level). `thump`: level of the stroke's own noise, and its
    hertz. `beating`: how far apart a note's strings are tuned, in hertz. `bark`: how much a hard
    stroke adds to the first partials by bending them, as tines do.
    """

    ring: float
    high: float = 0.8
    low: float = 0.5
    slope: float = 1.0
    place: float = 0.0
    stiff: float = 0.0
    cutoff: float = 3000.0
    most: int = 20
    ratios: tuple[tuple[float, float], ...] = ()
    thump: float = 0.0
    thump_hertz: float = 800.0
    beating: float = 0.0
    attack: float = 0.002
    bark: float = 0.0

    def play(
        self, pitch: int, *, velocity: float, brightness: float, frames: int, rate: int
    ) -> Sound:
        """One note: shape (1, frames). Velocity and brightness from 0 to 1."""
        base = hertz(pitch)
        ring = self.ring * (_MIDDLE / base) ** self.low
        # Nobody hears what is 70 dB down.
        sounding = min(frames, round(8 * ring * rate) + 1)
        mix = np.zeros(sounding, np.float32)
        cutoff = self.cutoff * (0.5 + 0.8 * velocity) * (0.75 + 1.0 * brightness)
        for rank, (frequency, level) in enumerate(self._partials(base, cutoff, rate)):
            length = ring / (1 + rank) ** self.high
            part = self._partial(frequency, level, length, rank, sounding, rate)
            mix[: len(part)] += part
        if self.bark:
            mix += self._bark(base, velocity, ring, sounding, rate)
        if self.thump:
            mix += self._thump(velocity, sounding, rate)
        mix *= swell(sounding, rate, self.attack)
        whole = np.zeros((1, frames), np.float32)
        whole[0, :sounding] = mix
        return whole

    def _partials(self, base: float, cutoff: float, rate: int) -> list[tuple[float, float]]:
        """(hertz, level) of all partials that can be heard."""
        if self.ratios:
            rows = [(base * ratio, level) for ratio, level in self.ratios]
        else:
            rows = [
                (
                    base * number * np.sqrt(1 + self.stiff * number * number),
                    number**-self.slope * self._comb(number),
                )
                for number in range(1, self.most + 1)
            ]
        heard = [
            (frequency, level / np.sqrt(1 + (frequency / cutoff) ** 4))
            for frequency, level in rows
            if frequency < highest(rate)
        ]
        return [row for row in heard if row[1] > _FAINT] or heard[:1]

    def _comb(self, number: int) -> float:
        """A string does not sound the partials that rest where it is struck."""
        return 1.0 if not self.place else 0.15 + abs(float(np.sin(np.pi * number * self.place)))

    def _partial(
        self, frequency: float, level: float, ring: float, rank: int, frames: int, rate: int
    ) -> Sound:
        frames = min(frames, round(7 * ring * rate) + 1)
        # Partials that begin apart keep the first peak low.
        wave = sine(turns(frames, frequency, rate, start=0.37 * rank))
        if self.beating and rank < 3:
            wave += 0.6 * sine(turns(frames, frequency + self.beating, rate, start=0.2))
        wave *= fade_away(frames, rate, ring) * np.float32(level)
        return wave

    def _bark(self, base: float, velocity: float, ring: float, frames: int, rate: int) -> Sound:
        """A tine before a pickup: the harder the stroke, the more the tone is bent."""
        turn = turns(frames, base, rate)
        depth = fade_away(frames, rate, 0.35 * ring) * np.float32(self.bark * velocity)
        angles = sine(turn) * depth
        angles += turn.view(np.int32).astype(np.float32) * np.float32(np.pi / 2**31)
        bent: Sound = np.sin(angles)
        bent *= fade_away(frames, rate, ring)
        return bent

    def _thump(self, velocity: float, frames: int, rate: int) -> Sound:
        low, high = self.thump_hertz * 0.4, self.thump_hertz * 1.6
        burst = noise(frames, rate, 21, low=low, high=high)
        burst *= fade_away(frames, rate, 0.010) * np.float32(self.thump * (0.3 + velocity))
        return burst


PIANO = Struck(
    ring=1.15, high=0.55, low=0.62, slope=0.95, place=0.122, stiff=0.00034, cutoff=2100, most=18,
    thump=0.10, thump_hertz=420, beating=0.45,
)  # fmt: skip
HONKY = Struck(
    ring=0.9, high=0.5, low=0.6, slope=0.85, place=0.12, stiff=0.0004, cutoff=2800, most=18,
    thump=0.12, thump_hertz=600, beating=2.6,
)  # fmt: skip
ELECTRIC = Struck(
    ring=1.0, high=0.9, low=0.45, slope=2.3, cutoff=1700, most=6, thump=0.05, thump_hertz=900,
    bark=1.15,
)  # fmt: skip
HARPSICHORD = Struck(
    ring=0.75, high=0.45, low=0.5, slope=0.55, place=0.09, cutoff=3600, most=22, thump=0.08,
    thump_hertz=1800,
)  # fmt: skip
CLAVINET = Struck(
    ring=0.42, high=0.4, low=0.5, slope=0.7, place=0.2, cutoff=2600, most=16, thump=0.06,
    thump_hertz=1200,
)  # fmt: skip
NYLON = Struck(
    ring=0.62, high=0.75, low=0.5, slope=1.15, place=0.19, cutoff=1900, most=16, thump=0.07,
    thump_hertz=300,
)  # fmt: skip
STEEL = Struck(
    ring=0.85, high=0.62, low=0.5, slope=0.8, place=0.15, stiff=0.00008, cutoff=2700, most=20,
    thump=0.05, thump_hertz=900, beating=0.3,
)  # fmt: skip
JAZZ_GUITAR = Struck(
    ring=0.8, high=0.8, low=0.45, slope=1.4, place=0.28, cutoff=1500, most=12, thump=0.03,
    thump_hertz=500,
)  # fmt: skip
CLEAN_GUITAR = Struck(
    ring=1.0, high=0.6, low=0.45, slope=1.0, place=0.17, cutoff=2500, most=18, thump=0.03,
    thump_hertz=900, beating=0.35,
)  # fmt: skip
MUTED_GUITAR = Struck(
    ring=0.11, high=0.5, low=0.3, slope=1.0, place=0.17, cutoff=2200, most=14, thump=0.06,
    thump_hertz=700,
)  # fmt: skip
DRIVEN = Struck(ring=3.2, high=0.25, low=0.3, slope=0.8, place=0.16, cutoff=2200, most=14,
                attack=0.003)  # fmt: skip
HARP = Struck(
    ring=0.95, high=0.8, low=0.55, slope=1.5, place=0.33, cutoff=2000, most=12, thump=0.03,
    thump_hertz=500,
)  # fmt: skip
PIZZICATO = Struck(
    ring=0.2, high=0.6, low=0.45, slope=1.2, place=0.23, cutoff=1800, most=12, thump=0.12,
    thump_hertz=420,
)  # fmt: skip
BANJO = Struck(
    ring=0.34, high=0.45, low=0.4, slope=0.6, place=0.08, cutoff=3000, most=18, thump=0.08,
    thump_hertz=1400,
)  # fmt: skip
KOTO = Struck(
    ring=0.6, high=0.55, low=0.5, slope=0.8, place=0.1, cutoff=2800, most=18, thump=0.06,
    thump_hertz=1100,
)  # fmt: skip
SITAR = Struck(
    ring=1.1, high=0.3, low=0.4, slope=0.6, place=0.07, cutoff=3200, most=24, thump=0.05,
    thump_hertz=1600, beating=1.1,
)  # fmt: skip
KALIMBA = Struck(
    ring=0.55, low=0.3, ratios=((1, 1), (2, 0.16), (5.4, 0.12), (6.3, 0.05)), high=1.4,
    thump=0.05, thump_hertz=600, cutoff=4000,
)  # fmt: skip
MARIMBA = Struck(
    ring=0.3, low=0.55, ratios=((1, 1), (3.93, 0.22), (9.5, 0.06)), high=1.3, thump=0.07,
    thump_hertz=500, cutoff=3500,
)  # fmt: skip
XYLOPHONE = Struck(
    ring=0.16, low=0.4, ratios=((1, 1), (3, 0.32), (6.1, 0.12)), high=0.9, thump=0.09,
    thump_hertz=1500, cutoff=5000,
)  # fmt: skip
VIBRAPHONE = Struck(
    ring=1.35, low=0.4, ratios=((1, 1), (4, 0.14), (10, 0.03)), high=1.6, thump=0.03,
    thump_hertz=700, cutoff=3500, beating=0.0,
)  # fmt: skip
GLOCKENSPIEL = Struck(
    ring=1.1, low=0.35, ratios=((1, 1), (2.76, 0.22), (5.4, 0.08)), high=1.1, cutoff=6000,
)  # fmt: skip
MUSIC_BOX = Struck(
    ring=0.9, low=0.35, ratios=((1, 1), (2.0, 0.12), (4.2, 0.14), (6.8, 0.05)), high=1.2,
    thump=0.02, thump_hertz=2000, cutoff=5000,
)  # fmt: skip
BELLS = Struck(
    ring=1.9, low=0.4,
    ratios=((0.5, 0.22), (1, 0.8), (1.19, 0.3), (1.5, 0.25), (2, 0.7), (2.67, 0.2), (4.1, 0.14)),
    high=0.5, cutoff=3500, thump=0.04, thump_hertz=1500,
)  # fmt: skip
CRYSTAL = Struck(
    ring=1.5, low=0.3, ratios=((1, 1), (2.01, 0.3), (3.02, 0.18), (5.03, 0.1)), high=0.7,
    cutoff=3500, beating=0.7, attack=0.006,
)  # fmt: skip
STEEL_DRUM = Struck(
    ring=0.55, low=0.3, ratios=((1, 1), (2.0, 0.5), (3.01, 0.22), (4.2, 0.1)), high=0.6,
    cutoff=3200, thump=0.03, thump_hertz=600, attack=0.004,
)  # fmt: skip
TIMPANI = Struck(
    ring=0.75, low=0.5, ratios=((1, 1), (1.5, 0.55), (1.98, 0.35), (2.44, 0.2)), high=0.6,
    cutoff=900, thump=0.25, thump_hertz=160,
)  # fmt: skip
UPRIGHT = Struck(
    ring=0.34, high=0.75, low=0.45, slope=1.25, place=0.27, cutoff=900, most=14, thump=0.10,
    thump_hertz=260, attack=0.006,
)  # fmt: skip
FINGERED = Struck(
    ring=0.6, high=0.7, low=0.4, slope=1.3, place=0.21, cutoff=900, most=14, thump=0.03,
    thump_hertz=400, attack=0.004,
)  # fmt: skip
PICKED = Struck(
    ring=0.6, high=0.5, low=0.4, slope=0.9, place=0.13, cutoff=1700, most=18, thump=0.05,
    thump_hertz=1200, attack=0.002,
)  # fmt: skip
