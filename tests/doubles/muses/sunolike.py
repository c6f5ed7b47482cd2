"""A music service with the interface of Suno's example app (TAPEDECK_SPECS/suno-like.yaml)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.doubles.muses.stage import Stage, WrongRequestError, require, require_known
from tests.doubles.muses.stage import serving as serve_app
from tests.media import Sound, make

KEY = "suno-double"
ORDER = {"topic": str, "tags": str, "prompt": str, "make_instrumental": bool}
_REFUSALS = {"bad key": 401, "no credit": 402, "busy": 429, "odd request": 400, "broken": 502}
CREATED = "2026-11-20T18:00:00Z"


@dataclass
class SunoLike(Stage):
    """Goes through `course` with one step a question. Acts, on any request: slow, garbage,
    wrong types, endless, moved, and the errors of `_REFUSALS`.

    `audio` replaces the address of the finished clip.
    """

    url: str = ""
    course: list[str] = field(default_factory=lambda: ["queued", "streaming", "complete"])
    audio: str | None = None
    seconds: float = 12.0
    detours: int = 0

    async def generate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        wrong = self._refuse(request, lambda: _check_order(body))
        if wrong is not None:
            return wrong
        self.asked.append(body)
        odd = await self._act(request)
        created = {"id": "clip-1", "status": "submitted", "created_at": CREATED}
        return odd or web.json_response(created)

    async def clips(self, request: web.Request) -> web.StreamResponse:
        wrong = self._refuse(request, lambda: require(request.query["ids"] == "clip-1", "no clip"))
        if wrong is not None:
            return wrong
        odd = await self._act(request)
        return odd or web.json_response([self._clip()])

    async def song(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self.song_bytes(), content_type="audio/mpeg")

    async def detour(self, request: web.Request) -> web.StreamResponse:
        self.detours += 1
        raise web.HTTPFound("http://169.254.169.254/latest/meta-data")

    def song_bytes(self) -> bytes:
        return make("mp3 cbr", Sound(wave="music", seconds=self.seconds)).read_bytes()

    def _clip(self) -> dict[str, Any]:
        status = self.course.pop(0) if len(self.course) > 1 else self.course[0]
        playable = status in ("streaming", "complete")
        failed = status == "error"
        return {
            "id": "clip-1",
            "status": status,
            "title": "Harbour Lights",
            "audio_url": (self.audio or f"{self.url}/song.mp3") if playable else None,
            "video_url": None,
            "image_url": None,
            "created_at": CREATED,
            "metadata": {
                "duration": self.seconds,
                "tags": None,
                "prompt": None,
                "error_type": "moderation_failure" if failed else None,
                "error_message": "The words were not allowed." if failed else None,
            },
        }

    def _refuse(self, request: web.Request, check: Any) -> web.Response | None:
        try:
            require(request.headers.get("Authorization") == f"Bearer {KEY}", "no such key")
            check()
        except (WrongRequestError, KeyError) as error:
            self.wrong.append(str(error))
            return web.json_response({"detail": str(error)}, status=400)
        return None

    async def _act(self, request: web.Request) -> web.StreamResponse | None:
        match self.next_act():
            case "":
                return None
            case "slow":
                return await self.hang()
            case "garbage":
                return web.Response(text="<html>", content_type="text/html")
            case "wrong types":
                return web.json_response({"id": 7, "status": ["complete"]})
            case "moved":
                raise web.HTTPFound("http://127.0.0.1:1/clips")
            case "endless":
                return await self._go_on(request)
            case act:
                return web.Response(status=_REFUSALS[act], headers={"Retry-After": "90"})

    async def _go_on(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while not self.leaving.is_set():
            await response.write(b"[" * (1 << 16))
        return response


def _check_order(body: Mapping[str, Any]) -> None:
    require_known(body, set(ORDER))
    require({"topic", "make_instrumental"} <= body.keys(), "topic and make_instrumental")
    for name, value in body.items():
        require(isinstance(value, ORDER[name]), f"{name} has another type")


@asynccontextmanager
async def sunolike_double(*acts: str) -> AsyncIterator[SunoLike]:
    """A double that acts so in turn; what was asked wrongly fails the test."""
    double = SunoLike(list(acts))
    app = web.Application()
    app.router.add_post("/generate", double.generate)
    app.router.add_get("/clips", double.clips)
    app.router.add_get("/song.mp3", double.song)
    app.router.add_get("/detour.mp3", double.detour)
    async with serve_app(app, double) as url:
        double.url = url
        yield double
    assert double.wrong == []
