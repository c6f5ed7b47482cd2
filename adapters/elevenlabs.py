"""ElevenLabs Music: a piece from a prompt, in one answer."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from elevenlabs.client import AsyncElevenLabs
from elevenlabs.core.api_error import ApiError

from core.errors import ServiceError
from core.soundtracks import DeclinedError, RestError, Take, Terms, Wish, write_prompt

_URL = "https://api.elevenlabs.io"
_LEAST_SECONDS, _MOST_SECONDS = 3.0, 600.0
_PATIENCE_SECONDS = 240.0
_FORMAT = "mp3_44100_128"
"""What every plan may have; the better ones cost more."""
_BYTES_PER_SECOND = 64_000
_SPARE_BYTES = 1_000_000
_TITLE = "ElevenLabs"


class ElevenLabs:
    """Fills the port `Musician`. The service answers with the music itself, so a ticket is what
    is to be asked, and the asking is done when the music is fetched."""

    def __init__(
        self,
        key: str,
        *,
        cents: float = 0.0,
        url: str = "",
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        self._key = key
        self._url = url or _URL
        self._patience = patience
        self.terms = Terms(
            title=_TITLE,
            least=_LEAST_SECONDS,
            most=_MOST_SECONDS,
            cents=cents,
            patience=patience,
            pause=0.0,
        )

    async def submit(self, wish: Wish) -> str:
        sung = wish.sung and bool(wish.scene.lyrics)
        return json.dumps(
            {
                "prompt": write_prompt(wish, words=sung),
                "music_length_ms": round(wish.seconds * 1000),
                "force_instrumental": not sung,
            }
        )

    async def poll(self, ticket: str) -> bool:
        del ticket  # there is nothing to wait for
        return True

    async def fetch(self, ticket: str, folder: Path) -> Take:
        asked: dict[str, Any] = json.loads(ticket)
        path = folder / "elevenlabs.mp3"
        try:
            await self._compose(asked, path)
        except _BadPromptError as error:
            if not error.suggestion:
                raise DeclinedError("ElevenLabs did not take the description.") from error
            # It declines what sounds like somebody's own music, and says what it would play.
            await self._compose({**asked, "prompt": error.suggestion}, path)
        return Take(path=path)

    async def _compose(self, asked: Mapping[str, Any], path: Path) -> None:
        most = round(asked["music_length_ms"] / 1000 * _BYTES_PER_SECOND) + _SPARE_BYTES
        try:
            async with (
                asyncio.timeout(self._patience),
                httpx.AsyncClient(timeout=self._patience) as http,
            ):
                client = AsyncElevenLabs(api_key=self._key, base_url=self._url, httpx_client=http)
                stream = client.music.compose(
                    **asked,
                    output_format=_FORMAT,
                    # It would send the whole order again, and be paid for each.
                    request_options={"max_retries": 0},
                )
                await _write(stream, path, most)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ServiceError("ElevenLabs did not answer in time.") from error
        except ApiError as error:
            raise _in_our_words(error) from error
        except httpx.HTTPError as error:
            raise ServiceError("ElevenLabs broke off.") from error


class _BadPromptError(ServiceError):
    """The prompt was declined; `suggestion` is one that would not be, or empty."""

    def __init__(self, suggestion: str) -> None:
        super().__init__("ElevenLabs did not take the description.")
        self.suggestion = suggestion


async def _write(stream: AsyncIterator[bytes], path: Path, most: int) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in stream:
            size += len(chunk)
            if size > most:
                raise ServiceError("ElevenLabs sent far more than was asked for.")
            file.write(chunk)


def _in_our_words(error: ApiError) -> ServiceError:
    body = error.body if isinstance(error.body, Mapping) else {}
    detail = body.get("detail")
    told = detail if isinstance(detail, Mapping) else {}
    if error.status_code == 400 and told.get("status") == "bad_prompt":
        return _BadPromptError(_read_suggestion(told))
    match error.status_code:
        case 401 | 403:
            return RestError("ElevenLabs does not accept the key that is set here.", seconds=900)
        case 402:
            return RestError("The account with ElevenLabs has no credit left.", seconds=900)
        case 429:
            return RestError("ElevenLabs has too much to do.", seconds=_read_wait(error))
        case int(status) if 400 <= status < 500:
            return DeclinedError("ElevenLabs did not take the order.")
    return ServiceError("ElevenLabs has trouble of its own.")


def _read_suggestion(told: Mapping[str, Any]) -> str:
    inner = told.get("data")
    suggestion = inner.get("prompt_suggestion") if isinstance(inner, Mapping) else None
    return suggestion[:2000] if isinstance(suggestion, str) else ""


def _read_wait(error: ApiError) -> float:
    headers = {name.casefold(): value for name, value in (error.headers or {}).items()}
    told = headers.get("retry-after", "")
    return float(told) if told.isdecimal() else 60.0
