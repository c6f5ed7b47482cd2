"""The MIDI file, as other programs read it: mido."""

from hashlib import sha256
from io import BytesIO

import mido
import pytest

from adapters.midi import write_midi
from core.music.moods import MOODS
from core.music.score import Score
from tests.core.music.pieces import piece


def read(score: Score) -> mido.MidiFile:
    return mido.MidiFile(file=BytesIO(write_midi(score)))


def found(score: Score, kind: str) -> list[mido.MetaMessage]:
    return [message for message in read(score).tracks[0] if message.type == kind]


def test_it_is_of_type_1_with_named_tracks_and_programs() -> None:
    score = piece("heroic", seconds=40, style="orchestral")
    file = read(score)
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert [track.name for track in file.tracks] == [
        score.title, *(voice.name for voice in score.voices),
    ]  # fmt: skip
    for track, voice in zip(file.tracks[1:], score.voices, strict=True):
        (program,) = [message for message in track if message.type == "program_change"]
        assert (program.program, program.channel) == (voice.program, voice.channel)
        assert (voice.channel == 9) == voice.drums
    channels = [voice.channel for voice in score.voices]
    assert len(set(channels)) == len(channels)


@pytest.mark.parametrize(("metre", "clocks"), [("4/4", 24), ("3/4", 24), ("6/8", 36)])
def test_tempo_time_and_key_are_at_the_start(metre: str, clocks: int) -> None:
    score = piece("sad", tempo=93, metre=metre, key="Bb minor")
    (tempo,), (time,), (key,) = (
        found(score, kind) for kind in ("set_tempo", "time_signature", "key_signature")
    )
    assert 60_000_000 / tempo.tempo == pytest.approx(93, abs=0.001)
    assert f"{time.numerator}/{time.denominator}" == metre and time.clocks_per_click == clocks
    assert key.key == "Bbm"


def test_sections_are_marked_where_they_begin() -> None:
    score = piece("happy", seconds=60)
    tick = 0
    markers = []
    for message in read(score).tracks[0]:
        tick += message.time
        if message.type == "marker":
            markers.append((message.text, tick))
    assert markers == [(section.name, section.bar * score.metre.bar) for section in score.sections]


@pytest.mark.parametrize("seconds", [5.0, 30.0, 61.3, 600.0])
def test_it_lasts_as_long_as_the_piece(seconds: float) -> None:
    assert read(piece("tense", seconds=seconds)).length == pytest.approx(seconds, abs=0.002)


@pytest.mark.parametrize("mood", MOODS)
def test_every_note_that_is_struck_is_let_go(mood: str) -> None:
    score = piece(mood, seconds=20)
    for track, voice in zip(read(score).tracks[1:], score.voices, strict=True):
        down: set[int] = set()
        struck = 0
        for message in track:
            if message.type == "note_on":
                assert message.note not in down and message.velocity > 0
                down.add(message.note)
                struck += 1
            elif message.type == "note_off":
                down.remove(message.note)
        assert not down and struck == len(voice.notes)


@pytest.mark.parametrize("key", ["C#", "F#", "Gb", "Ab minor", "D# dorian", "A# minor", "Cb"])
def test_odd_keys_have_a_signature_too(key: str) -> None:
    (signature,) = found(piece("happy", key=key), "key_signature")
    assert signature.key.removesuffix("m") in {
        "C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B", "C#", "D#", "G#", "A#",
    }  # fmt: skip


def test_the_bytes_are_the_same_on_every_machine() -> None:
    # Written down once: another Python, another processor, and this must still hold.
    assert [
        sha256(write_midi(piece(mood, seconds=20, seed=7))).hexdigest()[:16]
        for mood in ("happy", "sad", "angry")
    ] == ["246bf75e353d1276", "08d87777cfb607ee", "d00cd9729a811436"]
