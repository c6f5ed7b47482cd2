"""Delivery of updates to a bot that has set a webhook."""

import re
from urllib.parse import urlsplit

import aiohttp

from tests.doubles.telegram.clock import Clock
from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.updates import Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[\w-]*", re.ASCII)
_PORTS = {80, 88, 443, 8443}
_LONGEST_PAUSE = 60.0


class Webhook:
    """Posts one update after the other and repeats what was not taken, ever more slowly.

    Telegram wants HTTPS on one of four ports; a loopback address is let through for tests.
    """

    def __init__(self, updates: Updates, clock: Clock) -> None:
        self.url = ""
        self.attempts = 0
        self._updates = updates
        self._clock = clock
        self._secret = ""
        self._connections = 40
        self._failed: tuple[int, str] | None = None

    def set(self, url: str, *, secret: str, connections: int) -> None:
        """Take a new address, "" for none; a bad one is refused in Telegram's words."""
        if url:
            _check(url, secret)
            self._updates.end_poll("terminated by setWebhook request")
        self.url, self._secret, self._connections = url, secret, connections or 40
        self._failed = None
        self._updates.wake()

    def to_json(self) -> Json:
        """A WebhookInfo."""
        shown: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self.url:
            shown["max_connections"] = self._connections
        if self._updates.allowed:
            shown["allowed_updates"] = self._updates.allowed
        if self._failed is not None:
            shown["last_error_date"], shown["last_error_message"] = self._failed
        return shown

    async def deliver(self) -> None:
        """Run for as long as the double does."""
        pause = 1.0
        async with aiohttp.ClientSession() as session:
            while True:
                if not self.url or not self._updates.pending:
                    await self._updates.more(_LONGEST_PAUSE)
                    continue
                update = self._updates.pending[0]
                trouble = await self._post(session, update.to_json())
                if trouble is None:
                    self._updates.confirm(update.id + 1)
                    pause = 1.0
                else:
                    self._failed = (self._clock.date, trouble)
                    await self._clock.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> str | None:
        """None when the bot took it, else what went wrong."""
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        self.attempts += 1
        try:
            async with session.post(
                self.url, json=update, headers=headers, timeout=aiohttp.ClientTimeout(60)
            ) as response:
                if response.ok:
                    return None
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except (TimeoutError, aiohttp.ClientError):
            return "Connection closed"


def _check(url: str, secret: str) -> None:
    parts = urlsplit(url)
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if parts.hostname in ("127.0.0.1", "localhost"):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in (None, *_PORTS):
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
