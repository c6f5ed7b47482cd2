"""Who is at the other end: one random cookie per browser, and whose account that is."""

import hashlib
import re
import secrets

from aiohttp import hdrs, web

from adapters.web.refusal import RefusalError
from core.calls import Asker
from core.names import PersonId, Place

PLATFORM = "web"
COOKIE = "tapedeck"
_LIFE_SECONDS = 400 * 24 * 3600  # browsers keep no cookie for longer
_LENGTH = 43
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def known_identity(request: web.Request) -> PersonId | None:
    """The person of a browser. Only a hash of the cookie is ever stored or passed on."""
    cookie = request.cookies.get(COOKIE, "")
    if len(cookie) != _LENGTH:
        return None
    return PersonId(f"{PLATFORM}:" + hashlib.sha256(cookie.encode()).hexdigest()[:32])


def identity_of(request: web.Request) -> PersonId:
    """The same, for what only a known browser may ask. Raises `RefusalError`."""
    identity = known_identity(request)
    if identity is None:
        raise RefusalError(401, "This browser is not known here yet: reload the page.")
    return identity


def asker_of(request: web.Request) -> Asker:
    """The person in their own chat, which nobody else reads. Raises `RefusalError`."""
    identity = identity_of(request)
    place = Place(PLATFORM, identity)
    wanted = _LANGUAGE.match(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    return Asker(
        identity=identity,
        place=place,
        home=place,
        language=wanted[0][:35] if wanted else "",
        picks=True,
    )


def greet(response: web.Response, *, secure: bool) -> None:
    """Give a browser its cookie.

    Only an answer to the page's own script does this. A SameSite=Strict cookie is missing from a
    visit that started on another site, so a page that set one then would replace the person.
    """
    set_cookie(response, COOKIE, secrets.token_urlsafe(32), seconds=_LIFE_SECONDS, secure=secure)


def set_cookie(
    response: web.Response, name: str, value: str, *, seconds: float, secure: bool
) -> None:
    """A cookie that no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=int(seconds),
        httponly=True,
        samesite="Strict",
        secure=secure,
        path="/",
    )
