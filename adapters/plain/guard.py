"""The way out: every address is checked where it is connected to, whatever led there."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from adapters.plain.reading import INSIDE, PORTS
from core.addresses import is_public
from core.errors import UserError

Lookup = Callable[[str], Awaitable[Sequence[str]]]
_AGENT = "Tapedeck/0.1 (fetches media that people send links of)"
_HEADERS = {
    "User-Agent": _AGENT,
    "Accept": "audio/*, video/*, application/ogg, application/octet-stream;q=0.9, */*;q=0.5",
    # Compressed sound gains nothing, and what is unpacked has no known end.
    "Accept-Encoding": "identity",
}
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


async def look_up(host: str) -> Sequence[str]:
    """The IP addresses of a name. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(
        host, None, type=socket.SOCK_STREAM, flags=getattr(socket, "AI_ADDRCONFIG", 0)
    )
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Guard(AbstractResolver):
    """Decides which addresses may be visited. Fills aiohttp's resolver.

    aiohttp connects to what `resolve` returned and asks no one again, so a name that changes its
    address gains nothing. Addresses that stand in the link itself are never resolved; `open`
    stops them, and whatever else there may be, as the socket is made.

    The arguments are for tests, which have loopback alone: nothing that people send gets here.
    """

    def __init__(
        self,
        *,
        lookup: Lookup = look_up,
        allows: Callable[[str], bool] = is_public,
        ports: Collection[int] = PORTS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._lookup = lookup
        self.allows = allows
        self._tls = tls
        self.ports = ports

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002  aiohttp names it
    ) -> list[ResolveResult]:
        try:
            addresses = await self._lookup(host)
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_NAME:
                raise UserError(
                    f"There is no host “{host}”. Look at how the link is spelled."
                ) from error
            raise
        # One private address among public ones is what attacks look like, not sites.
        if not addresses or not all(map(self.allows, addresses)):
            raise UserError(INSIDE)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is kept."""

    def open(self, place: tuple[Any, ...]) -> socket.socket:
        """The socket for an address as `getaddrinfo` writes it. Raises `PermissionError`."""
        family, kind, protocol, _, address = place
        if not self.allows(str(address[0])):
            raise PermissionError(errno.EACCES, "an address that is not public")
        return socket.socket(family, kind, protocol)

    def session(self, *, patience: float) -> aiohttp.ClientSession:
        """A client that goes nowhere else; `patience` bounds its waits, in seconds.

        It keeps no cookie and no connection, and knows no proxy: nothing of one person's link is
        left for the next.
        """
        connector = aiohttp.TCPConnector(
            resolver=self,
            use_dns_cache=False,
            force_close=True,
            socket_factory=self.open,
            ssl=self._tls or True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=patience, sock_read=patience),
            headers=_HEADERS,
            auto_decompress=False,
            trust_env=False,
        )
