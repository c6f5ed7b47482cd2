"""Addresses of our pages: sealed links to results, and one-time links through a door."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.web.askers import pack_asker
from adapters.web.refusal import RefusalError
from core.calls import Asker
from core.names import JobId, PersonId
from core.ports import Tickets

ENTER = "enter"
UPLOAD = "upload"
ENTER_SECONDS = 600.0
UPLOAD_SECONDS = 3600.0
_LONGEST = 1024
_NOTHING = "There is no such file."


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a link to a file stands for. `seconds` are what is left of it."""

    job: JobId
    index: int
    seconds: float


class SignedLinks:
    """Fills `core.ports.Links`.

    A download link stands for one file of one job and says nothing of either; it is good for
    `seconds` unless it says otherwise. The other links are one-time tickets.
    """

    def __init__(
        self,
        secret: bytes,
        tickets: Tickets,
        *,
        public_url: str,
        seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if len(secret) < 32:
            raise ValueError("the links' secret needs at least 32 bytes")
        key = HKDF(SHA256(), 32, salt=None, info=b"tapedeck download links").derive(secret)
        self._seal = Fernet(base64.urlsafe_b64encode(key))
        self._tickets = tickets
        self._public_url = public_url.rstrip("/")
        self._seconds = seconds
        self._clock = clock

    def download(self, job: JobId, index: int, *, seconds: float | None = None) -> str:
        return self._public_url + self.path(job, index, seconds=seconds)

    async def upload(self, person: PersonId, asker: Asker) -> str:
        token = await self._tickets.offer(UPLOAD, person, pack_asker(asker), seconds=UPLOAD_SECONDS)
        return f"{self._public_url}/upload/{token}"

    async def enter(self, person: PersonId) -> str:
        token = await self._tickets.offer(ENTER, person, {}, seconds=ENTER_SECONDS)
        return f"{self._public_url}/enter/{token}"

    def path(self, job: JobId, product: int, *, seconds: float | None = None) -> str:
        """The link to a job's product, by its place in the outcome, from the site's root."""
        ends = self._clock() + (self._seconds if seconds is None else seconds)
        token = self._seal.encrypt(json.dumps([job, product, int(ends)]).encode())
        return "/files/" + token.decode()

    def read(self, token: str) -> Sealed:
        """What a token stands for. Raises `RefusalError` when it is forged or too old."""
        if len(token) > _LONGEST:
            raise RefusalError(404, _NOTHING)
        try:
            job, product, ends = json.loads(self._seal.decrypt(token.encode()))
        except InvalidToken:
            raise RefusalError(404, _NOTHING) from None
        left = ends - self._clock()
        if left <= 0:
            raise RefusalError(410, "This link has expired: ask for a new one in the chat.")
        return Sealed(JobId(job), int(product), left)

    def local(self, link: str) -> str:
        """The same link for a page of ours, which may be open under another name."""
        own = link.startswith(self._public_url + "/")
        return link.removeprefix(self._public_url) if own else link
