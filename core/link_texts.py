"""Links in people's texts: found, checked, and put in order."""

import re
from urllib.parse import urlsplit

from core.errors import UserError

LONGEST_LINK = 2000
_LINK = re.compile(r"https?://[^\s<>\"“”|\\^`{}]+", re.IGNORECASE)
_TRAILING = ".,;:!?'’»…*_~"
_PAIRS = {")": "(", "]": "["}


def find_links(text: str) -> tuple[str, ...]:
    """The links in a text, in order and each once, without the marks of the sentence around."""
    found = (_trim(each) for each in _LINK.findall(text))
    return tuple(dict.fromkeys(link for link in found if is_link(link)))


def is_link(text: str) -> bool:
    """Whether a text is one whole link of the web, and not, say, the name of a file."""
    if len(text) > LONGEST_LINK or not _LINK.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def read_links(text: str, *, most: int) -> tuple[str, ...]:
    """The links that somebody gave, with whatever between them.

    Raises `UserError` for words that are no link, and for more than `most` links.
    """
    words = re.split(r"[\s,;]+(?=\S*://)|\s+", text.strip())
    links = []
    for word in filter(None, words):
        link = _trim(word.strip('<>"“”'))
        if not is_link(link):
            raise UserError(
                f"“{word[:60]}” is not a link. Links begin with https:// and have no spaces in "
                "them; put a space between two."
            )
        links.append(link)
    if len(links) > most:
        raise UserError(f"{len(links)} links are too many: {most} at once is the most.")
    return tuple(dict.fromkeys(links))


def read_link(text: str) -> str:
    """One link. Raises `UserError`."""
    found = read_links(text, most=LONGEST_LINK)
    if len(found) != 1:
        raise UserError("One link is needed here, such as https://www.youtube.com/watch?v=…")
    return found[0]


def host_of(link: str) -> str:
    """The link's host in small letters, without `www.` and a last dot; empty when it has none."""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return ""
    return host.lower().rstrip(".").removeprefix("www.")


def _trim(link: str) -> str:
    while link:
        last = link[-1]
        opening = _PAIRS.get(last)
        unpaired = opening is not None and link.count(last) > link.count(opening)
        if last not in _TRAILING and not unpaired:
            break
        link = link[:-1]
    return link
