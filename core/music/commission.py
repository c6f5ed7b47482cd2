"""What a person may ask of the composer, and how it is read."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import UserError
from core.jobs import Json
from core.music.instruments import PITCHED_NAMES, Instrument, read_instruments
from core.music.keys import read_key
from core.music.metre import METRES
from core.music.moods import MOODS, Mood, read_mood
from core.music.styles import STYLES, Style, hear_style, read_style
from core.options import Kind, Option, Value

MOOD = Option(
    name="mood",
    kind=Kind.TEXT,
    summary="A feeling: a word, a few words, or valence and arousal such as 0.6,-0.4",
    required=True,
    most=200,
    suggests=True,
)
LENGTH = Option(
    name="length",
    kind=Kind.NUMBER,
    summary="How long the piece is",
    default=60.0,
    least=5,
    most=600,
    unit="seconds",
)
TEMPO = Option(
    name="tempo",
    kind=Kind.NUMBER,
    summary="Quarter notes in a minute; else what fits the mood",
    least=50,
    most=200,
    unit="BPM",
)
KEY = Option(
    name="key",
    kind=Kind.TEXT,
    summary="Such as C, F#m, Bb major or D dorian; else what fits the mood",
    most=30,
)
TIME = Option(name="time", kind=Kind.CHOICE, summary="The time signature", choices=tuple(METRES))
STYLE = Option(name="style", kind=Kind.CHOICE, summary="The kind of music", choices=tuple(STYLES))
INSTRUMENTS = Option(
    name="instruments",
    kind=Kind.TEXT,
    summary="Who plays, with commas: piano, cello, strings, drums",
    most=300,
    suggests=True,
)
SEED = Option(
    name="seed",
    kind=Kind.NUMBER,
    summary="A number that gives the same piece again",
    least=0,
    most=2**31 - 1,
)
TITLE = Option(name="title", kind=Kind.TEXT, summary="What to call it", most=200)
WAV = Option(name="wav", kind=Kind.FLAG, summary="Give a WAV too", default=False)
OPTIONS = (MOOD, LENGTH, TEMPO, KEY, TIME, STYLE, INSTRUMENTS, SEED, TITLE, WAV)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """A piece as it was asked for. What is None or empty, the composer chooses."""

    mood: Mood
    seconds: float
    seed: int
    tempo: float | None = None
    tonic: int | None = None
    mode: str = ""
    metre: str = ""
    style: Style | None = None
    instruments: tuple[Instrument, ...] = ()
    title: str = ""


def order_piece(values: Mapping[str, Value], *, seed: int) -> dict[str, Json]:
    """What was asked for, as JSON that `read_commission` takes. `seed` stands in for none."""
    given = values["seed"]
    if isinstance(given, float) and not given.is_integer():
        raise UserError(f"“seed” must be a whole number, not {given:g}.")
    length, tempo = values["length"], values["tempo"]
    request: dict[str, Json] = {
        "mood": str(values["mood"]),
        "length": round(length, 3) if isinstance(length, float) else 60.0,
        "tempo": tempo if isinstance(tempo, float) else None,
        **{name: str(values[name] or "") for name in ("key", "time", "style", "instruments")},
        "seed": int(given) if isinstance(given, float) else seed,
        "title": str(values["title"] or ""),
        "wav": bool(values["wav"]),
    }
    read_commission(request)
    return request


def read_commission(request: Mapping[str, Json]) -> Commission:
    """The piece that was asked for. Raises `UserError` for what makes no sense."""
    texts = {name: str(request[name]) for name in ("mood", "key", "style", "instruments")}
    tonic, mode = read_key(texts["key"]) if texts["key"] else (None, "")
    tempo = request["tempo"]
    return Commission(
        mood=_mood(texts["mood"]),
        seconds=float(str(request["length"])),
        seed=int(str(request["seed"])),
        tempo=None if tempo is None else float(str(tempo)),
        tonic=tonic,
        mode=mode,
        metre=str(request["time"]),
        style=read_style(texts["style"]) if texts["style"] else hear_style(texts["mood"]),
        instruments=read_instruments(texts["instruments"]),
        title=str(request["title"]),
    )


def _mood(text: str) -> Mood:
    try:
        return read_mood(text)
    except UserError:
        # Words such as `lofi beats` name no feeling but a style, which has one of its own.
        style = hear_style(text)
        if style is None:
            raise
        return Mood(text, *_OF_STYLE.get(style.name, (20, 0)))


_OF_STYLE = {
    "lo-fi": (30, -40), "jazz": (40, -10), "ambient": (20, -60), "orchestral": (20, 20),
    "rock": (0, 70), "electronic": (40, 60), "folk": (40, 0), "pop": (60, 40),
}  # fmt: skip


def suggest(option: str, typed: str) -> list[str]:
    """Up to 25 moods or instruments that go on from what was typed."""
    if option == "mood":
        word = typed.strip().casefold()
        return [name for name in MOODS if word in name]
    *before, last = typed.split(",")
    word = last.strip().casefold()
    start = "".join(f"{part.strip()}, " for part in before)
    found = [name for name in (*PITCHED_NAMES, "Drums") if word in name.casefold()]
    found.sort(key=lambda name: not name.casefold().startswith(word))
    return [start + name for name in found[:25]]
