"""The instruments: in tune, without clicks, equally loud, and alive to how they are struck."""

import numpy as np
import pytest

from core.music.instruments import Instrument as Named
from core.studio.gauge import Gauge
from core.voices import KITS, find_instrument
from core.voices.programs import INSTRUMENTS
from core.voices.waves import Sound, hertz, noise, release, sine, turns

RATE = 44_100
BELLS = {"bells", "timpani", "crystal"}
"""Their partials are few and low: a harder stroke is only louder."""
each_instrument = pytest.mark.parametrize("name", INSTRUMENTS)


def strike(name: str, pitch: int, *, velocity: float = 0.7, seconds: float = 0.6) -> Sound:
    """A note with its release, as the mixing desk cuts it."""
    instrument = INSTRUMENTS[name]
    tail = round(instrument.release * RATE)
    frames = round(seconds * RATE) + tail
    sound = instrument.tone.play(pitch, velocity=velocity, brightness=0.5, frames=frames, rate=RATE)
    sound[:, -tail:] *= release(tail)
    return sound * np.float32(instrument.gain)


def pitch_for(name: str) -> int:
    """A pitch in the middle of what the first program of that name plays."""
    for program in range(119):
        if find_instrument(program) is INSTRUMENTS[name]:
            low, high = Named(program).reach
            return (low + high) // 2
    raise AssertionError(f"no program is played by {name}")


def loudness(sound: Sound) -> float:
    gauge = Gauge(RATE)
    gauge.push(np.repeat(sound, 2, axis=0).T if len(sound) == 1 else sound.T)
    return gauge.finish()


@each_instrument
def test_no_note_begins_or_ends_with_a_click(name: str) -> None:
    for pitch in (pitch_for(name) - 7, pitch_for(name) + 7):
        note = strike(name, pitch)
        assert note.dtype == np.float32 and len(note) in (1, 2) and np.isfinite(note).all()
        assert np.abs(note[:, :3]).max() < 0.02 and np.abs(note[:, -3:]).max() < 1e-4
        assert abs(float(note.mean())) < 0.01


@each_instrument
def test_it_is_in_tune(name: str) -> None:
    pitch = pitch_for(name)
    mono = strike(name, pitch, seconds=1.0).mean(axis=0)
    size = 1 << 18
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), size))
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    # The strongest place within a semitone of one of the first four harmonics.
    cents = []
    for number in (1, 2, 3, 4):
        wanted = number * hertz(pitch)
        near = (frequencies > wanted / 1.05) & (frequencies < wanted * 1.05)
        if spectrum[near].max() > 0.05 * spectrum.max():
            found = frequencies[near][spectrum[near].argmax()]
            cents.append(abs(1200 * np.log2(found / wanted)))
    assert cents and min(cents) < 12


@each_instrument
def test_all_are_about_as_loud(name: str) -> None:
    found = [loudness(strike(name, pitch_for(name) + step)) for step in (-5, 0, 4)]
    assert -24 < np.mean(found) < -15


@each_instrument
def test_a_harder_stroke_is_brighter(name: str) -> None:
    def centre(velocity: float) -> float:
        mono = strike(name, pitch_for(name), velocity=velocity, seconds=0.4).mean(axis=0)
        power = np.abs(np.fft.rfft(mono)) ** 2
        return float((power * np.fft.rfftfreq(len(mono), 1 / RATE)).sum() / power.sum())

    assert centre(0.9) > centre(0.2) * 1.002 or name in BELLS


def test_all_programs_have_a_voice() -> None:
    assert {id(find_instrument(program)) for program in range(119)} == {
        id(instrument) for instrument in INSTRUMENTS.values()
    }


@pytest.mark.parametrize(("kit", "key"), [(kit, key) for kit in KITS for key in KITS[kit]])
def test_drums_are_short_and_clean(kit: int, key: int) -> None:
    hard = KITS[kit][key].play(0.9, RATE)
    assert hard.dtype == np.float32 and 0.05 < len(hard) / RATE < 3.5
    assert np.abs(hard[:2]).max() < 0.01 and np.abs(hard[-3:]).max() < 0.005
    assert 0.05 < np.abs(hard).max() * KITS[kit][key].gain < 2


def test_phases_wrap_exactly() -> None:
    wave = sine(turns(RATE * 60, 441.0, RATE))
    assert np.abs(wave[-1000:] - wave[:1000]).max() < 0.01


def test_noise_keeps_to_its_band() -> None:
    power = np.abs(np.fft.rfft(noise(1 << 16, RATE, 3, low=1000, high=4000))) ** 2
    frequencies = np.fft.rfftfreq(1 << 16, 1 / RATE)
    inside = power[(frequencies > 600) & (frequencies < 7000)].sum()
    assert inside > 0.9 * power.sum()
