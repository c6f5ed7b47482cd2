"""Google Lyria: a piece from a prompt and a photo, in one answer."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from google import genai

# Its interactions raise errors of their own, which have no public name yet.
from google.genai._interactions import APIConnectionError, APIError, APIStatusError
from google.genai.interactions import Interaction
from google.genai.types import HttpOptions, HttpRetryOptions

from core.errors import ServiceError
from core.links import Medium, Want
from core.ports import Fetcher
from core.soundtracks import DeclinedError, RestError, Take, Terms, Wish, write_prompt

_URL = "https://generativelanguage.googleapis.com"
_LEAST_SECONDS, _MOST_SECONDS = 10.0, 180.0
_PATIENCE_SECONDS = 240.0
_MOST_BYTES = 60_000_000
_TITLE = "Lyria"


class Lyria:
    """Fills the port `Musician`. The service answers with the music itself, so a ticket is what
    is to be asked, and the asking is done when the music is fetched.

    `shrink` makes a small JPEG without metadata of a photo. `fetcher` brings what lies at a public
    address, and refuses all others.
    """

    def __init__(
        self,
        key: str,
        *,
        model: str,
        shrink: Callable[[Path], Awaitable[bytes]],
        fetcher: Fetcher,
        cents: float = 0.0,
        url: str = "",
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        self._key = key
        self._model = model
        self._shrink = shrink
        self._fetcher = fetcher
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
        prompt = write_prompt(wish, words=wish.sung)
        return json.dumps({"prompt": prompt, "photo": str(wish.photo) if wish.photo else None})

    async def poll(self, ticket: str) -> bool:
        del ticket  # there is nothing to wait for
        return True

    async def fetch(self, ticket: str, folder: Path) -> Take:
        asked = json.loads(ticket)
        content: list[dict[str, str]] = [{"type": "text", "text": asked["prompt"]}]
        if asked["photo"] is not None:
            jpeg = base64.b64encode(await self._shrink(Path(asked["photo"]))).decode()
            content.append({"type": "image", "mime_type": "image/jpeg", "data": jpeg})
        interaction = await self._ask(content)
        return Take(path=await self._keep(interaction, folder))

    async def _ask(self, content: list[dict[str, str]]) -> Interaction:
        try:
            async with (
                asyncio.timeout(self._patience),
                httpx.AsyncClient(
                    timeout=self._patience, transport=_Bounded(most=_MOST_BYTES * 4 // 3)
                ) as http,
            ):
                client = genai.Client(
                    api_key=self._key,
                    vertexai=False,
                    http_options=HttpOptions(
                        base_url=self._url,
                        timeout=round(self._patience * 1000),
                        httpx_async_client=http,
                        # It would be paid for each.
                        retry_options=HttpRetryOptions(attempts=1),
                    ),
                )
                answer: Any = await client.aio.interactions.create(
                    model=self._model, input=content, store=False
                )
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ServiceError("Lyria did not answer in time.") from error
        except APIStatusError as error:
            raise _in_our_words(error) from error
        except (APIConnectionError, httpx.HTTPError) as error:
            raise _reason(error) from error
        except (APIError, ValueError) as error:
            raise ServiceError("Lyria's answer could not be used.") from error
        if not isinstance(answer, Interaction):
            raise ServiceError("Lyria's answer could not be used.")
        return answer

    async def _keep(self, interaction: Interaction, folder: Path) -> Path:
        """Write the music of an answer down, or bring it from where it is."""
        if interaction.status != "completed":
            raise DeclinedError("Lyria would not make this piece.")
        sound = interaction.output_audio
        if sound is None:
            raise DeclinedError("Lyria answered without music.")
        if not sound.data and isinstance(sound.uri, str):
            want = Want(url=sound.uri, medium=Medium.AUDIO)
            return (await self._fetcher.fetch(want, folder, report=lambda _: None)).path
        path = folder / "lyria.sound"
        try:
            # The client takes over whatever comes, so that it may even be a number.
            path.write_bytes(base64.b64decode(sound.data or "", validate=True))
        except (ValueError, TypeError) as error:
            raise ServiceError("Lyria's answer could not be used.") from error
        return path


class _TooMuchError(httpx.HTTPError):
    """An answer that is longer than any that makes sense."""


class _Bounded(httpx.AsyncHTTPTransport):
    """Breaks an answer off that is longer than `most` bytes, before it fills the memory."""

    def __init__(self, *, most: int) -> None:
        super().__init__()
        self._most = most

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101  an asynchronous transport's
        response.stream = _BoundedStream(stream, self._most)
        return response


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> Any:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > self._most:
                raise _TooMuchError("the answer is too long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _reason(error: Exception) -> ServiceError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _TooMuchError):
            return ServiceError("Lyria sent far more than was asked for.")
        if isinstance(cause, (TimeoutError, httpx.TimeoutException)):
            return ServiceError("Lyria did not answer in time.")
        cause = cause.__cause__
    return ServiceError("Lyria cannot be reached.")


def _in_our_words(error: APIStatusError) -> ServiceError:
    match error.status_code:
        case 401 | 403:
            return RestError("Lyria does not accept the key that is set here.", seconds=900)
        case 402:
            return RestError("The account with Lyria has no credit left.", seconds=900)
        case 429:
            told = error.response.headers.get("retry-after", "")
            wait = float(told) if told.isdecimal() else 60.0
            return RestError("Lyria has too much to do.", seconds=wait)
        case int(status) if 400 <= status < 500:
            return DeclinedError("Lyria did not take the order.")
    return ServiceError("Lyria has trouble of its own.")
