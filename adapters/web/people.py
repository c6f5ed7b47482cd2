"""Who is at the other end: one random cookie per browser."""

import hashlib
import secrets

from aiohttp import web

from adapters.web.refusal import RefusalError
from core.names import PersonId

COOKIE = "tapedeck"
_LIFE_SECONDS = 400 * 24 * 3600  # browsers keep no cookie for longer
_LENGTH = 43


def known_person(request: web.Request) -> PersonId | None:
    """The person of a request. Only a hash of the cookie is ever stored or passed on."""
    cookie = request.cookies.get(COOKIE, "")
    if len(cookie) != _LENGTH:
        return None
    return PersonId("web:" + hashlib.sha256(cookie.encode()).hexdigest()[:32])


def person_of(request: web.Request) -> PersonId:
    """The same, for what only a known browser may ask. Raises `RefusalError`."""
    person = known_person(request)
    if person is None:
        raise RefusalError(401, "This browser is not known here yet: reload the page.")
    return person


def greet(response: web.Response, *, secure: bool) -> None:
    """Give a browser its cookie.

    Only an answer to the page's own script does this. A SameSite=Strict cookie is missing from a
    visit that started on another site, so a page that set one then would replace the person.
    """
    response.set_cookie(
        COOKIE,
        secrets.token_urlsafe(32),
        max_age=_LIFE_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=secure,
        path="/",
    )
