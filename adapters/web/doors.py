"""Doors: a one-time link becomes a session, and a session says whose page it is."""

import re
import secrets
from dataclasses import dataclass

from aiohttp import hdrs, web

from adapters.web.askers import unpack_asker
from adapters.web.links import ENTER, UPLOAD
from adapters.web.people import identity_of, known_identity, set_cookie
from adapters.web.refusal import RefusalError, read_object
from core.calls import Asker
from core.errors import UserError
from core.names import PersonId
from core.ports import People, Tickets
from core.tickets import Ticket

LIBRARY_COOKIE = "tapedeck-library"
TRAY_COOKIE = "tapedeck-tray-"
TRAY_HEADER = "X-Tapedeck-Tray"
TRAY_PATH = "/api/tray/"
"""What the upload page asks for. A proxy may leave it open where the chat has a login."""
LIBRARY_SECONDS = 30 * 24 * 3600.0
TRAY_SECONDS = 12 * 3600.0
_READING, _FILLING = "reading", "filling"
_LONGEST = 128
_TRAY = re.compile(r"[0-9a-f]{16}")
_OLD = "This link is too old, or was never one of ours. Ask for a new one in the chat."
_USED = "This link was used already: each works once. Ask for a new one in the chat."


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a library; `signed_in` by a link, not by the local chat's own cookie."""

    person: PersonId
    signed_in: bool


class Doors:
    """Lets people in by their tickets, and finds out who they are at each request.

    A session is a ticket as well: its token is the cookie, so only a hash of it is stored, and
    signing out ends it wherever a copy may be.
    """

    def __init__(self, tickets: Tickets, people: People, *, secure: bool) -> None:
        self._tickets = tickets
        self._people = people
        self._secure = secure

    async def look(self, token: str, purpose: str) -> Ticket:
        """What a link is for; it stays good. Raises `RefusalError` when it is for nothing."""
        try:
            ticket = await self._tickets.look(token[:_LONGEST], purpose=purpose)
        except UserError:
            raise RefusalError(410, _OLD) from None
        if ticket.spent:
            raise RefusalError(410, _USED)
        return ticket

    async def pass_through(self, request: web.Request) -> web.Response:
        """Spend a link. Only a person's own click does, as previews of links only look."""
        given = await read_object(request)
        token, purpose = str(given.get("token") or ""), str(given.get("purpose") or "")
        if purpose not in (ENTER, UPLOAD):
            raise RefusalError(400, "“purpose” must be enter or upload.")
        await self.look(token, purpose)
        try:
            ticket = await self._tickets.spend(token, purpose=purpose)
        except UserError:
            raise RefusalError(410, _USED) from None
        if purpose == ENTER:
            return await self._begin("/library", LIBRARY_COOKIE, _READING, ticket, LIBRARY_SECONDS)
        tray = secrets.token_hex(8)
        return await self._begin(
            f"/tray/{tray}", TRAY_COOKIE + tray, _FILLING, ticket, TRAY_SECONDS
        )

    async def leave(self, request: web.Request) -> web.Response:
        """Sign out of the library, here and wherever a copy of the cookie may be."""
        token = request.cookies.get(LIBRARY_COOKIE, "")
        if await self._find(token, _READING) is not None:
            await self._tickets.drop(token)
        response = web.Response(status=204)
        response.del_cookie(LIBRARY_COOKIE, path="/")
        return response

    async def reader(self, request: web.Request) -> Reader:
        """Whose library to show: who signed in, else whoever chats here. Raises `RefusalError`."""
        ticket = await self._find(request.cookies.get(LIBRARY_COOKIE, ""), _READING)
        if ticket is not None:
            return Reader(ticket.person, signed_in=True)
        identity = known_identity(request)
        if identity is None:
            raise RefusalError(
                401,
                "You are not signed in: ask Tapedeck for /library and open the link from there.",
            )
        return Reader(await self._people.account(identity), signed_in=False)

    async def filler(self, request: web.Request) -> tuple[PersonId, Asker]:
        """Whose tray an upload page fills, and where it is asked for. Raises `RefusalError`."""
        ticket = await self._filling(request)
        if ticket is None:
            raise RefusalError(
                401, "This page is no longer open for you: ask for a new link in the chat."
            )
        return ticket.person, unpack_asker(ticket.facts)

    async def sender(self, request: web.Request) -> PersonId:
        """Whose files come in: by an upload page, or in the local chat. Raises `RefusalError`.

        Who is blocked brings nothing more in; what is theirs they may still look at.
        """
        if request.path.startswith(TRAY_PATH):
            person = (await self.filler(request))[0]
        else:
            person = await self._people.account(identity_of(request))
        if request.method in (hdrs.METH_POST, hdrs.METH_PUT) and await self._people.blocked(person):
            raise RefusalError(403, "The operator has blocked you here.")
        return person

    async def _filling(self, request: web.Request) -> Ticket | None:
        tray = request.headers.get(TRAY_HEADER, "")
        if not _TRAY.fullmatch(tray):
            return None
        return await self._find(request.cookies.get(TRAY_COOKIE + tray, ""), _FILLING)

    async def _find(self, token: str, purpose: str) -> Ticket | None:
        if not token or len(token) > _LONGEST:
            return None
        try:
            return await self._tickets.look(token, purpose=purpose)
        except UserError:
            return None

    async def _begin(
        self, go: str, cookie: str, purpose: str, ticket: Ticket, seconds: float
    ) -> web.Response:
        token = await self._tickets.offer(purpose, ticket.person, ticket.facts, seconds=seconds)
        response = web.json_response({"go": go})
        set_cookie(response, cookie, token, seconds=seconds, secure=self._secure)
        return response
