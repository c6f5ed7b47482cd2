"""What a mix says of itself: chapters, description, cue sheet, file name, all from the timeline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.timeline import Segment, Timeline
from core.tracks import clean_text

_DESCRIPTION_BYTES = 5000
"""YouTube takes up to 5,000 bytes of description, and no angle brackets."""
_CHAPTER_SECONDS = 10
"""YouTube ignores all chapters when one is shorter than this."""
_SHORTEST_NAME = 12
_HASHTAGS = 8
_CUE_FRAMES = 75
_NOT_A_WORD = re.compile(r"[^\w]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the mix with its title; times in seconds. They leave no gaps."""

    start: float
    end: float
    title: str


def name_of(segment: Segment) -> str:
    """`Artist – Title`, or only the title where no artist is known."""
    track = segment.track
    return f"{track.artist} – {track.title}" if track.artist else track.title


def chapters_of(timeline: Timeline) -> list[Chapter]:
    """One chapter a track, each from where its track begins to where the next one does."""
    starts = [timeline.seconds_at(segment.start) for segment in timeline.segments]
    ends = [*starts[1:], timeline.seconds_at(timeline.frames)]
    names = [name_of(segment) for segment in timeline.segments]
    return [Chapter(start, end, name) for start, end, name in zip(starts, ends, names, strict=True)]


def artists_of(timeline: Timeline) -> list[str]:
    """Every artist once, in the order of the tracks."""
    named = (segment.track.artist for segment in timeline.segments)
    return list(dict.fromkeys(artist for artist in named if artist))


def genres_of(timeline: Timeline) -> list[str]:
    """Every genre once, the most frequent first."""
    named = [segment.track.tags.genre for segment in timeline.segments if segment.track.tags.genre]
    return sorted(dict.fromkeys(named), key=lambda genre: (-named.count(genre), named.index(genre)))


def clock(seconds: float) -> str:
    """A position as `H:MM:SS`, or `M:SS` under an hour; never later than the position."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def describe(timeline: Timeline, *, noun: str = "track", tag: str = "mixtape") -> str:
    """The description to post with the mix: under 5,000 bytes, with lines that become chapters.

    `noun` is what it is made of, `tag` its first hashtag.
    """
    for most in (200, 100, 80, 60, 50, 40, 30, 24, 18, _SHORTEST_NAME):
        text = _describe(timeline, most, noun=noun, tag=tag)
        if len(text.encode()) < _DESCRIPTION_BYTES:
            return text
    return _cut(text)


def _describe(timeline: Timeline, most: int, *, noun: str, tag: str) -> str:
    count = len(timeline.segments)
    made_of = f"1 {noun}" if count == 1 else f"{count} {noun}s"
    parts = [
        timeline.title,
        f"{clock(timeline.seconds)} · {made_of}",
        "\n".join(_lines(timeline, most)),
        _credits(timeline, most),
        " ".join(hashtags(timeline, tag=tag)),
    ]
    return "\n\n".join(part for part in parts if part).replace("<", "‹").replace(">", "›") + "\n"


def _lines(timeline: Timeline, most: int) -> list[str]:
    """`0:00 Artist – Title` lines at least ten seconds apart; what comes sooner shares a line."""
    chapters = chapters_of(timeline)
    groups: list[tuple[int, list[str]]] = []
    for chapter in chapters:
        begin = int(chapter.start)
        name = clean_text(chapter.title, most=most)
        if groups and begin - groups[-1][0] < _CHAPTER_SECONDS:
            groups[-1][1].append(name)
        else:
            groups.append((begin, [name]))
    # The last chapter runs to the end, so it too must be ten seconds long.
    if len(groups) > 1 and timeline.seconds - groups[-1][0] < _CHAPTER_SECONDS:
        groups[-2][1].extend(groups.pop()[1])
    return [f"{clock(begin)} {' / '.join(names)}" for begin, names in groups]


def _credits(timeline: Timeline, most: int) -> str:
    artists = artists_of(timeline)
    if not artists or most <= _SHORTEST_NAME * 2:
        return ""
    return "Music by " + ", ".join(clean_text(artist, most=most) for artist in artists) + "."


def hashtags(timeline: Timeline, *, tag: str = "mixtape") -> list[str]:
    """The tag (`#mixtape`) and the genres that the tracks are tagged with."""
    words = [tag]
    for genre in genres_of(timeline):
        words += [_NOT_A_WORD.sub("", part).lower() for part in re.split(r"[,;/]", genre)]
    kept = [word for word in dict.fromkeys(words) if 1 < len(word) <= 30 and not word.isdigit()]
    return [f"#{word}" for word in kept[:_HASHTAGS]]


def _cut(text: str) -> str:
    """The last resort for hundreds of tracks: whole lines only."""
    note = "…\n"
    kept: list[str] = []
    size = len(note.encode())
    for line in text.splitlines(keepends=True):
        size += len(line.encode())
        if size >= _DESCRIPTION_BYTES:
            break
        kept.append(line)
    return "".join(kept) + note


def cue_sheet(timeline: Timeline, file_name: str) -> str:
    """A cue sheet for the MP3; positions are frames of 1/75 s, as on a CD."""
    lines = [
        f'PERFORMER "{_quoted(", ".join(artists_of(timeline)) or "Various Artists")}"',
        f'TITLE "{_quoted(timeline.title)}"',
        f'FILE "{_quoted(file_name)}" MP3',
    ]
    for number, segment in enumerate(timeline.segments, 1):
        position = round(segment.start * _CUE_FRAMES / timeline.rate)
        minutes, rest = divmod(position, 60 * _CUE_FRAMES)
        lines += [
            f"  TRACK {number:02} AUDIO",
            f'    TITLE "{_quoted(segment.track.title)}"',
            f'    PERFORMER "{_quoted(segment.track.artist or "Unknown Artist")}"',
            f"    INDEX 01 {minutes:02}:{rest // _CUE_FRAMES:02}:{rest % _CUE_FRAMES:02}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return text.replace('"', "'")


def default_title(timeline_artists: Sequence[str], count: int) -> str:
    """A title for a mix that nobody named."""
    if not timeline_artists:
        return f"Mixtape of {count} tracks" if count > 1 else "Mixtape"
    if len(timeline_artists) == 1:
        return f"{timeline_artists[0]} mixtape"
    if len(timeline_artists) == 2:
        return f"{timeline_artists[0]} and {timeline_artists[1]} mixtape"
    return f"{timeline_artists[0]}, {timeline_artists[1]} and others mixtape"
