"""The endpoints of interactions and their webhooks, which go by the token in their path."""

from collections.abc import Callable

from tests.doubles.discord.answering import Answering, answer_payload
from tests.doubles.discord.calls import Calls
from tests.doubles.discord.posting import Posting
from tests.doubles.discord.ratelimits import FOLLOWING, PLAIN
from tests.doubles.discord.refusals import Payload, unknown_webhook
from tests.doubles.discord.rest import Answer, Ask, Endpoint
from tests.doubles.discord.world import Message, User


class CallRoutes:
    def __init__(
        self,
        bot: User,
        calls: Calls,
        answering: Answering,
        posting: Posting,
        show: Callable[[Message], Payload],
    ) -> None:
        self._bot = bot
        self._calls = calls
        self._answering = answering
        self._posting = posting
        self._show = show

    def endpoints(self) -> tuple[Endpoint, ...]:
        hook = "/webhooks/{webhook_id}/{token}"
        message = hook + "/messages/{message_id}"
        callback = "/interactions/{interaction_id}/{token}/callback"
        return (
            Endpoint("POST", callback, self._answer, PLAIN, open=True),
            Endpoint("POST", hook, self._follow, FOLLOWING, open=True),
            Endpoint("GET", message, self._fetch, FOLLOWING, open=True),
            Endpoint("PATCH", message, self._edit, FOLLOWING, open=True),
            Endpoint("DELETE", message, self._delete, FOLLOWING, open=True),
        )

    def _answer(self, ask: Ask) -> Answer:
        call = self._calls.to_answer(ask.parts["interaction_id"], ask.parts["token"])
        body = ask.body.payload
        kind, data = int(body.get("type") or 0), body.get("data") or {}
        message = self._answering.answer(call, kind, data, ask.body)
        if ask.query.get("with_response", "0").lower() not in ("1", "true"):
            return Answer(status=204)
        return Answer(answer_payload(call, self._show(message) if message else None))

    def _follow(self, ask: Ask) -> Answer:
        self._check_hook(ask)
        call = self._calls.to_follow(ask.parts["token"])
        return Answer(self._show(self._answering.follow(call, ask.body.payload, ask.body)))

    def _fetch(self, ask: Ask) -> Answer:
        return Answer(self._show(self._find(ask)))

    def _edit(self, ask: Ask) -> Answer:
        message = self._find(ask)
        limit = self._calls.to_follow(ask.parts["token"]).limit
        self._posting.edit(message, ask.body.payload, ask.body, limit=limit)
        return Answer(self._show(message))

    def _delete(self, ask: Ask) -> Answer:
        self._posting.delete(self._find(ask))
        return Answer(status=204)

    def _find(self, ask: Ask) -> Message:
        self._check_hook(ask)
        call = self._calls.to_follow(ask.parts["token"])
        return self._answering.find(call, ask.parts["message_id"])

    def _check_hook(self, ask: Ask) -> None:
        if ask.parts["webhook_id"] != self._bot.id:
            raise unknown_webhook()
