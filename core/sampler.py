"""Short pieces of music from nothing but arithmetic, for the demo and for trying things out."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Stereo = NDArray[np.float32]
_STEPS = 4  # steps in a beat: sixteenth notes
_TABLE = 16384
_TAIL_SECONDS = 2.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """What is played. Times are in steps (sixteenth notes), pitches are MIDI numbers.

    `chords` go round, one a bar. `sections` are (bars, parts that play). A `drums` line has an x
    where it sounds, X where it is louder. In `bass`, 1 is the root, 5 the fifth, 8 the octave, in
    `pattern` a digit is a chord tone (those past the last one an octave higher), `melody` has
    (start, pitch, length) over two bars.
    """

    tempo: float
    beats: int = 4
    swing: float = 0.0
    chords: tuple[tuple[int, ...], ...]
    sections: tuple[tuple[int, str], ...]
    drums: Mapping[str, str] = field(default_factory=dict)
    bass: str = ""
    pattern: str = ""
    melody: tuple[tuple[float, int, float], ...] = ()
    voices: Mapping[str, str] = field(default_factory=dict)
    gains: Mapping[str, float] = field(default_factory=dict)
    ducking: float = 0.0
    drive: float = 1.0
    room: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One track of the demo: what it says about itself, how it is stored, and its song.

    `format` is the file's ending, `rate` in hertz, `peak` in dBFS.
    """

    title: str
    artist: str
    album: str
    year: int
    genre: str
    format: str
    rate: int
    peak: float
    song: Song


def render(sample: Sample, rate: int) -> Stereo:
    """Play a sample's song: float32, shape (frames, 2), its highest peak at `sample.peak` dBFS."""
    song = sample.song
    score = _write_score(song)
    frames = round((score.seconds + _TAIL_SECONDS) * rate)
    dry, send = np.zeros((frames, 2)), np.zeros((frames, 2))
    notes: dict[tuple[str, int, int], Floats] = {}
    for hit in score.hits:
        key = (hit.voice, hit.pitch, round(hit.seconds * rate))
        if key not in notes:
            notes[key] = _VOICES[hit.voice](hit.pitch, key[2], rate)
        _add(dry, send, notes[key], hit, rate)
    if song.ducking:
        duck = _duck(frames, score.kicks, song, rate)[:, None]
        dry *= duck
        send *= duck
    for hit in score.beats:
        key = (hit.voice, hit.pitch, 0)
        if key not in notes:
            notes[key] = _VOICES[hit.voice](hit.pitch, 0, rate)
        _add(dry, send, notes[key], hit, rate)
    mix = dry + song.room * _reverberate(send, rate)
    return _finish(mix, song.drive, sample.peak, rate)


@dataclass(frozen=True, slots=True)
class _Hit:
    voice: str
    pitch: int
    start: float
    seconds: float
    gain: float
    pan: float
    wet: float


@dataclass(frozen=True, slots=True)
class _Score:
    seconds: float
    hits: tuple[_Hit, ...]
    beats: tuple[_Hit, ...]
    kicks: tuple[float, ...]


def _write_score(song: Song) -> _Score:
    step = 60 / song.tempo / _STEPS
    steps = song.beats * _STEPS
    hits: list[_Hit] = []
    beats: list[_Hit] = []
    bar = 0
    for bars, parts in song.sections:
        for index in range(bars):
            chord = song.chords[bar % len(song.chords)]
            now = bar * steps * step
            hits += _play_chord(song, parts, chord, now, step)
            if "bass" in parts:
                hits += _play_bass(song, chord, now, step)
            if "arp" in parts:
                hits += _play_pattern(song, chord, now, step)
            if "lead" in parts:
                hits += _play_melody(song, index % 2, now, step)
            beats += _play_drums(song, parts, now, step, fill=index == bars - 1)
            bar += 1
    end = bar * steps * step
    last = song.chords[bar % len(song.chords)]
    hits += _play_chord(song, song.sections[-1][1], last, end, step)
    kicks = tuple(hit.start for hit in beats if hit.voice == "kick")
    return _Score(end, tuple(hits), tuple(beats), kicks)


def _voice(song: Song, part: str, usual: str) -> str:
    return song.voices.get(part, usual)


def _play_chord(
    song: Song, parts: str, chord: Sequence[int], now: float, step: float
) -> list[_Hit]:
    steps = song.beats * _STEPS
    hits = []
    if "pad" in parts:
        gain = 0.16 * song.gains.get("pad", 1.0)
        for pitch in chord[1:]:
            for pan, bend in ((-0.85, "left"), (0.85, "right")):
                voice = f"{_voice(song, 'pad', 'pad')} {bend}"
                hits.append(_Hit(voice, pitch, now, steps * step * 1.04, gain, pan, 0.7))
    if "keys" in parts:
        gain = 0.2 * song.gains.get("keys", 1.0)
        rhythm = song.voices.get("rhythm", "x").ljust(steps, ".")
        for place, mark in enumerate(rhythm[:steps]):
            if mark == ".":
                continue
            length = (len(rhythm[place + 1 :]) - len(rhythm[place + 1 :].lstrip("."))) + 1
            for rank, pitch in enumerate(chord[1:]):
                # A hand is never quite at once.
                start = now + _swung(place, song, step) + 0.006 * rank
                pan = -0.35 + 0.7 * rank / max(1, len(chord) - 2)
                seconds = min(length, 6) * step
                voice = _voice(song, "keys", "keys")
                hits.append(_Hit(voice, pitch, start, seconds, gain, pan, 0.5))
    return hits


def _swung(place: float, song: Song, step: float) -> float:
    late = song.swing * step if int(place) % 2 else 0.0
    return place * step + late


_DEGREES = {"1": 0, "5": 7, "8": 12, "4": 5, "7": 10}


def _play_bass(song: Song, chord: Sequence[int], now: float, step: float) -> list[_Hit]:
    hits = []
    gain = 0.42 * song.gains.get("bass", 1.0)
    for place, mark in enumerate(song.bass):
        if mark not in _DEGREES:
            continue
        rest = song.bass[place + 1 :]
        length = 1 + len(rest) - len(rest.lstrip("-"))
        pitch = chord[0] + _DEGREES[mark]
        start = now + _swung(place, song, step)
        voice = _voice(song, "bass", "bass")
        hits.append(_Hit(voice, pitch, start, length * step * 0.95, gain, 0.0, 0.0))
    return hits


def _play_pattern(song: Song, chord: Sequence[int], now: float, step: float) -> list[_Hit]:
    hits = []
    gain = 0.17 * song.gains.get("arp", 1.0)
    tones = chord[1:]
    for place, mark in enumerate(song.pattern):
        if not mark.isdigit():
            continue
        rank = int(mark)
        pitch = tones[rank % len(tones)] + 12 * (rank // len(tones))
        start = now + _swung(place, song, step)
        pan = 0.6 * math.sin(2.4 * place)
        accent = gain * (1.0 if place % _STEPS == 0 else 0.78)
        voice = _voice(song, "arp", "pluck")
        hits.append(_Hit(voice, pitch, start, 3 * step, accent, pan, 0.6))
        hits.append(_Hit(voice, pitch, start + 3 * step, 3 * step, accent * 0.3, -pan, 0.6))
    return hits


def _play_melody(song: Song, half: int, now: float, step: float) -> list[_Hit]:
    steps = song.beats * _STEPS
    gain = 0.24 * song.gains.get("lead", 1.0)
    return [
        _Hit(
            _voice(song, "lead", "lead"),
            pitch,
            now + _swung(place - half * steps, song, step),
            length * step,
            gain,
            0.12,
            0.6,
        )
        for place, pitch, length in song.melody
        if half * steps <= place < (half + 1) * steps
    ]


_DRUMS = {  # gain, place between the speakers, share in the room
    "kick": (0.95, 0.0, 0.0),
    "snare": (0.5, 0.0, 0.45),
    "clap": (0.42, 0.05, 0.5),
    "rim": (0.3, -0.3, 0.5),
    "hat": (0.15, 0.3, 0.08),
    "open": (0.16, 0.34, 0.15),
    "shaker": (0.12, -0.45, 0.1),
}


def _play_drums(song: Song, parts: str, now: float, step: float, *, fill: bool) -> list[_Hit]:
    hits = []
    for voice, line in song.drums.items():
        wanted = "drums" in parts or ("hats" in parts and voice in ("hat", "shaker", "rim"))
        if not wanted:
            continue
        gain, pan, wet = _DRUMS[voice]
        gain *= song.gains.get("drums", 1.0)
        for place, mark in enumerate(line):
            if mark in "xX":
                loud = gain * (1.0 if mark == "X" else 0.72)
                hits.append(_Hit(voice, 0, now + _swung(place, song, step), 0, loud, pan, wet))
    if fill and "drums" in parts and "snare" in song.drums:
        gain, pan, wet = _DRUMS["snare"]
        for index, place in enumerate((-3, -2, -1)):
            start = now + _swung(song.beats * _STEPS + place, song, step)
            hits.append(_Hit("snare", 0, start, 0, gain * (0.3 + 0.15 * index), pan, wet))
    return hits


def _add(dry: Floats, send: Floats, note: Floats, hit: _Hit, rate: int) -> None:
    start = round(hit.start * rate)
    end = min(start + len(note), len(dry))
    angle = (hit.pan + 1) * math.pi / 4
    for side, level in enumerate((math.cos(angle), math.sin(angle))):
        part = note[: end - start] * (hit.gain * level)
        dry[start:end, side] += part
        if hit.wet:
            send[start:end, side] += part * hit.wet


def _duck(frames: int, kicks: Sequence[float], song: Song, rate: int) -> Floats:
    """Everything but the drums makes room for the kick, as dance music does."""
    gain = np.ones(frames)
    length = round(60 / song.tempo * rate * 0.7)
    dip = 1 - song.ducking * (1 - np.sin(np.linspace(0, np.pi / 2, length)) ** 1.5)
    soft = min(round(0.004 * rate), length)
    dip[:soft] = np.linspace(1, dip[soft - 1], soft)
    for kick in kicks:
        start = round(kick * rate)
        end = min(start + length, frames)
        gain[start:end] = np.minimum(gain[start:end], dip[: end - start])
    return gain


def _reverberate(send: Floats, rate: int) -> Floats:
    """A small hall: noise that dies away and darkens, different in each ear."""
    chance = np.random.default_rng(5)
    length = round(1.9 * rate)
    seconds = np.arange(length) / rate
    noise = chance.standard_normal((length, 2))
    # An average of neighbours takes the hiss off.
    width = max(1, rate // 9000)
    sums = np.cumsum(np.vstack([np.zeros((width, 2)), noise]), axis=0)
    answer = (sums[width:] - sums[:-width]) / width * np.exp(-seconds * 3.4)[:, None]
    answer[: round(0.012 * rate)] = 0
    answer /= np.sqrt((answer**2).sum(axis=0))
    size = _friendly(len(send) + length)
    wet = np.empty_like(send)
    for side in (0, 1):
        spectrum = np.fft.rfft(send[:, side], size) * np.fft.rfft(answer[:, side], size)
        wet[:, side] = np.fft.irfft(spectrum, size)[: len(send)]
    return wet


def _friendly(length: int) -> int:
    """The next size that an FFT is fast for."""
    best = 1 << (length - 1).bit_length()
    for factor in (3, 5, 9, 15):
        scaled = factor << max(0, (length - 1) // factor).bit_length()
        if length <= scaled < best:
            best = scaled
    return best


def _finish(mix: Floats, drive: float, peak: float, rate: int) -> Stereo:
    mix = mix - mix.mean(axis=0)
    mix = np.tanh(mix * drive / max(1e-9, float(np.percentile(np.abs(mix[::7]), 99.5))) * 0.7)
    rise, fall = round(0.004 * rate), round(1.8 * rate)
    mix[:rise] *= np.linspace(0, 1, rise)[:, None]
    mix[-fall:] *= (np.cos(np.linspace(0, np.pi, fall)) / 2 + 0.5)[:, None]
    return (mix * (10 ** (peak / 20) / float(np.abs(mix).max()))).astype(np.float32)


def _hertz(pitch: float) -> float:
    """Equal temperament, A4 (69) at 440 Hz."""
    return float(440 * 2 ** ((pitch - 69) / 12))


@lru_cache(maxsize=64)
def _wave(harmonics: int, softness: float, odd: int) -> Floats:
    """One turn of a tone: harmonics fall by their number to the power of `softness`."""
    turn = np.arange(_TABLE) * 2 * np.pi / _TABLE
    numbers = range(1, harmonics + 1, 2 if odd else 1)
    table = sum((np.sin(turn * n) / n**softness for n in numbers), start=np.zeros(_TABLE))
    return np.asarray(table / np.abs(table).max())


def _tone(
    hertz: float, frames: int, rate: int, *, softness: float, most: int = 32, odd: bool = False
) -> Floats:
    harmonics = max(1, min(most, int(rate * 0.4 / hertz)))
    table = _wave(harmonics, softness, int(odd))
    places = np.arange(frames) * (hertz / rate * _TABLE)
    return np.asarray(table[places.astype(np.int64) & (_TABLE - 1)])


def _envelope(frames: int, rate: int, *, rise: float, fall: float) -> Floats:
    """Up in `rise` seconds, and down to nothing over the last `fall` seconds."""
    shape = np.ones(frames)
    up, down = min(frames, round(rise * rate)), min(frames, round(fall * rate))
    shape[:up] = np.sin(np.linspace(0, np.pi / 2, up)) ** 2
    shape[frames - down :] *= np.cos(np.linspace(0, np.pi / 2, down)) ** 2
    return shape


def _decay(frames: int, rate: int, seconds: float) -> Floats:
    return np.exp(-np.arange(frames) / (rate * seconds))


def _pad(cents: float) -> Callable[[int, int, int], Floats]:
    def play(pitch: int, frames: int, rate: int) -> Floats:
        frames += round(0.4 * rate)
        low = _tone(_hertz(pitch + cents / 100), frames, rate, softness=1.7)
        high = _tone(_hertz(pitch - cents / 140), frames, rate, softness=1.25, most=14)
        swell = np.sin(np.linspace(0, np.pi, frames)) ** 2 * 0.5
        return (low * 0.7 + high * swell) * _envelope(frames, rate, rise=0.35, fall=0.7)

    return play


def _keys(pitch: int, frames: int, rate: int) -> Floats:
    """An electric piano by frequency modulation, with a tine at the start."""
    frames += round(0.5 * rate)
    turn = np.arange(frames) * (2 * np.pi * _hertz(pitch) / rate)
    fade = _decay(frames, rate, 0.9)
    tine = np.sin(turn * 14) * _decay(frames, rate, 0.05) * 0.10
    body = np.sin(turn + (0.25 + 1.1 * _decay(frames, rate, 0.25)) * np.sin(turn))
    wobble = 1 + 0.1 * np.sin(np.arange(frames) * (2 * np.pi * 4.6 / rate))
    return np.asarray(
        (body + tine) * fade * wobble * _envelope(frames, rate, rise=0.004, fall=0.3) * 0.8
    )


def _stab(pitch: int, frames: int, rate: int) -> Floats:
    frames += round(0.2 * rate)
    bright = _tone(_hertz(pitch + 0.05), frames, rate, softness=1.0, most=18)
    dark = _tone(_hertz(pitch - 0.05), frames, rate, softness=2.0)
    close = _decay(frames, rate, 0.07)
    fade = _decay(frames, rate, 0.25)
    tone = bright * close * 0.8 + dark * (1 - close * 0.5)
    return tone * fade * _envelope(frames, rate, rise=0.003, fall=0.15)


def _pluck(pitch: int, frames: int, rate: int) -> Floats:
    """A plucked string: the higher a harmonic, the sooner it is gone."""
    frames += round(0.6 * rate)
    bright = _tone(_hertz(pitch), frames, rate, softness=0.7, most=24)
    dark = _tone(_hertz(pitch), frames, rate, softness=2.2)
    tone = bright * _decay(frames, rate, 0.05) + dark * _decay(frames, rate, 0.38)
    return tone * _envelope(frames, rate, rise=0.002, fall=0.3) * 0.8


def _kalimba(pitch: int, frames: int, rate: int) -> Floats:
    frames += round(1.1 * rate)
    turn = np.arange(frames) * (2 * np.pi * _hertz(pitch) / rate)
    tone = np.sin(turn) * _decay(frames, rate, 0.55)
    tone += 0.22 * np.sin(turn * 2.0) * _decay(frames, rate, 0.22)
    tone += 0.12 * np.sin(turn * 5.4) * _decay(frames, rate, 0.05)
    return np.asarray(tone * _envelope(frames, rate, rise=0.002, fall=0.4))


def _lead(pitch: int, frames: int, rate: int) -> Floats:
    frames += round(0.12 * rate)
    seconds = np.arange(frames) / rate
    bend = 0.12 * np.clip(seconds / 0.4, 0, 1) * np.sin(2 * np.pi * 5.3 * seconds)
    hertz = 440 * 2 ** ((pitch + bend - 69) / 12)
    places = np.cumsum(hertz / rate) * _TABLE
    table = _wave(max(1, min(18, int(rate * 0.4 / _hertz(pitch)))), 1.2, 0)
    tone = table[places.astype(np.int64) & (_TABLE - 1)]
    return np.asarray(tone * _envelope(frames, rate, rise=0.02, fall=0.14))


def _bass(pitch: int, frames: int, rate: int) -> Floats:
    tone = _tone(_hertz(pitch), frames, rate, softness=2.6) * 0.9
    pick = _tone(_hertz(pitch), frames, rate, softness=1.1, most=12) * _decay(frames, rate, 0.06)
    shape = _envelope(frames, rate, rise=0.004, fall=0.04)
    return (tone + pick * 0.35) * shape * (0.4 + 0.6 * _decay(frames, rate, 0.5))


def _synth_bass(pitch: int, frames: int, rate: int) -> Floats:
    dark = _tone(_hertz(pitch), frames, rate, softness=1.8)
    bright = _tone(_hertz(pitch + 0.06), frames, rate, softness=1.0, most=24)
    tone = dark * 0.8 + bright * _decay(frames, rate, 0.10) * 0.6
    return tone * _envelope(frames, rate, rise=0.003, fall=0.03)


def _noise(frames: int, rate: int, seed: int, *, low: float, high: float) -> Floats:
    """Noise between two frequencies in hertz, with gentle slopes; its root mean square is 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(frames))
    hertz = np.fft.rfftfreq(frames, 1 / rate) + 1.0
    spectrum /= np.sqrt(1 + (low / hertz) ** 4) * np.sqrt(1 + (hertz / high) ** 4)
    noise = np.fft.irfft(spectrum, frames)
    return np.asarray(noise / np.sqrt((noise**2).mean()))


def _kick(_pitch: int, _frames: int, rate: int) -> Floats:
    frames = round(0.34 * rate)
    seconds = np.arange(frames) / rate
    hertz = 48 + 130 * np.exp(-seconds / 0.028)
    tone = np.sin(2 * np.pi * np.cumsum(hertz) / rate) * _decay(frames, rate, 0.11)
    click = _noise(frames, rate, 1, low=900, high=5000) * _decay(frames, rate, 0.003) * 0.16
    return (tone + click) * _envelope(frames, rate, rise=0.001, fall=0.06)


def _snare(_pitch: int, _frames: int, rate: int) -> Floats:
    frames = round(0.26 * rate)
    turn = np.arange(frames) * (2 * np.pi / rate)
    skin = (np.sin(turn * 186) + 0.6 * np.sin(turn * 331)) * _decay(frames, rate, 0.035)
    wires = _noise(frames, rate, 2, low=1400, high=8000) * _decay(frames, rate, 0.07) * 0.5
    return np.asarray((skin * 0.7 + wires) * _envelope(frames, rate, rise=0.001, fall=0.05))


def _clap(_pitch: int, _frames: int, rate: int) -> Floats:
    frames = round(0.3 * rate)
    shape = np.zeros(frames)
    for late in (0.0, 0.011, 0.023):
        start = round(late * rate)
        shape[start:] = np.maximum(shape[start:], _decay(frames - start, rate, 0.006))
    start = round(0.03 * rate)
    shape[start:] = np.maximum(shape[start:], 0.8 * _decay(frames - start, rate, 0.06))
    return (
        _noise(frames, rate, 3, low=900, high=4500)
        * shape
        * 0.6
        * _envelope(frames, rate, rise=0.001, fall=0.08)
    )


def _rim(_pitch: int, _frames: int, rate: int) -> Floats:
    frames = round(0.09 * rate)
    turn = np.arange(frames) * (2 * np.pi / rate)
    tone = np.sin(turn * 1710) + 0.7 * np.sin(turn * 820)
    return np.asarray(
        tone * _decay(frames, rate, 0.014) * _envelope(frames, rate, rise=0.0007, fall=0.03)
    )


def _hat(seconds: float) -> Callable[[int, int, int], Floats]:
    def play(_pitch: int, _frames: int, rate: int) -> Floats:
        frames = round((seconds * 5 + 0.02) * rate)
        noise = _noise(frames, rate, 4, low=6500, high=11000) * 0.55 * _decay(frames, rate, seconds)
        return noise * _envelope(frames, rate, rise=0.0007, fall=0.02)

    return play


_VOICES: dict[str, Callable[[int, int, int], Floats]] = {
    "pad left": _pad(7.0),
    "pad right": _pad(-6.0),
    "keys": _keys,
    "stab": _stab,
    "pluck": _pluck,
    "kalimba": _kalimba,
    "lead": _lead,
    "bass": _bass,
    "synth bass": _synth_bass,
    "kick": _kick,
    "snare": _snare,
    "clap": _clap,
    "rim": _rim,
    "hat": _hat(0.022),
    "open": _hat(0.11),
    "shaker": _hat(0.035),
}
