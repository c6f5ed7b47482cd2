"""A service with the interface of Suno's example app, at an address of the operator's.

Suno itself offers no public interface. One order makes a clip, which is asked for until it is
complete, and then fetched from where it says.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from core.errors import ServiceError
from core.links import Medium, Want
from core.ports import Fetcher
from core.soundtracks import (
    DeclinedError,
    RestError,
    Take,
    Terms,
    Wish,
    write_lyrics,
    write_prompt,
)
from core.tracks import clean_text

_LEAST_SECONDS, _MOST_SECONDS = 10.0, 240.0
_PATIENCE_SECONDS = 300.0
_PAUSE_SECONDS = 5.0
_REQUEST_SECONDS = 30.0
_MOST_ANSWER = 1_000_000
STATUSES = frozenset({"submitted", "queued", "streaming", "complete", "error"})
_TITLE = "The music service"


class SunoLike:
    """Fills the port `Musician`. A ticket is the number of a clip.

    `fetcher` brings what lies at a public address, and refuses all others.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        fetcher: Fetcher,
        cents: float = 0.0,
        patience: float = _PATIENCE_SECONDS,
        pause: float = _PAUSE_SECONDS,
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._fetcher = fetcher
        self.terms = Terms(
            title=_TITLE,
            least=_LEAST_SECONDS,
            most=_MOST_SECONDS,
            cents=cents,
            patience=patience,
            pause=pause,
        )

    async def submit(self, wish: Wish) -> str:
        lyrics = write_lyrics(wish.scene.lyrics) if wish.sung else ""
        order: dict[str, object] = {
            "topic": write_prompt(wish, words=False),
            "make_instrumental": not lyrics,
        }
        if lyrics:
            order["prompt"] = lyrics
        answer = await self._call("POST", "/generate", order)
        clip = answer.get("id") if isinstance(answer, Mapping) else None
        if not isinstance(clip, str) or not clip or len(clip) > 200:
            raise _odd()
        return clip

    async def poll(self, ticket: str) -> bool:
        """Only `complete` is done: what is `streaming` can be played, and is not finished."""
        clip = await self._find(ticket)
        return bool(clip["status"] == "complete")

    async def fetch(self, ticket: str, folder: Path) -> Take:
        clip = await self._find(ticket)
        url = clip.get("audio_url")
        if not isinstance(url, str) or urlsplit(url).scheme not in ("http", "https"):
            raise _odd()
        want = Want(url=url, medium=Medium.AUDIO)
        fetched = await self._fetcher.fetch(want, folder, report=lambda _: None)
        return Take(path=fetched.path)

    async def _find(self, ticket: str) -> Mapping[str, Any]:
        """The clip as it is now. Raises `DeclinedError` when it ended with an error."""
        answer = await self._call("GET", "/clips", {"ids": ticket})
        clips = answer if isinstance(answer, list) else []
        found = [clip for clip in clips if isinstance(clip, Mapping) and clip.get("id") == ticket]
        if not found or found[0].get("status") not in STATUSES:
            raise _odd()
        if found[0]["status"] == "error":
            raise DeclinedError(f"{_TITLE} could not make this piece{_explain(found[0])}.")
        return found[0]

    async def _call(self, method: str, path: str, given: Mapping[str, object]) -> object:
        timeout = aiohttp.ClientTimeout(total=_REQUEST_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.request(
                    method,
                    self._url + path,
                    headers={"Authorization": f"Bearer {self._key}"},
                    params=None if method == "POST" else {k: str(v) for k, v in given.items()},
                    json=given if method == "POST" else None,
                    # The key is for this address alone.
                    allow_redirects=False,
                ) as response,
            ):
                if response.status >= 300:
                    raise _in_our_words(response)
                return json.loads(await _read(response))
        except TimeoutError as error:
            raise ServiceError(f"{_TITLE} did not answer in time.") from error
        except aiohttp.ClientError as error:
            raise ServiceError(f"{_TITLE} cannot be reached.") from error
        except (ValueError, RecursionError) as error:
            raise _odd() from error


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MOST_ANSWER:
            raise _odd()
    return body


def _odd() -> ServiceError:
    return ServiceError(f"{_TITLE} answered in a way that I do not understand.")


def _explain(clip: Mapping[str, Any]) -> str:
    metadata = clip.get("metadata")
    told = metadata.get("error_message") if isinstance(metadata, Mapping) else None
    return f": {clean_text(told, most=120).rstrip('.')}" if isinstance(told, str) and told else ""


def _in_our_words(response: aiohttp.ClientResponse) -> ServiceError:
    match response.status:
        case 401 | 403:
            return RestError(f"{_TITLE} does not accept the key that is set here.", seconds=900)
        case 402:
            return RestError(f"The account with {_TITLE.lower()} has no credit left.", seconds=900)
        case 429:
            told = response.headers.get("Retry-After", "")
            wait = float(told) if told.isdecimal() else 60.0
            return RestError(f"{_TITLE} has too much to do.", seconds=wait)
        case status if 400 <= status < 500:
            return DeclinedError(f"{_TITLE} did not take the order.")
    return ServiceError(f"{_TITLE} has trouble of its own.")
