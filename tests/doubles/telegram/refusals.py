"""How Telegram says no: an HTTP status and its own words."""

from collections.abc import Mapping
from types import MappingProxyType

Parameters = Mapping[str, int]


class ApiError(Exception):
    """An answer with `ok: false`. `parameters` is what the Bot API calls ResponseParameters."""

    def __init__(
        self, code: int, description: str, parameters: Parameters = MappingProxyType({})
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(words: str) -> ApiError:
    return ApiError(400, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    return ApiError(403, f"Forbidden: {words}")


def conflict(words: str) -> ApiError:
    return ApiError(409, f"Conflict: {words}")


def too_large() -> ApiError:
    return ApiError(413, "Request Entity Too Large")


def too_many(seconds: int) -> ApiError:
    words = f"Too Many Requests: retry after {seconds}"
    return ApiError(429, words, {"retry_after": seconds})
