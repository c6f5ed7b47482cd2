"""What the site has: videos, playlists and albums, and what can be wrong with each."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class State(Enum):
    """Whether a video plays: YouTube's status, its reason, and what it adds to that."""

    OK = ("OK", "", "")
    PRIVATE = (
        "LOGIN_REQUIRED",
        "Private video",
        "Sign in if you've been granted access to this video",
    )
    REMOVED = ("ERROR", "Video unavailable", "This video has been removed by the uploader")
    UNKNOWN = ("ERROR", "Video unavailable", "This video is unavailable")
    TERMINATED = (
        "ERROR",
        "Video unavailable",
        "This video is no longer available because the YouTube account associated with this "
        "video has been terminated.",
    )
    COPYRIGHT = (
        "UNPLAYABLE",
        "Video unavailable",
        "This video contains content from Somebody Else, who has blocked it on copyright grounds",
    )
    AGE = (
        "AGE_CHECK_REQUIRED",
        "Sign in to confirm your age",
        "This video may be inappropriate for some users.",
    )
    BOT = (
        "LOGIN_REQUIRED",
        "Sign in to confirm you\u2019re not a bot",
        "This helps protect our community. Learn more",
    )
    GEO = (
        "UNPLAYABLE",
        "Video unavailable",
        "The uploader has not made this video available in your country",
    )
    MEMBERS = (
        "UNPLAYABLE",
        "Join this channel to get access to members-only content like this video, and other "
        "exclusive perks.",
        "",
    )
    LIMITED = ("UNPLAYABLE", "This content isn't available, try again later.", "")
    UPCOMING = ("LIVE_STREAM_OFFLINE", "Premieres in 2 hours", "")
    LIVE = ("OK", "", "live")
    PROTECTED = ("OK", "", "drm")


class Trouble(StrEnum):
    """What goes wrong on the wire. The first five befall the page, the others the media."""

    NONE = ""
    PAGE_LIMITED = "429 for the page"
    PAGE_BROKEN = "a page without what the extractor needs"
    PAGE_FAILING = "500 for the page"
    PAGE_CUT = "the page's connection breaks"
    PAGE_STALLED = "the page never comes"
    LIMITED = "429 for the media"
    FORBIDDEN = "403 for the media"
    GONE = "404 for the media"
    FAILING_ONCE = "503 for the media, the first time"
    SLOW = "a few bytes at a time"
    STALLED = "half of the media and then nothing"
    CUT = "half of the media, always"
    CUT_ONCE = "half of the media, the first time"
    ENDLESS = "media without an end"
    LONGER = "said to be longer than it is"
    NO_RANGES = "the whole of it whatever is asked for"
    MOVED = "a redirect to where it is"
    LURED = "a redirect to a server of the house"


PAGE_TROUBLES = (
    Trouble.PAGE_LIMITED,
    Trouble.PAGE_BROKEN,
    Trouble.PAGE_FAILING,
    Trouble.PAGE_CUT,
    Trouble.PAGE_STALLED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """What YouTube Music knows of a recording."""

    title: str
    artist: str
    album: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """One video; `id` has eleven characters.

    `heights` are those on offer; above 1080 only as WebM, as it is there. `chapters` are titles
    and starts in seconds. `sized` says whether its page tells how many bytes there are. `rate`
    bounds how fast its media comes, in bytes a second. `opus` is whether there is sound as WebM,
    too; `bits` how many a second of the pictures has, None for as few as may be.

    Videos of one length and one `seed` share their media, which is a timecode: see `timecode.py`.
    In videos of more than a minute the pictures' numbers start again every minute.
    """

    id: str
    title: str = "A video"
    channel: str = "A channel"
    seconds: float = 10.0
    heights: tuple[int, ...] = (720, 360)
    chapters: tuple[tuple[str, float], ...] = ()
    song: Song | None = None
    state: State = State.OK
    trouble: Trouble = Trouble.NONE
    sized: bool = True
    rate: float | None = None
    opus: bool = True
    bits: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """Videos by their ids, in order. One that the site has not is shown as `[Private video]`."""

    id: str
    title: str
    videos: tuple[str, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """An album of a site with nothing but sound, of the shape of Bandcamp; MP3 only."""

    id: str
    title: str
    artist: str
    tracks: tuple[str, ...]
    seconds: float = 6.0
