"""Asks a site what a link stands for: title, length, formats, entries. Runs in the child."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.ytdlp.program import MOST_ENTRIES, PROTOCOLS, opened
from adapters.ytdlp.troubles import SiteTroubleError, Trouble

_DIRECT = "[protocol~='^https?$']"
_NOT_YET = frozenset({"is_live", "is_upcoming", "post_live"})
_MOST_HEIGHTS = 12
_MOST_CHAPTERS = 500
_QUALITIES = {"1080p": 1080, "720p": 720, "480p": 480}


def look(request: dict[str, Any]) -> dict[str, Any]:
    """What a link stands for, and which formats to take for what. Raises `SiteTroubleError`."""
    # "all": a choice is made below, for each quality; none of them has to be there.
    with opened(request, format="all") as program:
        facts = program.extract_info(request["url"], download=False)
        if facts is None:
            raise SiteTroubleError(Trouble.NOT_FOUND, "nothing was found")
        if "entries" in facts:
            return {"found": _describe_list(facts), "choices": {}, "formats": {}}
        return _describe_one(program, facts)


def _describe_one(program: Any, facts: Mapping[str, Any]) -> dict[str, Any]:
    live = facts.get("live_status") in _NOT_YET or bool(facts.get("is_live"))
    formats = [each for each in facts.get("formats") or () if not each.get("has_drm")]
    if not formats and not live:
        protected = bool(facts.get("_has_drm")) or bool(facts.get("formats"))
        raise SiteTroubleError(
            Trouble.PROTECTED if protected else Trouble.NOT_FOUND, "there is no format"
        )
    heights = sorted(
        {int(each["height"]) for each in formats if _has_picture(each) and each.get("height")},
        reverse=True,
    )[:_MOST_HEIGHTS]
    choices = _choose_all(program, formats, heights)
    if not choices and not live:
        raise SiteTroubleError(Trouble.BROKEN, "no format can be fetched by itself")
    chosen = {id_ for ids in choices.values() for id_ in ids}
    kept = {str(each["format_id"]): each for each in formats}
    found = _describe(facts) | {
        "live": live,
        "video": any(name.startswith("video") for name in choices),
        "heights": heights,
        "chapters": _read_chapters(facts),
        "sizes": _weigh_all(choices, kept, heights),
    }
    return {
        "found": found,
        "choices": choices,
        "formats": {id_: _format(program, kept[id_]) for id_ in sorted(chosen)},
        "thumbnail": str(facts.get("thumbnail") or ""),
        "page": None if live else program.sanitize_info(dict(facts), remove_private_keys=True),
    }


def _choose_all(
    program: Any, formats: Sequence[Mapping[str, Any]], heights: Sequence[int]
) -> dict[str, list[str]]:
    """The ids of the formats for the sound and for each height, best first among equals.

    Those named `direct` come as whole files, of which a part can be had.
    """
    wanted = {"audio": f"ba{PROTOCOLS}/b{PROTOCOLS}", "audio direct": f"ba{_DIRECT}/b{_DIRECT}"}
    for height in heights:
        low = f"[height<=?{height}]"
        for name, kind in (("", PROTOCOLS), (" direct", _DIRECT)):
            wanted[f"video {height}{name}"] = f"bv*{kind}{low}+ba{kind}/b{kind}{low}/bv*{kind}{low}"
    if not heights and any(_has_picture(each) for each in formats):
        for name, kind in (("", PROTOCOLS), (" direct", _DIRECT)):
            wanted[f"video 0{name}"] = f"bv*{kind}+ba{kind}/b{kind}"
    choices = {}
    for name, words in wanted.items():
        chosen = _choose(program, formats, words)
        if chosen:
            choices[name] = chosen
    return choices


def _choose(program: Any, formats: Sequence[Mapping[str, Any]], words: str) -> list[str]:
    selector = program.build_format_selector(words)
    context = {
        "formats": list(formats),
        "has_merged_format": any(_has_picture(each) and _has_sound(each) for each in formats),
        "incomplete_formats": False,
    }
    best = next(iter(selector(context)), None)
    if best is None:
        return []
    parts = best.get("requested_formats") or [best]
    return [str(each["format_id"]) for each in parts]


def _weigh_all(
    choices: Mapping[str, Sequence[str]],
    formats: Mapping[str, Mapping[str, Any]],
    heights: Sequence[int],
) -> dict[str, int]:
    """Bytes by the quality's name, where every part says how many it has."""
    named = {"original": "audio"}
    if heights:
        named["best"] = f"video {heights[0]}"
        for quality, most in _QUALITIES.items():
            fitting = [height for height in heights if height <= most]
            if fitting:
                named[quality] = f"video {fitting[0]}"
    elif "video 0" in choices:
        named["best"] = "video 0"
    sizes = {}
    for quality, choice in named.items():
        weights = [_weigh(formats[id_]) for id_ in choices.get(choice, ())]
        if weights and all(weights):
            sizes[quality] = sum(weights)
    return sizes


def _weigh(facts: Mapping[str, Any]) -> int:
    return int(facts.get("filesize") or facts.get("filesize_approx") or 0)


def _format(program: Any, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a part is fetched by, without yt-dlp."""
    url = str(facts["url"])
    return {
        "url": url,
        "headers": {
            str(key): str(value) for key, value in (facts.get("http_headers") or {}).items()
        },
        "cookie": program.cookiejar.get_cookie_header(url) or "",
        "picture": _has_picture(facts),
        "sound": _has_sound(facts),
        "size": _weigh(facts),
    }


def _has_picture(facts: Mapping[str, Any]) -> bool:
    return facts.get("vcodec") != "none" and not _is_sound_alone(facts)


def _has_sound(facts: Mapping[str, Any]) -> bool:
    return facts.get("acodec") != "none"


def _is_sound_alone(facts: Mapping[str, Any]) -> bool:
    return facts.get("resolution") == "audio only" or facts.get("video_ext") == "none"


def _describe_list(facts: Mapping[str, Any]) -> dict[str, Any]:
    entries = []
    for each in list(facts["entries"])[:MOST_ENTRIES]:
        url = each.get("webpage_url") or each.get("url") if each else None
        if url:
            entries.append(_describe(each) | {"url": str(url)})
    if not entries:
        raise SiteTroubleError(Trouble.NOT_FOUND, "the list is empty")
    return _describe(facts) | {"entries": entries}


def _describe(facts: Mapping[str, Any]) -> dict[str, Any]:
    key = facts.get("ie_key") or facts.get("extractor_key") or "link"
    artists = facts.get("artists") or facts.get("creators")
    artist = ", ".join(map(str, artists)) if artists else facts.get("artist")
    return {
        "url": str(facts.get("webpage_url") or facts.get("url") or ""),
        "site": str(key).lower(),
        "id": str(facts.get("id") or ""),
        "title": str((artist and facts.get("track")) or facts.get("title") or ""),
        "artist": str(artist or facts.get("uploader") or facts.get("channel") or ""),
        "album": str(facts.get("album") or ""),
        "seconds": _number(facts.get("duration")),
        "start": _number(facts.get("start_time")) or 0.0,
    }


def _read_chapters(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    chapters = []
    for each in (facts.get("chapters") or ())[:_MOST_CHAPTERS]:
        start, end = _number(each.get("start_time")), _number(each.get("end_time"))
        if start is not None and end is not None and end > start:
            chapters.append({"title": str(each.get("title") or ""), "start": start, "end": end})
    return chapters


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number >= 0 else None
