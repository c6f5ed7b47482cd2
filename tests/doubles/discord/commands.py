"""The app's registered commands, and the endpoints that change and list them."""

from tests.doubles.discord.clock import Changes, Clock
from tests.doubles.discord.refusals import Payload, RefusalError
from tests.doubles.discord.rest import Answer, Ask, Endpoint
from tests.doubles.discord.rules.commands import CHAT_INPUT, check_commands
from tests.doubles.discord.world import User


class Commands:
    """`syncs` counts how often the whole list was written, `writes` how often that changed it."""

    def __init__(self, bot: User, clock: Clock, changes: Changes) -> None:
        self.syncs = 0
        self.writes = 0
        self._bot = bot
        self._clock = clock
        self._changes = changes
        self._commands: list[Payload] = []

    @property
    def all(self) -> list[Payload]:
        """As Discord lists them."""
        return list(self._commands)

    def find(self, name: str, kind: int = CHAT_INPUT) -> Payload:
        """A command by its name. Fails the test when there is none, with those that there are."""
        for command in self._commands:
            if (command["name"], command["type"]) == (name, kind):
                return command
        known = sorted(each["name"] for each in self._commands if each["type"] == kind)
        raise AssertionError(f"there is no command {name!r}, only {known}")

    def endpoints(self) -> tuple[Endpoint, ...]:
        path = "/applications/{application_id}/commands"
        return (
            Endpoint("GET", path, lambda ask: Answer(self._own(ask).all)),
            Endpoint("PUT", path, self._replace),
        )

    def _own(self, ask: Ask) -> "Commands":
        if ask.parts["application_id"] != self._bot.id:
            raise RefusalError(403, 20012, "You are not authorized to perform this action")
        return self

    def _replace(self, ask: Ask) -> Answer:
        self._own(ask)
        body = ask.body.json
        if not isinstance(body, list):
            raise RefusalError(400, 50035, "Invalid Form Body")
        check_commands(body)
        before = {(each["type"], each["name"]): each for each in self._commands}
        after = [self._register(each, before) for each in body]
        self.syncs += 1
        self.writes += after != self._commands
        self._commands = after
        self._changes.tell()
        return Answer(self.all)

    def _register(self, given: Payload, before: dict[tuple[int, str], Payload]) -> Payload:
        """A command keeps its id for as long as its name; its version changes with its content."""
        kind = given.get("type") or CHAT_INPUT
        known = before.get((kind, given["name"]))
        permissions = given.get("default_member_permissions")
        command: Payload = {
            "application_id": self._bot.id, "type": kind, "name": given["name"],
            "description": given.get("description") or "", "nsfw": bool(given.get("nsfw")),
            "default_member_permissions": None if permissions is None else str(permissions),
            "contexts": given.get("contexts"),
            "integration_types": given.get("integration_types") or [0],
            "name_localizations": given.get("name_localizations"),
            "description_localizations": given.get("description_localizations"),
        }  # fmt: skip
        if given.get("options"):
            command["options"] = [_option(each) for each in given["options"]]
        if known is not None and known == command | {key: known[key] for key in ("id", "version")}:
            return known
        command["id"] = known["id"] if known else self._clock.new_id()
        command["version"] = self._clock.new_id()
        return command


def _option(given: Payload) -> Payload:
    """Discord leaves out what is empty."""
    option = {key: value for key, value in given.items() if value not in (None, [], False)}
    if "options" in option:
        option["options"] = [_option(each) for each in option["options"]]
    return option
