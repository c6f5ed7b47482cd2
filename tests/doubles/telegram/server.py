"""The HTTP side: https://api.telegram.org as a bot sees it, on a loopback port."""

from aiohttp import web

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.faults import Fault
from tests.doubles.telegram.incoming import Incoming, read_request
from tests.doubles.telegram.methods import METHODS
from tests.doubles.telegram.refusals import ApiError, too_many
from tests.doubles.telegram.specification import Specification
from tests.doubles.telegram.world import Answered, World

_NAMES = {name.lower(): name for name in METHODS}
_WORDS = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
_LARGEST_FORM = 64 * 1024 * 1024


class Server:
    """Answers requests one by one, and writes down what came and what was wrong with it."""

    def __init__(self, world: World, specification: Specification | None) -> None:
        self._world = world
        self._specification = specification

    def make_app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_FORM)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["method"]
        method = _NAMES.get(asked.lower(), asked)
        fault = self._world.faults.take(method)
        if fault is not None and fault.deed == "hang up":
            await request.content.readany()
            return self._hang_up(request, Incoming(method, {}))
        incoming = Incoming(method, {})
        try:
            self._world.bot.check(request.match_info["token"])
            _stumble(fault)
            incoming = await read_request(
                request, method, self._world.files, largest=self._world.largest_upload
            )
            answer = await self._perform(incoming)
        except ApiError as refusal:
            return self._refuse(incoming, refusal)
        except Exception as error:
            self._world.violations.append(f"the double failed at {method}: {error!r}")
            raise
        if fault is not None and fault.deed == "lose the answer":
            return self._hang_up(request, incoming)
        self._note(incoming, 200)
        if fault is not None and fault.deed == "delay":
            await self._world.clock.sleep(fault.seconds)
        return web.json_response({"ok": True, "result": answer})

    async def _perform(self, incoming: Incoming) -> object:
        method, world = incoming.method, self._world
        if self._specification is not None:
            world.violations += self._specification.check_request(
                method, incoming.words, list(incoming.parts)
            )
        perform = METHODS.get(method)
        if perform is None:
            world.violations.append(f"the double does not know {method} yet")
            raise ApiError(404, "Not Found: method not found")
        answer = await perform(world, incoming)
        if self._specification is not None:
            world.violations += self._specification.check_answer(method, answer)
        return answer

    def _refuse(self, incoming: Incoming, refusal: ApiError) -> web.Response:
        self._note(incoming, refusal.code, refusal.description)
        answer: Json = {
            "ok": False,
            "error_code": refusal.code,
            "description": refusal.description,
        }
        if refusal.parameters:
            answer["parameters"] = dict(refusal.parameters)
        wait = refusal.parameters.get("retry_after")
        headers = {"Retry-After": str(wait)} if wait else {}
        return web.json_response(answer, status=refusal.code, headers=headers)

    def _hang_up(self, request: web.Request, incoming: Incoming) -> web.Response:
        self._note(incoming, 0, "the connection was closed")
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _note(self, incoming: Incoming, code: int, description: str = "") -> None:
        world = self._world
        world.requests.append(Answered(incoming, world.clock.now, code, description))
        world.changed()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        world, path = self._world, request.match_info["path"]
        incoming = Incoming("download", {"path": path})
        fault = world.faults.take("download")
        if fault is not None and fault.deed in ("hang up", "lose the answer"):
            return self._hang_up(request, incoming)
        try:
            world.bot.check(request.match_info["token"])
            _stumble(fault)
        except ApiError as refusal:
            return self._refuse(incoming, refusal)
        file = world.files.linked(path, world.clock.now)
        if file is None:
            return self._refuse(incoming, ApiError(404, "Not Found"))
        if fault is not None:
            await world.clock.sleep(fault.seconds)
        self._note(incoming, 200)
        return web.FileResponse(file.path)


def _stumble(fault: Fault | None) -> None:
    """Refuse when that is the trouble."""
    if fault is None or fault.deed != "refuse":
        return
    if fault.code == 429:
        raise too_many(int(fault.seconds))
    raise ApiError(fault.code, _WORDS.get(fault.code, "Bad Gateway"))
