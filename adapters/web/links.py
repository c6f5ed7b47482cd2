"""Links to results: signed, sealed, and good for a while only."""

import base64
import json

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.web.refusal import RefusalError
from core.names import JobId

_LONGEST = 1024


class SignedLinks:
    """Makes and reads links that stand for one file of one job and say nothing of either."""

    def __init__(self, secret: bytes, *, public_url: str, seconds: int) -> None:
        if len(secret) < 32:
            raise ValueError("the links' secret needs at least 32 bytes")
        key = HKDF(SHA256(), 32, salt=None, info=b"tapedeck download links").derive(secret)
        self._seal = Fernet(base64.urlsafe_b64encode(key))
        self._public_url = public_url.rstrip("/")
        self._seconds = seconds

    def path(self, job: JobId, product: int) -> str:
        """The link to a job's product, by its place in the outcome, from the site's root."""
        token = self._seal.encrypt(json.dumps([job, product]).encode())
        return "/files/" + token.decode()

    def url(self, job: JobId, product: int) -> str:
        """The same as a whole address, for a chat elsewhere."""
        return self._public_url + self.path(job, product)

    def read(self, token: str) -> tuple[JobId, int]:
        """What a token stands for. Raises `RefusalError` when it is forged or too old."""
        if len(token) > _LONGEST:
            raise RefusalError(404, "There is no such file.")
        try:
            job, product = json.loads(self._seal.decrypt(token.encode(), ttl=self._seconds))
        except InvalidToken:
            raise self._explain(token) from None
        return JobId(job), int(product)

    def _explain(self, token: str) -> RefusalError:
        try:
            self._seal.decrypt(token.encode())
        except InvalidToken:
            return RefusalError(404, "There is no such file.")
        return RefusalError(410, "This link has expired: ask for a new one in the chat.")
