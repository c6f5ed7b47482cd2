"""What a person did with the bot, and what came back."""

from tests.doubles.discord.calls import Call, Calls
from tests.doubles.discord.clock import Changes
from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.world import Message


class Exchange:
    """One command, press or form. Nothing here is sent by looking at it."""

    def __init__(self, call: Call, calls: Calls, changes: Changes) -> None:
        self.call = call
        self._calls = calls
        self._changes = changes

    @property
    def failed(self) -> bool:
        """The person reads “The application did not respond”."""
        return self._calls.has_lapsed(self.call)

    @property
    def message(self) -> Message:
        """The first answer; for a press that changes its own message, that one."""
        assert self.call.original is not None, "the bot has not answered with a message"
        return self.call.original

    @property
    def messages(self) -> list[Message]:
        """The first answer and the follow-ups."""
        return [each for each in self.call.messages if not each.deleted]

    @property
    def modal(self) -> Payload:
        """The form that the bot opened."""
        assert self.call.modal is not None, "the bot has opened no modal"
        return self.call.modal

    async def answered(self) -> "Exchange":
        """Wait until the bot has acknowledged the call, or is too late."""
        await self._changes.until(
            lambda: self.call.acked is not None or self.failed, "the bot's first answer"
        )
        return self

    async def filled(self) -> Message:
        """Wait until a deferred answer is there."""
        await self._changes.until(
            lambda: self.call.original is not None and not self.call.original.is_loading,
            "the answer that was deferred",
        )
        return self.message

    async def followed(self, count: int = 1) -> Message:
        """Wait until there are so many messages beside the first answer, and return the last."""

        def look() -> list[Message]:
            further = [each for each in self.call.messages if each is not self.call.original]
            return further if len(further) >= count else []

        return (await self._changes.until(look, f"{count} follow-up messages"))[count - 1]
