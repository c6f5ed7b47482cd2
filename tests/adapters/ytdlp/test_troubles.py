"""What yt-dlp says is told apart, and each trouble says what can be done."""

import pytest

from adapters.ytdlp.sites import EXTRACTORS, serves, site_of
from adapters.ytdlp.troubles import SITES_OWN, Trouble, classify, explain, name_site
from core.errors import ServiceError, UserError


@pytest.mark.parametrize(
    ("message", "status", "trouble"),
    [
        ("Video unavailable. This video has been removed by the uploader", None, Trouble.NOT_FOUND),
        (
            "[soundcloud] x: Unable to download JSON metadata: HTTP Error 404",
            404,
            Trouble.NOT_FOUND,
        ),
        ("Private video. Sign in if you've been granted access", None, Trouble.PRIVATE),
        ("Join this channel to get access to members-only content", None, Trouble.PRIVATE),
        ("Sign in to confirm your age. This video may be inappropriate", None, Trouble.AGE),
        ("Sign in to confirm you\u2019re not a bot", None, Trouble.BOT),
        ("The uploader has not made this video available in your country", None, Trouble.GEO),
        ("Premieres in 2 hours", None, Trouble.LIVE),
        ("This live event will begin in 3 days.", None, Trouble.LIVE),
        ("HTTP Error 429: Too Many Requests", 429, Trouble.RATE),
        ("This content isn't available, try again later.", None, Trouble.RATE),
        ("Unsupported URL: https://x.org", None, Trouble.UNSUPPORTED),
        ("No suitable extractor found for URL", None, Trouble.UNSUPPORTED),
        ("Unable to download webpage: HTTP Error 503", 503, Trouble.NETWORK),
        ("The read operation timed out", None, Trouble.NETWORK),
        ("Failed to resolve 'www.youtube.com'", None, Trouble.NETWORK),
        ("HTTP Error 403: Forbidden", 403, Trouble.EXPIRED),
        ("Unable to extract initial player response", None, Trouble.BROKEN),
        ("This video is DRM protected", None, Trouble.PROTECTED),
    ],
)
def test_tells_troubles_apart(message: str, status: int | None, trouble: Trouble) -> None:
    assert classify(message, status=status) is trouble


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_one_kind_of_sentence(trouble: Trouble) -> None:
    error = explain(trouble, "youtube")
    assert isinstance(error, ServiceError) == (
        trouble in SITES_OWN or trouble in (Trouble.EXPIRED, Trouble.NO_RANGES)
    )
    assert str(error).endswith(".") and "{" not in str(error)


def test_an_unknown_site_is_told_what_is_known() -> None:
    error = explain(Trouble.UNSUPPORTED, "link")
    assert isinstance(error, UserError)
    assert "YouTube" in str(error) and "SoundCloud" in str(error)


def test_names_sites_as_people_do() -> None:
    assert name_site("youtubetab") == "YouTube" and name_site("nowhere") == "That site"


@pytest.mark.parametrize(
    ("link", "served", "site"),
    [
        ("https://www.youtube.com/watch?v=x", True, "youtube"),
        ("https://youtu.be/x", True, "youtube"),
        ("https://music.youtube.com/watch?v=x", True, "youtube"),
        ("https://aband.bandcamp.com/album/x", True, "bandcamp"),
        ("https://dai.ly/x", True, "dailymotion"),
        ("https://youtube.com.evil.org/watch", False, "link"),
        ("file://www.youtube.com/etc/passwd", False, "link"),
        ("http://127.0.0.1\\.youtube.com/", False, "link"),
        ("http://127.0.0.1@youtube.com/watch", False, "link"),
        ("https://www.youtube.com:x/", False, "link"),
        ("https://notyoutube.com/watch", False, "link"),
        ("https://x.org/youtube.com", False, "link"),
    ],
)
def test_only_the_sites_themselves_are_served(link: str, served: bool, site: str) -> None:
    assert serves(link) is served
    assert not served or site_of(link) == site


def test_no_extractor_asks_any_address_whatever() -> None:
    assert not any("generic" in each.lower() or each in (".*", "default") for each in EXTRACTORS)
