"""Times as people write them: 90, 1:30, 01:02:03.5, 1m30s, and the `?t=` of a link."""

import re
from urllib.parse import parse_qs, urlsplit

from core.errors import UserError

MOST_HOURS = 100
_RIGHT = "Write seconds (90), 1:30, 1:02:03.5 or 1m30s"
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d+(?:\.\d*)?)")
_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_UNITS = re.compile(
    r"(?:(?P<h>\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?\s*)?"
    r"(?:(?P<m>\d+(?:\.\d+)?)\s*m(?:in(?:ute)?s?)?\s*)?"
    r"(?:(?P<s>\d+(?:\.\d+)?)\s*s(?:ec(?:ond)?s?)?\s*)?"
    r"(?:(?P<ms>\d+(?:\.\d+)?)\s*ms)?"
    r"(?P<rest>\d+(?:\.\d+)?)?"
)
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_LONGEST = 60
"""Characters of a time; "2 hours 30 minutes 15.5 seconds" has half of that."""
_LINK_NAMES = ("t", "start", "time_continue")


def read_time(text: str) -> float:
    """Seconds of a time, to the millisecond. Raises `UserError`, which says what would be right."""
    plain = text.strip().casefold().replace(",", ".")
    if len(plain) > _LONGEST:
        raise UserError(f"{_RIGHT}.")
    if _PLAIN.fullmatch(plain):
        return _within(float(plain))
    if clock := _CLOCK.fullmatch(plain):
        return _within(_read_clock(clock))
    if plain and (units := _UNITS.fullmatch(plain)):
        return _within(_read_units(units))
    raise UserError(f"{_RIGHT}.")


def _read_clock(clock: "re.Match[str]") -> float:
    hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), float(clock[3])
    if seconds >= 60 or (clock[1] and minutes >= 60):
        what = "seconds" if seconds >= 60 else "minutes"
        raise UserError(f"After a colon, {what} go up to 59. {_RIGHT}.")
    return hours * 3600 + minutes * 60 + seconds


def _read_units(units: "re.Match[str]") -> float:
    total = sum(float(units[name] or 0) * size for name, size in _SECONDS.items())
    if units["rest"] is None:
        return total
    # As in 1h30 and 1m30, a last number has the unit that comes next.
    if units["s"] or units["ms"] or not (units["h"] or units["m"]):
        raise UserError(f"{_RIGHT}.")
    return total + float(units["rest"]) * (1.0 if units["m"] else 60.0)


def _within(seconds: float) -> float:
    if seconds > MOST_HOURS * 3600:
        raise UserError(f"Write a time of at most {MOST_HOURS} hours.")
    return round(seconds, 3)


def write_time(seconds: float) -> str:
    """A time as `M:SS`, `H:MM:SS`, with milliseconds where there are any; `read_time` undoes it."""
    milliseconds = round(seconds * 1000)
    whole, rest = divmod(milliseconds, 1000)
    hours, minutes, second = whole // 3600, whole // 60 % 60, whole % 60
    text = f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"
    return f"{text}.{rest:03}".rstrip("0") if rest else text


def read_link_time(url: str) -> float | None:
    """Where a link says to begin (`?t=90`, `#t=1m30s`), in seconds; None where it says nothing."""
    parts = urlsplit(url)
    for query in (parts.query, parts.fragment):
        given = parse_qs(query)
        for name in _LINK_NAMES:
            for value in given.get(name, ()):
                try:
                    # Of a media fragment, `#t=10,20`, the first is the start (W3C, 4.2.1).
                    return read_time(value.partition(",")[0])
                except UserError:
                    continue
    return None
