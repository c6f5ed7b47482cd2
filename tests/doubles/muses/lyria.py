"""Google's interactions, as far as Lyria makes music in them."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from aiohttp import web
from google.genai.interactions import CreateModelInteraction, Interaction
from PIL import Image
from pydantic import ValidationError

from tests.doubles.muses.stage import Stage, WrongRequestError, cut_off, require, require_known
from tests.doubles.muses.stage import serving as serve_app
from tests.media import Sound, make

KEY = "gem-double"
MODEL = "lyria-3.5"
_REFUSALS = {"bad key": 401, "busy": 429, "odd request": 400, "broken": 503}


@dataclass
class Lyria(Stage):
    """Plays `seconds`, or names `uri`. Acts: slow, no music, failed, garbage, wrong types,
    odd base64, endless, cut off, and the errors of `_REFUSALS`."""

    url: str = ""
    seconds: float = 12.0
    uri: str = ""

    async def create(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        try:
            self.asked.append(_check(request, body))
        except (WrongRequestError, ValidationError) as error:
            self.wrong.append(str(error))
            return _error(400, str(error))
        act = self.next_act()
        if act == "slow":
            return await self.hang()
        if act in _REFUSALS:
            return _error(_REFUSALS[act], act)
        if act == "garbage":
            return web.Response(text="<html>", content_type="text/html")
        if act == "wrong types":
            step = {"type": "model_output", "content": [{"type": "audio", "data": 7}]}
            return web.json_response({"status": "completed", "steps": [step]})
        if act == "endless":
            return await self._go_on(request)
        answer = self._answer(act)
        if act == "cut off":
            return await cut_off(request, answer, kind="application/json")
        return web.Response(body=answer, content_type="application/json")

    async def _go_on(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"id": "')
        while not self.leaving.is_set():
            await response.write(b"a" * (1 << 18))
        return response

    def _answer(self, act: str) -> bytes:
        content: list[dict[str, Any]] = [{"type": "text", "text": "[Verse] The harbour sleeps"}]
        if act != "no music":
            content.append({"type": "audio", "mime_type": "audio/mp3", **self._sound(act)})
        interaction = Interaction.model_validate(
            {
                "id": "int_1",
                "model": MODEL,
                "status": "failed" if act == "failed" else "completed",
                "steps": [{"type": "model_output", "content": content}],
            }
        )
        return interaction.model_dump_json(exclude_none=True).encode()

    def _sound(self, act: str) -> dict[str, str]:
        if self.uri:
            return {"uri": self.uri}
        if act == "odd base64":
            return {"data": "=not base64="}
        song = make("mp3 cbr", Sound(wave="music", seconds=self.seconds)).read_bytes()
        return {"data": base64.b64encode(song).decode()}


def _check(request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    require(request.headers.get("x-goog-api-key") == KEY, "no such key")
    require_known(body, set(CreateModelInteraction.model_fields))
    CreateModelInteraction.model_validate(body)
    require(body["model"] == MODEL, "no such model")
    require(body.get("store") is False, "photos of people are not to be kept there")
    (step,) = body["input"]
    require(step["type"] == "user_input", "the user speaks")
    for block in step["content"]:
        require(block["type"] in ("text", "image"), "text and pictures only")
        if block["type"] == "image":
            with Image.open(BytesIO(base64.b64decode(block["data"], validate=True))) as picture:
                require(Image.MIME[picture.format or ""] == block["mime_type"], "another type")
    return body


def _error(status: int, words: str) -> web.Response:
    return web.json_response(
        {"error": {"code": status, "message": words, "status": "REFUSED"}},
        status=status,
        headers={"retry-after": "90"},
    )


@asynccontextmanager
async def lyria_double(*acts: str) -> AsyncIterator[Lyria]:
    """A double that acts so in turn; what was asked wrongly fails the test."""
    double = Lyria(list(acts))
    app = web.Application(client_max_size=64_000_000)
    app.router.add_post("/v1/interactions", double.create)
    async with serve_app(app, double) as url:
        double.url = url
        yield double
    assert double.wrong == []
