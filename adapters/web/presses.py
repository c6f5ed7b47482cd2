"""Buttons, forms, and what completes what a person types."""

from dataclasses import dataclass

from aiohttp import web

from adapters.web.given import read_given
from adapters.web.people import asker_of
from adapters.web.platform import WebChat
from adapters.web.refusal import RefusalError, read_object
from adapters.web.replies import draw_form
from adapters.web.shown import Shown
from adapters.web.uploads import Uploads
from core.names import PersonId
from core.ports import Desk, People
from core.screens import LONGEST_ACTION

_LONGEST_TYPED = 200
_MOST_SUGGESTIONS = 25


@dataclass(frozen=True, slots=True)
class Presses:
    """Serves the chat page's buttons. Whether a button is theirs, the desk finds out."""

    desk: Desk
    people: People
    platform: WebChat
    uploads: Uploads
    shown: Shown

    async def press(self, request: web.Request) -> web.Response:
        """A button was pressed, or its form sent: then `given` is there, with `values`."""
        asker = asker_of(request)
        person = await self.people.account(asker.identity)
        body = await read_object(request)
        action = str(body.get("action") or "")
        if not action or len(action.encode()) > LONGEST_ACTION:
            raise RefusalError(400, "“action” must be a button's own.")
        pressed = await self._pressed(asker.identity, str(body.get("message") or ""))
        given = await read_given(body, person=person, uploads=self.uploads)
        reply = await self.desk.press(
            action,
            asker,
            key=f"{asker.identity}:{given.key}",
            given=given.merged if "values" in body else None,
        )
        if reply.form is not None:
            return web.json_response({"form": draw_form(reply.form), "messages": []})
        await self.uploads.mark_sent(given.without(reply.refused))
        answer = await self.platform.answer(asker.identity, reply, key=given.key, pressed=pressed)
        return web.json_response({"form": None, "messages": [await self.shown.draw(answer)]})

    async def suggest(self, request: web.Request) -> web.Response:
        asker = asker_of(request)
        found = await self.desk.suggest(
            request.query.get("command", ""),
            request.query.get("option", ""),
            asker,
            typed=request.query.get("typed", "")[:_LONGEST_TYPED],
        )
        return web.json_response({"values": list(found)[:_MOST_SUGGESTIONS]})

    async def _pressed(self, identity: PersonId, key: str) -> str:
        """The message with the button, if it may be changed in its place.

        A result or a progress message stays what it is, whatever is answered to its buttons;
        one that has become a question makes way for the answer.
        """
        message = await self.platform.log.find(identity, key[:200]) if key else None
        if message is None:
            return ""
        changes = message.body.get("kind") == "reply" or bool(message.body.get("asks"))
        return message.key if changes else ""
