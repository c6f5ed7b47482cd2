"""The HTTP API: each request is recorded, met by faults, limited, checked and answered."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from tests.doubles.discord.clock import Changes, Clock
from tests.doubles.discord.faults import Fault, Faults
from tests.doubles.discord.ratelimits import PLAIN, Limiter, Pace, Verdict
from tests.doubles.discord.refusals import Payload, RefusalError, unauthorized
from tests.doubles.discord.spec import Spec
from tests.doubles.discord.uploads import Body, read_body

PREFIX = "/api/v10"
_PLACES = ("channel_id", "guild_id", "webhook_id", "token", "interaction_id")


@dataclass(frozen=True, slots=True)
class Ask:
    """What an endpoint gets to see."""

    parts: Mapping[str, str]
    query: Mapping[str, str]
    body: Body


@dataclass(frozen=True, slots=True)
class Answer:
    payload: object = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`open` ones go by the token in their path; `pace_of` may choose another pace."""

    method: str
    template: str
    run: Callable[[Ask], Answer]
    pace: Pace = PLAIN
    open: bool = False
    pace_of: Callable[[Ask], Pace] | None = None


@dataclass(slots=True)
class Request:
    """A request as it came in. `at` is the double's time, `began` the monotonic clock; seconds."""

    method: str
    path: str
    route: str
    at: float
    began: float
    body: object = None
    files: dict[str, int] = field(default_factory=dict)
    status: int = 0
    code: int | None = None


class Rest:
    """Serves endpoints. `violations` are the client's, `own_errors` the double's."""

    def __init__(
        self, token: str, clock: Clock, changes: Changes, *, limiter: Limiter, spec: Spec | None
    ) -> None:
        self.faults = Faults()
        self.limiter = limiter
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.own_errors: list[str] = []
        self._token = token
        self._clock = clock
        self._changes = changes
        self.spec = spec
        self._endpoints: list[tuple[re.Pattern[str], Endpoint]] = []

    def add(self, *endpoints: Endpoint) -> None:
        for endpoint in endpoints:
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", endpoint.template)
            self._endpoints.append((re.compile(pattern), endpoint))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        endpoint, parts = self._find(request.method, path)
        route = endpoint.template if endpoint else ""
        record = Request(request.method, path, route, self._clock.now(), time.monotonic())
        self.requests.append(record)
        self._changes.tell()
        try:
            return await self._meet(request, record, endpoint, parts)
        finally:
            self._changes.tell()

    async def _meet(
        self,
        request: web.Request,
        record: Request,
        endpoint: Endpoint | None,
        parts: Mapping[str, str],
    ) -> web.StreamResponse:
        fault = self.faults.next(record.method, record.path)
        if fault and fault.gate:
            await fault.gate.wait()
        if fault and fault.cut_after is not None:
            return await _cut(request, fault.cut_after)
        try:
            body = await read_body(request)
        except RefusalError as refusal:
            return self._respond(record, refusal.status, refusal.payload(), {})
        record.body = body.json
        record.files = {each.name: len(each.data) for each in body.files.values()}
        if fault and fault.status:
            return self._fail(record, fault)
        if endpoint is None:
            self.violations.append(
                f"{record.method} {record.path}: the double has no such endpoint"
            )
            return self._respond(record, 404, {"message": "404: Not Found", "code": 0}, {})
        ask = Ask(parts, dict(request.query), body)
        response = self._decide(request, record, endpoint, ask)
        if fault and fault.loses_answer:
            _abort(request)
        return response

    def _decide(
        self, request: web.Request, record: Request, endpoint: Endpoint, ask: Ask
    ) -> web.Response:
        if not endpoint.open and request.headers.get("Authorization") != f"Bot {self._token}":
            refusal = unauthorized()
            return self._respond(record, refusal.status, refusal.payload(), {})
        pace = endpoint.pace_of(ask) if endpoint.pace_of else endpoint.pace
        place = "/".join(ask.parts.get(key, "") for key in _PLACES)
        verdict = self.limiter.take(pace, place, counts_globally=not endpoint.open)
        if verdict.retry_after is not None:
            return self._throttle(record, verdict)
        self._check(record, ask)
        try:
            answer = endpoint.run(ask)
        except RefusalError as refusal:
            return self._respond(record, refusal.status, refusal.payload(), verdict.headers)
        if self.spec is not None:
            wrong = self.spec.check_answer(
                record.method, record.path, answer.status, answer.payload
            )
            self.own_errors += [f"{record.method} {record.path}: {each}" for each in wrong]
        return self._respond(record, answer.status, answer.payload, verdict.headers)

    def _check(self, record: Request, ask: Ask) -> None:
        if self.spec is None:
            return
        wrong = self.spec.check_request(record.method, record.path, dict(ask.query), ask.body.json)
        self.violations += [f"{record.method} {record.path}: {each}" for each in wrong]

    def _throttle(self, record: Request, verdict: Verdict) -> web.Response:
        after = verdict.retry_after or 0
        payload: Payload = {
            "message": "You are being rate limited.", "retry_after": round(after, 3),
            "global": verdict.is_global, "code": 0,
        }  # fmt: skip
        headers = {"Via": "1.1 google", "Retry-After": str(int(after) + 1)}
        return self._respond(record, 429, payload, verdict.headers | headers)

    def _fail(self, record: Request, fault: Fault) -> web.Response:
        if fault.payload is not None:
            return self._respond(record, fault.status, fault.payload, fault.headers)
        record.status = fault.status
        return web.Response(
            status=fault.status, text="<html>upstream</html>", headers=fault.headers
        )

    def _respond(
        self, record: Request, status: int, payload: object, headers: dict[str, str]
    ) -> web.Response:
        record.status = status
        if status >= 400 and isinstance(payload, dict):
            record.code = payload.get("code")
        if payload is None:
            return web.Response(status=status, headers=headers)
        # Without a charset: discord.py compares this header exactly.
        headers = headers | {"Content-Type": "application/json"}
        return web.Response(status=status, body=json.dumps(payload).encode(), headers=headers)

    def _find(self, method: str, path: str) -> tuple[Endpoint | None, Mapping[str, str]]:
        for pattern, endpoint in self._endpoints:
            match = pattern.fullmatch(path)
            if match and endpoint.method == method:
                return endpoint, match.groupdict()
        return None, {}


async def _cut(request: web.Request, after: int) -> web.Response:
    """Take in so many bytes of the body, and break the connection."""
    left = after
    while left > 0:
        piece = await request.content.read(left)
        if not piece:
            break
        left -= len(piece)
    _abort(request)
    return web.Response(status=500)


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
