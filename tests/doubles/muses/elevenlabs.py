"""ElevenLabs Music, as far as a song is composed from a prompt."""

import inspect
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, get_args

from aiohttp import web
from elevenlabs.music.client import AsyncMusicClient
from elevenlabs.music.types.music_compose_request_output_format import (
    MusicComposeRequestOutputFormat,
)

from tests.doubles.muses.stage import Stage, WrongRequestError, cut_off, require, require_known
from tests.doubles.muses.stage import serving as serve_app
from tests.media import Sound, make

KEY = "el-double"
_FORMATS = set(get_args(get_args(MusicComposeRequestOutputFormat)[0]))
_NOT_IN_BODY = {"self", "output_format", "enable_logging", "request_options"}
_KNOWN = set(inspect.signature(AsyncMusicClient.compose).parameters) - _NOT_IN_BODY
SUGGESTION = "A gentle song in the manner of a quiet harbour."
_MOST_PROMPT = 4100


@dataclass
class ElevenLabs(Stage):
    """Plays as long as it is asked to. Acts: slow, bad prompt, declined, bad key, busy, no credit,
    broken, cut off, endless, page, silence, short."""

    url: str = ""

    async def compose(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        try:
            self.asked.append(_check(request, body))
        except WrongRequestError as error:
            self.wrong.append(str(error))
            return _detail(422, "invalid", str(error))
        act = self.next_act()
        if act == "slow":
            return await self.hang()
        if act in _REFUSALS:
            return _REFUSALS[act]()
        if act == "page":
            return web.Response(body=b"<html>busy</html>", content_type="audio/mpeg")
        return await self._play(request, act, body["music_length_ms"] / 1000)

    async def _play(self, request: web.Request, act: str, seconds: float) -> web.StreamResponse:
        wave: Any = "silence" if act == "silence" else "music"
        seconds = seconds / 3 if act == "short" else seconds
        song = make("mp3 cbr", Sound(wave=wave, seconds=seconds)).read_bytes()
        if act == "cut off":
            return await cut_off(request, song, kind="audio/mpeg")
        response = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
        await response.prepare(request)
        await response.write(song)
        while act == "endless" and not self.leaving.is_set():
            await response.write(bytes(1 << 16))
        await response.write_eof()
        return response


def _check(request: web.Request, body: Mapping[str, Any]) -> dict[str, Any]:
    require(request.headers.get("xi-api-key") == KEY, "no such key")
    require(request.query.get("output_format", "auto") in _FORMATS, "no such format")
    require_known(body, _KNOWN)
    require("composition_plan" not in body, "prompt and plan exclude each other")
    require("seed" not in body, "seed and prompt exclude each other")
    require(isinstance(body.get("prompt"), str) and bool(body["prompt"].strip()), "no prompt")
    require(len(body["prompt"]) <= _MOST_PROMPT, "the prompt is too long")
    length = body["music_length_ms"]
    require(isinstance(length, int) and 3000 <= length <= 600_000, "music_length_ms")
    require(isinstance(body["force_instrumental"], bool), "force_instrumental")
    return dict(body)


def _detail(status: int, kind: str, words: str, **more: Any) -> web.Response:
    detail = {"status": kind, "message": words, **more}
    return web.json_response({"detail": detail}, status=status, headers={"Retry-After": "90"})


_REFUSALS = {
    "bad prompt": lambda: _detail(
        400, "bad_prompt", "It names an artist.", data={"prompt_suggestion": SUGGESTION}
    ),
    "declined": lambda: _detail(400, "bad_prompt", "It names an artist.", data={}),
    "bad key": lambda: _detail(401, "invalid_api_key", "Invalid API key"),
    "no credit": lambda: _detail(402, "quota_exceeded", "No credit"),
    "busy": lambda: _detail(429, "too_many_concurrent_requests", "Busy"),
    "broken": lambda: web.Response(status=503, text="upstream"),
}


@asynccontextmanager
async def elevenlabs_double(*acts: str) -> AsyncIterator[ElevenLabs]:
    """A double that acts so in turn; what was asked wrongly fails the test."""
    double = ElevenLabs(list(acts))
    app = web.Application()
    app.router.add_post("/v1/music", double.compose)
    async with serve_app(app, double) as url:
        double.url = url
        yield double
    assert double.wrong == []
