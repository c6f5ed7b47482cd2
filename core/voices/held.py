"""Held voices: bowed, blown, sung and electronic tones that last as long as they are asked to."""

from dataclasses import dataclass

import numpy as np

from core.voices.waves import (
    Sound,
    bend,
    fade_away,
    harmonics,
    hertz,
    noise,
    read_table,
    swell,
    table,
    tone,
    turns,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A tone that is kept going.

    `slope`, `cutoff` (hertz), `formants` and `odd` give its colour, see `waves.harmonics`.
    `attack` is its rise in seconds. `vibrato` is in cents, at `speed` hertz, and comes after
    `wait` seconds. `players` are so many copies from left to right, up to `apart` cents
    away; one alone is mono. Only one alone has a vibrato: many blur it. `breath` is the level of
    noise, around `breath_hertz`. `settle` is how far the tone falls back after its attack, 0 to 1,
    within `settling` seconds; `opening` how far its brightness does. `track` says how much the
    cutoff rises with the pitch, and `most` bounds the harmonics.
    """

    slope: float
    cutoff: float
    attack: float
    formants: tuple[tuple[float, float, float], ...] = ()
    odd: float = 1.0
    vibrato: float = 0.0
    speed: float = 5.2
    wait: float = 0.2
    players: int = 1
    apart: float = 6.0
    breath: float = 0.0
    breath_hertz: float = 2500.0
    settle: float = 0.0
    settling: float = 0.25
    opening: float = 0.5
    track: float = 0.25
    most: int = 40

    def play(
        self, pitch: int, *, velocity: float, brightness: float, frames: int, rate: int
    ) -> Sound:
        """One note: shape (1, frames) for one player, (2, frames) for more."""
        base = hertz(pitch)
        cutoff = self.cutoff * (base / 261.6) ** self.track
        cutoff *= (0.6 + 0.7 * velocity) * (0.8 + 1.0 * brightness)
        bright = self._table(base, cutoff, rate)
        if self.opening:
            opened = self._open(velocity, frames, rate)
            sound = self._together(base, self._table(base, 0.45 * cutoff, rate), frames, rate)
            sound += (self._together(base, bright, frames, rate) - sound) * opened
        else:
            sound = self._together(base, bright, frames, rate)
        if self.breath:
            sound += self._breathe(base, frames, rate)
        sound *= self._shape(frames, rate)
        return sound

    def _table(self, base: float, cutoff: float, rate: int) -> Sound:
        return table(
            harmonics(
                base, rate, slope=self.slope, cutoff=cutoff, formants=self.formants, odd=self.odd,
                most=self.most,
            )
        )  # fmt: skip

    def _together(self, base: float, wave: Sound, frames: int, rate: int) -> Sound:
        """All players of a note, from left to right."""
        if self.players == 1:
            phase = turns(frames, base, rate)
            if self.vibrato:
                phase = bend(phase, self._vibrate(base, frames, rate))
            return read_table(wave, phase)[None]
        sides = np.zeros((2, frames), np.float32)
        for player in range(self.players):
            share = player / (self.players - 1)
            # Spread evenly around the pitch; neighbours in pitch are not neighbours in place.
            cents = self.apart * (2 * share - 1)
            place = (player * 2 % self.players) / (self.players - 1)
            phase = turns(frames, base * 2 ** (cents / 1200), rate, start=0.618 * player % 1)
            voice = read_table(wave, phase)
            sides[0] += voice * np.float32(1 - 0.85 * place)
            sides[1] += voice * np.float32(0.15 + 0.85 * place)
        sides *= np.float32(1.5 / self.players**0.5)
        return sides

    def _open(self, velocity: float, frames: int, rate: int) -> Sound:
        """From the dark table to the bright one: within the attack, and then partly back."""
        most = np.float32(0.45 + 0.55 * velocity)
        rise = swell(frames, rate, max(0.01, 1.4 * self.attack))
        fall = fade_away(frames, rate, 0.5)
        back = np.float32(1 - self.opening) + np.float32(self.opening) * fall
        opened: Sound = most * rise * back
        return opened

    def _vibrate(self, frequency: float, frames: int, rate: int) -> Sound:
        """How many turns ahead of a steady tone it is."""
        depth = frequency * (2 ** (self.vibrato / 1200) - 1) / (2 * np.pi * self.speed)
        comes = np.arange(frames, dtype=np.float32) * np.float32(2.5 / rate)
        comes -= np.float32(2.5 * self.wait)
        np.clip(comes, 0, 1, out=comes)
        comes *= tone(frames, self.speed, rate)
        comes *= np.float32(depth)
        return comes

    def _breathe(self, base: float, frames: int, rate: int) -> Sound:
        middle = min(self.breath_hertz, 6 * base)
        air = noise(frames, rate, 31, low=middle * 0.5, high=middle * 1.7)
        puff = np.float32(1) + np.float32(2.5) * fade_away(frames, rate, 0.05)
        return air * puff * np.float32(self.breath)

    def _shape(self, frames: int, rate: int) -> Sound:
        rise = swell(frames, rate, self.attack)
        if not self.settle:
            return rise
        fall = fade_away(frames, rate, self.settling)
        shape: Sound = rise * (np.float32(1 - self.settle) + np.float32(self.settle) * fall)
        return shape


_VIOLIN_BODY = ((460.0, 110.0, 0.9), (1000.0, 300.0, 0.7), (2600.0, 700.0, 1.0))
_CELLO_BODY = ((220.0, 70.0, 0.8), (600.0, 200.0, 0.8), (1500.0, 500.0, 0.6))
SOLO_VIOLIN = Held(
    slope=0.95, cutoff=3300, attack=0.07, formants=_VIOLIN_BODY, vibrato=16, speed=5.6, wait=0.18,
    breath=0.015, breath_hertz=3000, opening=0.2, most=32,
)  # fmt: skip
SOLO_CELLO = Held(
    slope=1.0, cutoff=1900, attack=0.09, formants=_CELLO_BODY, vibrato=13, speed=5.0, wait=0.2,
    breath=0.012, breath_hertz=1500, opening=0.2, most=36,
)  # fmt: skip
CONTRABASS = Held(
    slope=0.75, cutoff=950, attack=0.07, formants=((110.0, 40.0, 1.0), (240.0, 90.0, 0.9)),
    vibrato=6, speed=4.6, wait=0.3, breath=0.012, breath_hertz=900, opening=0.4, track=0.1,
    settle=0.25,
)  # fmt: skip
STRINGS = Held(
    slope=1.1, cutoff=2500, attack=0.16, formants=_VIOLIN_BODY,
    players=5, apart=11, opening=0.0, most=28,
)  # fmt: skip
SLOW_STRINGS = Held(
    slope=1.2, cutoff=1900, attack=0.42, formants=_VIOLIN_BODY,
    players=5, apart=11, opening=0.0, most=26,
)  # fmt: skip
CHOIR = Held(
    slope=1.35, cutoff=2600, attack=0.22, players=5, apart=12,
    formants=((650.0, 130.0, 3.2), (1080.0, 160.0, 1.8), (2650.0, 300.0, 0.9)), breath=0.02,
    opening=0.0, most=28,
)  # fmt: skip
BRASS = Held(
    slope=0.85, cutoff=2200, attack=0.045, formants=((1200.0, 500.0, 0.7),),
    players=3, apart=7, opening=0.45, track=0.3, settle=0.15, most=28,
)  # fmt: skip
TRUMPET = Held(
    slope=0.75, cutoff=2700, attack=0.04, formants=((1250.0, 500.0, 0.9),), vibrato=9, speed=5.2,
    wait=0.35, breath=0.008, opening=0.35, track=0.3, settle=0.15, most=28,
)  # fmt: skip
MUTED_TRUMPET = Held(
    slope=0.5, cutoff=2600, attack=0.035, formants=((1600.0, 450.0, 2.2),), vibrato=9, wait=0.3,
    breath=0.012, opening=0.3, settle=0.2, most=26,
)  # fmt: skip
HORN = Held(
    slope=1.2, cutoff=1000, attack=0.075, formants=((450.0, 200.0, 0.9),),
    players=2, apart=4, breath=0.008, breath_hertz=900, opening=0.3, track=0.35, settle=0.12,
)  # fmt: skip
TROMBONE = Held(
    slope=0.95, cutoff=1500, attack=0.055, formants=((550.0, 250.0, 0.8),), vibrato=6, wait=0.35,
    breath=0.008, opening=0.35, track=0.3, settle=0.12, most=30,
)  # fmt: skip
FLUTE = Held(
    slope=2.0, cutoff=2600, attack=0.05, vibrato=10, speed=5.0, wait=0.2, breath=0.03,
    breath_hertz=3200, opening=0.2, most=10,
)  # fmt: skip
WHISTLE = Held(
    slope=2.6, cutoff=3500, attack=0.035, vibrato=13, speed=5.4, wait=0.2, breath=0.04,
    breath_hertz=3600, opening=0.1, most=6,
)  # fmt: skip
PAN_FLUTE = Held(
    slope=2.0, cutoff=2200, attack=0.045, odd=2.0, vibrato=8, speed=4.8, wait=0.25, breath=0.08,
    breath_hertz=2200, opening=0.3, most=9,
)  # fmt: skip
CLARINET = Held(
    slope=1.0, cutoff=1900, attack=0.04, odd=5.0, formants=((1500.0, 500.0, 0.5),), vibrato=3,
    wait=0.4, breath=0.015, opening=0.15, most=24,
)  # fmt: skip
OBOE = Held(
    slope=0.7, cutoff=2500, attack=0.04, formants=((1050.0, 250.0, 1.8), (2900.0, 500.0, 0.9)),
    vibrato=9, speed=5.3, wait=0.2, breath=0.01, opening=0.15, most=26,
)  # fmt: skip
BASSOON = Held(
    slope=0.9, cutoff=1400, attack=0.045, formants=((480.0, 130.0, 1.9), (1150.0, 250.0, 0.6)),
    vibrato=6, wait=0.3, breath=0.01, opening=0.2, most=30,
)  # fmt: skip
SAX = Held(
    slope=0.85, cutoff=2000, attack=0.045, formants=((700.0, 250.0, 1.0), (1500.0, 400.0, 0.8)),
    vibrato=14, speed=5.0, wait=0.25, breath=0.05, breath_hertz=2400, opening=0.3, most=28,
)  # fmt: skip
HARMONICA = Held(
    slope=0.7, cutoff=2300, attack=0.05, formants=((900.0, 300.0, 0.8), (2200.0, 500.0, 0.9)),
    vibrato=10, speed=5.6, wait=0.25, breath=0.02, opening=0.2, most=24,
)  # fmt: skip
ACCORDION = Held(
    slope=0.75, cutoff=2100, attack=0.05, formants=((800.0, 300.0, 0.6),), players=2, apart=9,
    breath=0.01, opening=0.1, most=26,
)  # fmt: skip
ORGAN = Held(
    slope=1.3, cutoff=2400, attack=0.02, players=2, apart=3,
    opening=0.0, most=12,
)  # fmt: skip
PIPE_ORGAN = Held(
    slope=1.0, cutoff=2000, attack=0.09, players=3, apart=4, breath=0.012, opening=0.0, most=24,
)  # fmt: skip
WARM_PAD = Held(
    slope=1.25, cutoff=1100, attack=0.5, players=5, apart=9,
    opening=0.0, most=28,
)  # fmt: skip
BRIGHT_PAD = Held(
    slope=1.0, cutoff=1900, attack=0.38, players=5, apart=11,
    opening=0.25, most=28,
)  # fmt: skip
GLASS_PAD = Held(
    slope=1.7, cutoff=2600, attack=0.3, players=3, apart=8, odd=2.2,
    opening=0.3, most=18,
)  # fmt: skip
POLYSYNTH = Held(
    slope=0.95, cutoff=2100, attack=0.012, players=3, apart=10, opening=0.7, settle=0.35,
    settling=0.3, most=28,
)  # fmt: skip
SAW_LEAD = Held(
    slope=1.0, cutoff=2300, attack=0.012, players=2, apart=7,
    opening=0.4, most=28,
)  # fmt: skip
SQUARE_LEAD = Held(
    slope=1.05, cutoff=2200, attack=0.01, odd=8.0, vibrato=8, speed=5.2, wait=0.25, opening=0.35,
    most=24,
)  # fmt: skip
SOFT_LEAD = Held(
    slope=1.8, cutoff=1900, attack=0.025, vibrato=9, speed=5.0, wait=0.25, breath=0.02, opening=0.2,
    most=14,
)  # fmt: skip
SYNTH_BASS = Held(
    slope=1.1, cutoff=620, attack=0.006, opening=0.75, settle=0.25, settling=0.2, track=0.15,
    most=36,
)  # fmt: skip
SUB_BASS = Held(
    slope=2.0, cutoff=420, attack=0.012, opening=0.5, settle=0.15, track=0.1, most=14,
)  # fmt: skip
FRETLESS = Held(
    slope=1.35, cutoff=620, attack=0.02, vibrato=7, speed=4.8, wait=0.25, opening=0.6, settle=0.45,
    settling=0.6, track=0.15, most=20,
)  # fmt: skip
BAGPIPE = Held(
    slope=0.6, cutoff=2200, attack=0.03, formants=((1100.0, 300.0, 1.2),), players=2, apart=4,
    opening=0.05, most=26,
)  # fmt: skip
