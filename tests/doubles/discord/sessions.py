"""One client's session at the gateway: what it hears, and what it missed while it was away."""

import secrets
from dataclasses import dataclass, field

from tests.doubles.discord.intents import Intent, needed_intent
from tests.doubles.discord.payloads import redact
from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.wire import Connection
from tests.doubles.discord.world import User

MOST_MISSED = 1000
_WITH_CONTENT = ("MESSAGE_CREATE", "MESSAGE_UPDATE")


@dataclass(eq=False, slots=True)
class Session:
    """Lives on when its connection is lost, so that RESUME can replay its log."""

    bot: User
    intents: Intent
    connection: Connection | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    log: list[Payload] = field(default_factory=list)

    def hear(self, event: str, data: Payload, *, in_guild: bool) -> None:
        """Send an event, or keep it for later, unless the intents leave it out."""
        if needed_intent(event, in_guild=in_guild) not in self.intents:
            return
        if in_guild and event in _WITH_CONTENT and Intent.MESSAGE_CONTENT not in self.intents:
            data = redact(data, bot=self.bot)
        self.seq += 1
        self.log.append({"op": 0, "t": event, "s": self.seq, "d": data})
        if self.connection is not None:
            self.connection.put(self.log[-1])

    @property
    def is_lost(self) -> bool:
        """Away for too long: too much has happened to replay it."""
        return self.connection is None and len(self.log) > MOST_MISSED

    def resume(self, connection: Connection, seq: int) -> None:
        """Replay what came after `seq`, then say that this was all."""
        self.connection = connection
        for missed in self.log:
            if missed["s"] > seq:
                connection.put(missed)
        self.hear("RESUMED", {}, in_guild=False)

    def forget_until(self, seq: int) -> None:
        """The client has confirmed everything up to `seq` with a heartbeat."""
        self.log = [each for each in self.log if each["s"] > seq]
