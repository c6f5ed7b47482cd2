"""Anthropic's Messages, as far as photos are shown to Claude."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, get_args

from aiohttp import web
from anthropic.types import (
    ImageBlockParam,
    Message,
    OutputConfigParam,
    TextBlockParam,
    message_create_params,
    model_param,
)
from PIL import Image
from pydantic import TypeAdapter, ValidationError

from tests.doubles.muses.stage import Stage, WrongRequestError, cut_off, require, require_known
from tests.doubles.muses.stage import serving as serve_app

KEY = "sk-ant-double"
SCENE: dict[str, Any] = {
    "title": "Harbour Lights",
    "mood": {"valence": 0.4, "arousal": -0.3},
    "words": "Boats lie still in a harbour at dusk.",
    "palette": ["#203050", "#e0a060", "#f0e0d0"],
    "captions": ["Boats at rest", "The day goes home"],
    "lyrics": [
        {"section": "verse", "lines": ["The water holds the light", "The ropes are tied"]},
        {"section": "chorus", "lines": ["Stay with me, harbour"]},
    ],
    "direction": "Warm lo-fi with electric piano, soft bass and brushed drums.",
    "tempo": 84,
}
_BOUNDS = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "multipleOf"}
_MOST_SIDE = 8000
_REFUSALS = {
    "bad key": (401, "authentication_error"),
    "no credit": (402, "billing_error"),
    "busy": (429, "rate_limit_error"),
    "overloaded": (529, "overloaded_error"),
    "broken": (500, "api_error"),
    "odd request": (400, "invalid_request_error"),
}


@dataclass
class Claude(Stage):
    """Answers with `scene`. Acts: slow, refuses, truncated, prose, wrong types, cut off, garbage,
    odd shape, and the errors of `_REFUSALS`."""

    url: str = ""
    scene: dict[str, Any] = field(default_factory=lambda: dict(SCENE))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        try:
            self.asked.append(_check(request.headers, await request.json()))
        except (WrongRequestError, ValidationError) as error:
            self.wrong.append(str(error))
            return _error(400, "invalid_request_error", str(error))
        act = self.next_act()
        if act == "slow":
            return await self.hang()
        if act in _REFUSALS:
            return _error(*_REFUSALS[act], act)
        if act == "garbage":
            return web.Response(text="<html>", content_type="text/html")
        if act == "odd shape":
            return web.json_response(
                {"type": "message", "stop_reason": "end_turn", "content": "{}"}
            )
        body = _message(self._words(act), stop=_STOPS.get(act, "end_turn"))
        if act == "cut off":
            return await cut_off(request, body, kind="application/json")
        return web.Response(body=body, content_type="application/json")

    def _words(self, act: str) -> str:
        match act:
            case "prose":
                return "What a lovely photo!"
            case "wrong types":
                return json.dumps({**self.scene, "mood": "happy", "tempo": "fast"})
            case "truncated":
                return json.dumps(self.scene)[:100]
            case "refuses":
                return ""
        return json.dumps(self.scene)


_STOPS = {"refuses": "refusal", "truncated": "max_tokens"}


def _check(headers: Mapping[str, str], body: dict[str, Any]) -> dict[str, Any]:
    given = (headers.get("x-api-key"), headers.get("authorization"))
    require(given in ((KEY, None), (None, f"Bearer {KEY}")), "no such key")
    require(bool(headers.get("anthropic-version")), "no version")
    known = message_create_params.MessageCreateParamsNonStreaming.__annotations__
    base = message_create_params.MessageCreateParamsBase.__annotations__
    require_known(body, {*known, *base})
    require("temperature" not in body, "temperature is not supported by this model")
    require(body["model"] in get_args(get_args(model_param.ModelParam)[0]), "no such model")
    require(isinstance(body["max_tokens"], int) and body["max_tokens"] > 0, "max_tokens")
    TypeAdapter(OutputConfigParam).validate_python(body["output_config"])
    _check_schema(body["output_config"]["format"]["schema"])
    (message,) = body["messages"]
    require(message["role"] == "user", "the first message is the user's")
    for block in message["content"]:
        if block["type"] == "image":
            TypeAdapter(ImageBlockParam).validate_python(block)
            _check_picture(block["source"])
        else:
            TypeAdapter(TextBlockParam).validate_python(block)
    return body


def _check_schema(schema: Mapping[str, Any]) -> None:
    """Structured answers know no bounds, and every object must be closed and wholly required."""
    require(not (_BOUNDS & schema.keys()), f"unsupported: {_BOUNDS & schema.keys()}")
    if schema["type"] == "object":
        require(schema.get("additionalProperties") is False, "additionalProperties must be false")
        require(set(schema["required"]) == set(schema["properties"]), "all must be required")
        for inner in schema["properties"].values():
            _check_schema(inner)
    elif schema["type"] == "array":
        _check_schema(schema["items"])


def _check_picture(source: Mapping[str, str]) -> None:
    with Image.open(BytesIO(base64.b64decode(source["data"], validate=True))) as picture:
        require(Image.MIME[picture.format or ""] == source["media_type"], "another media type")
        require(max(picture.size) <= _MOST_SIDE, "too many pixels")


def _message(text: str, *, stop: str) -> bytes:
    return (
        Message.model_validate(
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "claude-haiku-5-5",
                "content": [
                    {"type": "thinking", "thinking": "A harbour.", "signature": "c2ln"},
                    {"type": "text", "text": text},
                ],
                "stop_reason": stop,
                "usage": {"input_tokens": 1600, "output_tokens": 400},
            }
        )
        .to_json()
        .encode()
    )


def _error(status: int, kind: str, words: str) -> web.Response:
    return web.json_response(
        {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_1"},
        status=status,
        # So soon that a test need not wait for it.
        headers={"retry-after-ms": "1", "retry-after": "120"},
    )


@asynccontextmanager
async def claude_double(*acts: str) -> AsyncIterator[Claude]:
    """A double that acts so in turn; what was asked wrongly fails the test."""
    double = Claude(list(acts))
    app = web.Application(client_max_size=64_000_000)
    app.router.add_post("/v1/messages", double.answer)
    async with serve_app(app, double) as url:
        double.url = url
        yield double
    assert double.wrong == []
