"""Short pieces of music from nothing but arithmetic, for the demo and for trying things out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.voices.kit import KITS
from core.voices.programs import INSTRUMENTS
from core.voices.waves import release

Floats = NDArray[np.float64]
Stereo = NDArray[np.float32]
_STEPS = 4  # steps in a beat: sixteenth notes
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
            notes[key] = play_voice(hit.voice, hit.pitch, key[2], rate)
        _add(dry, send, notes[key], hit, rate)
    if song.ducking:
        duck = _duck(frames, score.kicks, song, rate)[:, None]
        dry *= duck
        send *= duck
    for hit in score.beats:
        key = (hit.voice, hit.pitch, 0)
        if key not in notes:
            notes[key] = play_voice(hit.voice, hit.pitch, 0, rate)
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
    # A kick drum leans to one side, and saturation more so.
    mix -= mix.mean(axis=0)
    rise, fall = round(0.004 * rate), round(1.8 * rate)
    mix[:rise] *= np.linspace(0, 1, rise)[:, None]
    mix[-fall:] *= (np.cos(np.linspace(0, np.pi, fall)) / 2 + 0.5)[:, None]
    return (mix * (10 ** (peak / 20) / float(np.abs(mix).max()))).astype(np.float32)


_LEVELS = {
    "pad left": ("warm pad", 0.44),
    "pad right": ("warm pad", 0.38),
    "keys": ("electric", 0.36),
    "stab": ("polysynth", 0.42),
    "pluck": ("clean guitar", 0.65),
    "kalimba": ("kalimba", 1.08),
    "lead": ("soft lead", 0.69),
    "bass": ("fingered", 1.0),
    "synth bass": ("synth bass", 0.71),
}
"""What plays a part of a song, and how loud."""
_STROKES = {
    "kick": (36, 0.92),
    "snare": (38, 1.27),
    "clap": (39, 1.25),
    "rim": (37, 1.18),
    "hat": (42, 1.19),
    "open": (46, 1.12),
    "shaker": (70, 1.67),
}
"""The same for drums, by their key."""
_VELOCITY = 0.7


def play_voice(name: str, pitch: int, frames: int, rate: int) -> Floats:
    """One note of a song's voice as long as asked, and its release; drums take their own time."""
    if name in _STROKES:
        key, level = _STROKES[name]
        stroke: Floats = KITS[0][key].play(_VELOCITY, rate).astype(np.float64)
        return stroke * level
    program, level = _LEVELS[name]
    instrument = INSTRUMENTS[program]
    tail = round(instrument.release * rate)
    sound = instrument.tone.play(
        pitch, velocity=_VELOCITY, brightness=_VELOCITY, frames=frames + tail, rate=rate
    )
    note: Floats = sound[-1 if name.endswith("right") else 0].astype(np.float64) * level
    note[-tail:] *= release(tail)
    return note


VOICES = (*_LEVELS, *_STROKES)
