"""The sites that are asked: all others are refused before anything is sent to them."""

from urllib.parse import urlsplit

from core.link_texts import host_of, is_link

EXTRACTORS = (
    r"youtube",
    r"youtube:(?:tab|playlist|clip|shorts:pivot:audio|music:search_url)",
    r"YoutubeYtBe",
    r"YoutubeConsentRedirect",
    r"youtube:consent",
    r"soundcloud(?::(?:set|playlist))?",
    r"Bandcamp(?::album)?",
    r"vimeo(?::(?:album|channel))?",
    r"dailymotion(?::playlist)?",
    r"twitch:(?:vod|clips|collection)",
    r"mixcloud(?::playlist)?",
    r"archive\.org",
    r"audiomack(?::album)?",
)
"""Names of yt-dlp's extractors, as regular expressions. `generic` must never be one of them: it
asks any address whatever."""
_HOSTS = (
    "youtube.com",
    "youtu.be",
    "youtube-nocookie.com",
    "soundcloud.com",
    "bandcamp.com",
    "vimeo.com",
    "dailymotion.com",
    "dai.ly",
    "twitch.tv",
    "mixcloud.com",
    "archive.org",
    "audiomack.com",
)


def serves(link: str) -> bool:
    """Whether a link's host belongs to a site that yt-dlp is asked about.

    Links that only look like one of theirs, with another protocol or a name before an `@`, are not.
    """
    if not is_link(link) or "@" in urlsplit(link).netloc:
        return False
    host = host_of(link)
    return any(host == each or host.endswith(f".{each}") for each in _HOSTS)


def site_of(link: str) -> str:
    """The site's name from the link alone, such as `youtube`."""
    host = host_of(link)
    if host in ("youtu.be", "youtube-nocookie.com"):
        return "youtube"
    if host == "dai.ly":
        return "dailymotion"
    return next((each.partition(".")[0] for each in _HOSTS if host.endswith(each)), "link")
