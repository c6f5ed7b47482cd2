"""Reading links as people and servers write them; nothing in one may hide what it is."""

import re
import string
import unicodedata
from collections.abc import Collection
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

from yarl import URL

from core.errors import UserError
from core.tracks import clean_text

PORTS = frozenset({80, 443})
INSIDE = "That link leads into a private network, where I do not go. Send the file itself."
_LONGEST = 2048
_SHOWN = 60
_NO_HOST = "That link names no host. Copy it again, from the https:// on."
_ODD_HOST = "That link's host is not written as hosts are. Copy it again."
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_PARTS = re.compile(r"https?://([^/?#]*)([^#]*)", re.IGNORECASE)
_LITERAL = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]*))?")
_NAMED = re.compile(r"([^\[\]:@%]+)(?::([0-9]*))?")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LONGEST_HOST = 253
_PRIVATE_ENDINGS = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "arpa")
_PRINTABLE = "".join(sorted(set(string.printable) - set(string.whitespace)))


def read_link(text: str, *, ports: Collection[int] = PORTS) -> URL:
    """The address that a link names: http or https, a host on the internet, no surprises.

    Its host is in small letters and ASCII, or a bare IP address; whether that may be visited is
    the guard's to say. Raises `UserError` with a sentence for everything that is not quite that.
    """
    link = text.strip(" \t\r\n")
    _require_plain(link)
    parts = _PARTS.match(link)
    if parts is None:
        raise UserError(_NO_HOST)
    scheme, (place, rest) = link.partition(":")[0].lower(), parts.groups()
    host, port = _read_place(place, ports)
    written = f"[{host}]" if ":" in host else host
    # Quoted by us and then left alone: yarl would write signed addresses anew.
    kept = quote(rest, safe=_PRINTABLE) or "/"
    slash = "" if kept.startswith("/") else "/"
    return URL(f"{scheme}://{written}{port}{slash}{kept}", encoded=True)


def follow_link(link: URL, location: str, *, ports: Collection[int] = PORTS) -> URL:
    """Where a redirect from `link` leads. Raises `UserError` as `read_link`."""
    try:
        # Browsers take spaces in a redirect, and servers count on it.
        return read_link(urljoin(str(link), location.strip().replace(" ", "%20")), ports=ports)
    except UserError as error:
        raise UserError(f"That link leads on to another one, which I refuse: {error}") from error
    except ValueError as error:
        raise UserError(
            f"That link leads on to another one, which is broken. {_ODD_HOST}"
        ) from error


def _require_plain(link: str) -> None:
    if len(link) > _LONGEST:
        raise UserError(
            f"That link is longer than {_LONGEST:,} characters. Send the file itself instead."
        )
    if not link.isprintable() or " " in link or "\\" in link:
        raise UserError(
            "That link has a space or another character that links cannot have. Copy it again."
        )
    scheme = _SCHEME.match(link)
    if scheme is None or scheme[1].lower() not in ("http", "https"):
        raise UserError(
            f"“{clean_text(link, most=_SHOWN)}” is no link that I can fetch. "
            "Links begin with https:// or http://."
        )


def _read_place(place: str, ports: Collection[int]) -> tuple[str, str]:
    """Host and port of a link; the port with its colon, or empty."""
    if "@" in place:
        raise UserError(
            "That link has a user name in front of its host. Send it without what is before the @."
        )
    found = _LITERAL.fullmatch(place) or _NAMED.fullmatch(place)
    if found is None:
        raise UserError(_ODD_HOST if place else _NO_HOST)
    literal = place.startswith("[")
    host = _read_v6(found[1]) if literal else _read_name(found[1])
    # Longer than a port can be is no number that is worth reading.
    port = int((found[2] or "")[:6] or 0)
    if port and port not in ports:
        raise UserError(f"That link names port {port}, and I visit only the usual ones.")
    return host, f":{port}" if port else ""


def _read_v6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError as error:
        raise UserError(_ODD_HOST) from error


def _read_name(text: str) -> str:
    """A host's name in ASCII, or its IPv4 address in the usual four numbers."""
    name = _in_ascii(text)
    name = name.removesuffix(".")
    labels = name.split(".")
    if len(name) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise UserError(_ODD_HOST)
    if _NUMBER.fullmatch(labels[-1]):
        return _read_v4(name)
    if len(labels) == 1 or labels[-1] in _PRIVATE_ENDINGS:
        raise UserError(INSIDE)
    return name


def _read_v4(name: str) -> str:
    """Four plain numbers. Octal, hexadecimal and short forms are for those who hide something."""
    try:
        return str(IPv4Address(name))
    except AddressValueError as error:
        raise UserError(
            "That link's host is a number in disguise. Write its name, or its address as four "
            "plain numbers."
        ) from error


def _in_ascii(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text)
    try:
        host = URL.build(scheme="http", host=folded).raw_host
    except (ValueError, UnicodeError) as error:
        raise UserError(_ODD_HOST) from error
    return (host or "").lower()
