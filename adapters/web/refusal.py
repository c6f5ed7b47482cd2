"""How a request to the sidecar is turned down: a status and a sentence for people."""

import json
import re
from collections.abc import Mapping
from typing import cast

from aiohttp import web

from core.jobs import Json

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


class RefusalError(Exception):
    """The request cannot be met. The middleware in `guard` makes the answer."""

    def __init__(
        self, status: int, sentence: str, *, headers: Mapping[str, str] | None = None, **more: Json
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = headers
        self.more = more

    def response(self) -> web.Response:
        body = {"error": self.sentence, **self.more}
        return web.json_response(body, status=self.status, headers=self.headers)


async def read_object(request: web.Request) -> Mapping[str, object]:
    """The JSON object that a request carries. Raises `RefusalError` for anything else."""
    if request.content_type != "application/json":
        raise RefusalError(415, "This address takes JSON.")
    try:
        given = await request.json()
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, LookupError, RecursionError):
        # also a charset that nobody knows, brackets without end, and half of a character
        raise RefusalError(400, "That is no JSON.") from None
    if not isinstance(given, dict):
        raise RefusalError(400, "A JSON object is wanted.")
    return cast("Mapping[str, object]", given)


def read_upload_id(given: object) -> str:
    """An upload's id as we make them. Raises `RefusalError` for anything else."""
    if not isinstance(given, str) or not _UPLOAD_ID.fullmatch(given):
        raise RefusalError(404, "There is no such upload.")
    return given


def whole_number(given: object, name: str) -> int:
    """A number from a query or a body, 0 or more. Raises `RefusalError`."""
    try:
        number = int(str(given))
    except ValueError:
        number = -1
    if isinstance(given, bool) or not 0 <= number < 1 << 62:
        raise RefusalError(400, f"“{name}” must be a whole number.")
    return number
