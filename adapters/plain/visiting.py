"""Going to where a link leads, one checked step after the other, and saying what was met there."""

import asyncio
import errno
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import aiohttp
from yarl import URL

from adapters.plain.guard import Guard
from adapters.plain.reading import INSIDE, follow_link
from core.errors import ServiceError, UserError

_REDIRECTS = (301, 302, 303, 307, 308)
# Podcasts lead through a counter or two before they get to their host.
_MOST_REDIRECTS = 10
_REFUSED = (401, 402, 403, 407, 451)
_GONE = (404, 410)
_RANGE_NOT_THERE = 416
_TOO_MANY = 429


class BrokenError(Exception):
    """A transfer came to nothing on its way; another try may do better."""


class NoSuchPartError(BrokenError):
    """The server has not the part that was asked for, or sends something else in its place."""


@asynccontextmanager
async def visit(
    session: aiohttp.ClientSession,
    link: URL,
    *,
    guard: Guard,
    headers: Mapping[str, str],
    patience: float,
) -> AsyncIterator[aiohttp.ClientResponse]:
    """The answer at the end of all redirects, before its content was read.

    Each server on the way has `patience` seconds for its headers, however many it sends.
    Raises `UserError` or `ServiceError` when there is none that is of use, `BrokenError` when it
    is worth another try.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        _require_open(link, guard)
        with telling(link):
            async with asyncio.timeout(patience):
                answer = await session.get(link, headers=headers, allow_redirects=False)
        async with answer:
            if answer.status not in _REDIRECTS:
                _require_content(answer, link)
                yield answer
                return
            link = follow_link(link, answer.headers.get("Location", ""), ports=guard.ports)
    raise UserError("That link leads from one place to the next and never to a file. Copy it anew.")


def _require_open(link: URL, guard: Guard) -> None:
    """Addresses that stand in the link itself are not looked up, so they are checked here."""
    host = link.raw_host or ""
    if (":" in host or host.replace(".", "").isdigit()) and not guard.allows(host):
        raise UserError(INSIDE)


def _require_content(answer: aiohttp.ClientResponse, link: URL) -> None:
    host, status = link.host, answer.status
    if status in (200, 206):
        if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise ServiceError(
                f"{host} sends that file compressed, which I do not unpack. Send the file itself."
            )
        return
    if status == _RANGE_NOT_THERE:
        raise NoSuchPartError(f"{host} has not that part")
    if status in _GONE:
        raise UserError(f"There is nothing at that link any more, says {host}. Copy it anew.")
    if status in _REFUSED:
        raise UserError(
            f"{host} does not let me have that ({status}). Links from chats expire: copy it anew, "
            "or send the file itself."
        )
    if status == _TOO_MANY:
        raise ServiceError(f"{host} has had too many requests of late. Try again in an hour.")
    if status >= 500:
        raise BrokenError(f"{host} answered {status}")
    raise ServiceError(f"{host} answers with {status} and not with a file. Try again later.")


@contextmanager
def telling(link: URL) -> Iterator[None]:
    """Turn what goes wrong on the wire into our errors."""
    host = link.host
    try:
        yield
    except aiohttp.ClientSSLError as error:
        raise ServiceError(
            f"{host} cannot prove that it is {host}: its certificate is no good. "
            "Send the file itself."
        ) from error
    except aiohttp.ClientConnectorDNSError as error:
        raise BrokenError(f"{host} could not be looked up") from error
    except aiohttp.InvalidURL as error:
        raise UserError("That link cannot be read. Copy it again.") from error
    except (aiohttp.ClientResponseError, aiohttp.http.HttpProcessingError) as error:
        raise ServiceError(
            f"{host} does not speak HTTP as it should. Send the file itself."
        ) from error
    except TimeoutError as error:
        raise BrokenError(f"{host} takes too long") from error
    except aiohttp.ClientConnectorError as error:
        if error.os_error.errno == errno.EACCES:
            raise UserError(INSIDE) from error
        raise BrokenError(f"{host} does not answer") from error
    except (aiohttp.ClientError, OSError) as error:
        raise BrokenError(f"{host} broke off") from error
