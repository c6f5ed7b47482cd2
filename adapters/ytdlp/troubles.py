"""What can be wrong with a link's site, told apart by yt-dlp's words, and said in ours."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.errors import ServiceError, UserError


class Trouble(StrEnum):
    """Why a site does not give a link's content."""

    NOT_FOUND = "not found"
    PRIVATE = "private"
    AGE = "age-restricted"
    GEO = "geo-blocked"
    BOT = "bot check"
    LIVE = "live"
    PROTECTED = "protected"
    TOO_LONG = "too long"
    TOO_LARGE = "too large"
    UNSUPPORTED = "unsupported site"
    NETWORK = "network"
    RATE = "rate-limited"
    BROKEN = "extractor broken"
    EXPIRED = "expired"
    """The addresses of the media are no longer good: look at the page again."""
    NO_RANGES = "no ranges"
    """The site gives the whole file or nothing."""


# In this order: a message may hold words of several, and the first is what it is about.
_WORDS = (
    (Trouble.BOT, r"not a bot|captcha|cloudflare|po.?token"),
    (Trouble.AGE, r"confirm your age|age.?restrict|age.?gate|inappropriate for some users"),
    (Trouble.RATE, r"\b429\b|too many requests|rate.?limit|try again later"),
    (
        Trouble.LIVE,
        r"live event (?:will begin|has ended)|premieres? (?:in|will)|is not currently live"
        r"|live stream recording is not available|will begin in|has not started",
    ),
    (
        Trouble.GEO,
        r"in your country|from your location|geo.?restrict|geo.?block|in your region"
        r"|\b451\b|available in your",
    ),
    (
        Trouble.PRIVATE,
        r"private|members?.only|join this channel|login|log in|sign in|logged.in|password"
        r"|subscri(?:ber|ption)|purchase|requires payment|\b401\b",
    ),
    (Trouble.PROTECTED, r"\bdrm\b"),
    (
        Trouble.UNSUPPORTED,
        r"unsupported url|no suitable extractor|is not a valid url|not on the list",
    ),
    (
        Trouble.NOT_FOUND,
        r"unavailable|not available|removed|deleted|does not exist|not exist|no longer|terminated"
        r"|\b404\b|\b410\b|not found|incomplete youtube id|no video",
    ),
    (
        Trouble.NETWORK,
        r"timed? ?out|unable to download|connection|resolv|name or service|temporary failure"
        r"|network|remote end closed|incomplete ?read|did not get any data|bytes (?:read|expected)"
        r"|certificate|ssl|\b50[0234]\b|not public|got error",
    ),
)
_SERVERS_FAULT = 500
_FORBIDDEN = 403
"""What media answer whose address is too old."""
_STATUSES: Mapping[int, Trouble] = MappingProxyType(
    {
        401: Trouble.PRIVATE,
        404: Trouble.NOT_FOUND,
        410: Trouble.NOT_FOUND,
        429: Trouble.RATE,
        451: Trouble.GEO,
    }
)
_KINDS: Mapping[str, Trouble] = MappingProxyType(
    {
        "GeoRestrictedError": Trouble.GEO,
        "UnsupportedError": Trouble.UNSUPPORTED,
        "UserNotLive": Trouble.LIVE,
        "TransportError": Trouble.NETWORK,
        "IncompleteRead": Trouble.NETWORK,
        "SSLError": Trouble.NETWORK,
        "ContentTooShortError": Trouble.NETWORK,
    }
)
"""yt-dlp's errors that leave no doubt."""
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "archive": "The Internet Archive",
        "audiomack": "Audiomack",
        "bandcamp": "Bandcamp",
        "dailymotion": "Dailymotion",
        "mixcloud": "Mixcloud",
        "soundcloud": "SoundCloud",
        "twitch": "Twitch",
        "vimeo": "Vimeo",
        "youtube": "YouTube",
    }
)
TRANSIENT = frozenset({Trouble.NETWORK})
"""What may well work when it is tried again at once."""
SITES_OWN = frozenset({Trouble.BOT, Trouble.RATE, Trouble.NETWORK, Trouble.BROKEN})
"""What is the site's trouble and not the link's: it counts against the site."""
REFUSALS = frozenset({Trouble.BOT, Trouble.RATE})
"""With these a site says that it wants to be left alone."""


class SiteTroubleError(Exception):
    """A child could not do its work; `detail` is for the log only."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble
        self.detail = detail


def classify(message: str, *, kind: str = "", status: int | None = None) -> Trouble:
    """Which trouble an error of yt-dlp is: by its type, its words, and its HTTP status."""
    if kind in _KINDS:
        return _KINDS[kind]
    text = message.lower().replace("’", "'")
    found = [trouble for trouble, words in _WORDS if re.search(words, text)]
    first = found[0] if found else Trouble.BROKEN
    if first in (Trouble.BOT, Trouble.AGE):
        return first
    if status is not None and status in _STATUSES:
        return _STATUSES[status]
    if status == _FORBIDDEN and first in (Trouble.NETWORK, Trouble.BROKEN):
        return Trouble.EXPIRED
    return Trouble.NETWORK if status is not None and status >= _SERVERS_FAULT else first


def name_site(site: str) -> str:
    """What people call a site, by the extractor's key or a part of its host."""
    known = next((name for key, name in _NAMES.items() if site.startswith(key)), "")
    return known or "That site"


def list_sites() -> str:
    """The names of all sites, for a sentence."""
    *others, last = sorted(_NAMES.values(), key=lambda name: name.removeprefix("The "))
    return f"{', '.join(others)} and {last}"


_SENTENCES: Mapping[Trouble, str] = MappingProxyType(
    {
        Trouble.NOT_FOUND: "{name} has nothing at that link: it was removed, or the link is "
        "misspelled. Open it in a browser to see.",
        Trouble.PRIVATE: "{name} shows that to its members or to invited people only. Ask "
        "whoever posted it for a public link, or send the file itself.",
        Trouble.AGE: "{name} shows that only to adults who have signed in, so I cannot fetch it. "
        "Look for another upload of it, or send the file itself.",
        Trouble.GEO: "{name} does not show that in the country that I run in. Look for another "
        "upload of it, or send the file itself.",
        Trouble.LIVE: "That is live, or has not begun yet. I can fetch it once it is over and its "
        "recording is there.",
        Trouble.PROTECTED: "{name} protects that with DRM, so only its own player can play it. "
        "Look for another upload of it.",
        Trouble.TOO_LARGE: "That is too large to fetch. Take a lower quality, only the sound, or "
        "a part of it.",
        Trouble.TOO_LONG: "That is too long to fetch. Name a start and an end that are closer.",
        Trouble.UNSUPPORTED: "I do not know what is at that link. I take links to single pieces "
        "and lists on {sites}, and direct links to sound and video files.",
    }
)
"""What the person can mend."""
_FAILURES: Mapping[Trouble, str] = MappingProxyType(
    {
        Trouble.BOT: "{name} wants proof that I am no robot, and gives me nothing for now. Try "
        "again later, or send the file itself. The operator can name a cookies file of a "
        "signed-in account in TAPEDECK_SOURCE_COOKIES.",
        Trouble.RATE: "{name} says that I asked for too much lately, and makes me wait. Try again "
        "in a quarter of an hour.",
        Trouble.NETWORK: "{name} could not be reached, or broke off in the middle. Try again in a "
        "few minutes.",
        Trouble.EXPIRED: "{name} does not let me have that right now. Try again in a few minutes.",
    }
)
"""What the site, or the operator, has to mend."""
_BROKEN = (
    "{name} has changed in a way that I do not understand yet. The operator can update yt-dlp: "
    "`tapedeck doctor` says how old it is. Until then, send the file itself."
)


def explain(trouble: Trouble, site: str) -> UserError | ServiceError:
    """The sentence for a trouble with a site: what the person, or the operator, can do."""
    facts = {"name": name_site(site), "sites": list_sites()}
    if trouble in _SENTENCES:
        return UserError(_SENTENCES[trouble].format(**facts))
    return ServiceError(_FAILURES.get(trouble, _BROKEN).format(**facts))
