"""What every request passes: the host's name, forged requests, refusals, and safe headers."""

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from adapters.web.refusal import RefusalError
from core.errors import UserError

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]

SCRIPT_HEADER = "X-Tapedeck"
HOOKS = "/hooks/"
"""What other services call is under this path."""
GLASSES = ("/glasses/photos", "/upload-photo", "/photos")
"""What glasses and their bridges call begins with these."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SAFE = {hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS}
_OWN_SITE = {"same-origin", "none"}

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
FILE_POLICY = (
    "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Put the safe headers on every answer, whoever made it."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")


def check_host(hosts: Iterable[str]) -> Middleware:
    """Answer only under our own names: a page whose name was re-bound to us is turned away."""
    allowed = {host.lower() for host in (*_LOOPBACK, *hosts)}

    @web.middleware
    async def middleware(request: web.Request, handler: Next) -> web.StreamResponse:
        if host_name(request.headers.get(hdrs.HOST, "")) not in allowed:
            return web.Response(status=421, text="This address has another name.")
        return await handler(request)

    return middleware


@web.middleware
async def check_origin(request: web.Request, handler: Next) -> web.StreamResponse:
    """Changes, and everything under /api, only for scripts of our own page."""
    if request.path.startswith((HOOKS, *GLASSES)):
        # These know their senders by a secret that no browser adds by itself.
        return await handler(request)
    changes = request.method not in _SAFE
    if changes or request.path.startswith("/api/"):
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get(hdrs.ORIGIN)
        foreign = site is not None and site not in _OWN_SITE
        strange = origin is not None and _place_of(origin) != request.headers[hdrs.HOST]
        # A form of another site cannot set a header of its own.
        if foreign or strange or (changes and SCRIPT_HEADER not in request.headers):
            return RefusalError(403, "That request did not come from this page.").response()
    return await handler(request)


@web.middleware
async def tell_refusals(request: web.Request, handler: Next) -> web.StreamResponse:
    """Turn refusals into their answers."""
    try:
        return await handler(request)
    except RefusalError as refusal:
        return refusal.response()
    except UserError as error:
        return RefusalError(404, str(error)).response()
    except web.HTTPRequestEntityTooLarge:
        return RefusalError(413, "That is too much for one message.").response()


def _place_of(origin: str) -> str:
    """Name and port of an Origin header; empty when it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def host_name(host: str) -> str:
    """The name in a Host header, without its port; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
