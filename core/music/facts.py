"""What is told of a score: its facts as JSON, its chapters, and the line under its title."""

from core.jobs import Json
from core.music.instruments import Instrument
from core.music.score import Score, Voice
from core.tracklist import Chapter


def describe(score: Score) -> dict[str, Json]:
    """Key, time signature, tempo, sections and chords; times in seconds with milliseconds."""
    return {
        "title": score.title,
        "mood": score.mood,
        "style": score.style,
        "key": score.key.name,
        "camelot": score.key.camelot,
        "time_signature": score.metre.name,
        "tempo": round(score.tempo, 2),
        "duration": score.seconds,
        "seed": score.seed,
        "instruments": list(dict.fromkeys(_name(voice) for voice in score.voices)),
        "sections": [
            {"name": chapter.title, "start": chapter.start, "end": chapter.end}
            for chapter in chapters_of(score)
        ],
        "chords": [
            {
                "chord": slot.chord.name(score.key),
                "start": round(score.clock.seconds(slot.start), 3),
                "end": round(min(score.clock.seconds(slot.end), score.seconds), 3),
            }
            for slot in score.chords
        ],
    }


def _name(voice: Voice) -> str:
    return "Drums" if voice.drums else Instrument(voice.program).name


def chapters_of(score: Score) -> list[Chapter]:
    """One chapter a section."""
    starts = score.starts()
    return [
        Chapter(start, end, section.name)
        for section, start, end in zip(score.sections, starts, starts[1:], strict=False)
    ]


def summarise(score: Score) -> str:
    """Such as `B major, 4/4, 132 BPM, pop, happy`."""
    tempo = f"{score.tempo:.4g} BPM"
    return ", ".join((score.key.name, score.metre.name, tempo, score.style, score.mood))
