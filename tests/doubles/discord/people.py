"""A person at Discord's client: posts, uses commands, presses, fills in, looks, downloads."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from tests.doubles.discord.calls import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT
from tests.doubles.discord.exchange import Exchange
from tests.doubles.discord.forms import (
    Resolved,
    choose,
    fill_modal,
    fill_option,
    fill_options,
    find_button,
    find_select,
    open_subcommand,
)  # fmt: skip
from tests.doubles.discord.permissions import Permission
from tests.doubles.discord.posting import Letter, check_rights
from tests.doubles.discord.refusals import Payload, RefusalError
from tests.doubles.discord.rules.commands import MESSAGE as MESSAGE_MENU
from tests.doubles.discord.rules.commands import USER as USER_MENU
from tests.doubles.discord.uploads import Body, Upload
from tests.doubles.discord.world import Attachment, Channel, Message, User

if TYPE_CHECKING:
    from tests.doubles.discord.double import Discord

File = Path | Upload


class Person:
    """Acts as `user`. What the client would not let a person do fails the test."""

    def __init__(self, discord: "Discord", user: User) -> None:
        self.user = user
        self._discord = discord

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    @property
    def dm(self) -> Channel:
        """The direct conversation with the bot."""
        return self._discord.places.dm_of(self.user)

    @property
    def dms(self) -> list[Message]:
        """What the bot and the person wrote there, oldest first."""
        return self.sees(self.dm)

    def sees(self, channel: Channel) -> list[Message]:
        """The messages that this person sees in a channel, oldest first; none without access."""
        needed = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
        if not channel.may(self.user, needed):
            return []
        return [each for each in channel.messages.values() if each.visible_to(self.user)]

    async def awaits(self, channel: Channel, what: str | Callable[[Message], bool]) -> Message:
        """The newest visible message that holds a text or fits, now or as soon as there is one."""

        def look() -> Message | None:
            for message in reversed(self.sees(channel)):
                if what in message.text if isinstance(what, str) else what(message):
                    return message
            return None

        label = repr(what) if isinstance(what, str) else "a fitting message"
        found = await self._discord.until(look, f"{label} for {self.user.name}")
        assert found is not None
        return found

    async def post(
        self,
        channel: Channel,
        text: str = "",
        *,
        files: Sequence[File] = (),
        reply_to: Message | None = None,
    ) -> Message:
        """Write a message. Raises `RefusalError` as Discord does."""
        body: Payload = {"content": text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to.id}
        upload = Body(files=dict(enumerate(Upload.of(each) for each in files)))
        check_rights(channel, self.user, body, upload)
        letter = Letter(self.user, channel, channel.upload_limit)
        return self._discord.posting.create(letter, body, upload)

    async def edit(self, message: Message, text: str) -> None:
        assert message.author is self.user, "people edit their own messages only"
        limit = message.channel.upload_limit
        self._discord.posting.edit(message, {"content": text}, Body(), limit=limit)

    async def delete(self, message: Message) -> None:
        may = message.channel.may(self.user, Permission.MANAGE_MESSAGES)
        assert message.author is self.user or may, "people delete their own messages only"
        self._discord.posting.delete(message)

    async def use(self, channel: Channel, name: str, /, **options: object) -> Exchange:
        """Use a slash command (`"playlist create"` for a subcommand); wait for the first answer."""
        return await self.begin(channel, name, **options).answered()

    def begin(self, channel: Channel, name: str, /, **options: object) -> Exchange:
        """The same without waiting: the bot may be slow, or away."""
        command, *steps = name.split()
        registered = self._discord.commands.find(command)
        inner, way = open_subcommand(registered, steps)
        resolved = Resolved()
        given = {key: getattr(value, "user", value) for key, value in options.items()}
        filled = fill_options(inner, given, self._store(channel), resolved)
        data = _command_data(registered, way, filled)
        return self._call(COMMAND, channel, registered, data, resolved)

    async def suggest(
        self, channel: Channel, name: str, /, option: str, typed: str, **options: object
    ) -> list[Payload]:
        """What the bot offers while an option is being typed."""
        command, *steps = name.split()
        registered = self._discord.commands.find(command)
        inner, way = open_subcommand(registered, steps)
        typing = next((o for o in inner.get("options") or [] if o["name"] == option), None)
        assert typing is not None, f"/{name} has no {option!r}"
        assert typing.get("autocomplete"), f"{option!r} offers nothing while one types"
        resolved, store = Resolved(), self._store(channel)
        known = {each["name"]: each for each in inner["options"]}
        filled: list[Payload] = [
            {
                "name": key, "type": known[key]["type"],
                "value": fill_option(known[key], value, store, resolved),
            }
            for key, value in options.items()
        ]  # fmt: skip
        filled.append({"name": option, "type": typing["type"], "value": typed, "focused": True})
        data = _command_data(registered, way, filled)
        exchange = await self._call(AUTOCOMPLETE, channel, registered, data, resolved).answered()
        return exchange.call.choices or []

    async def choose(self, message: Message, name: str) -> Exchange:
        """Use a command of a message's context menu."""
        self._check_visible(message)
        command = self._discord.commands.find(name, MESSAGE_MENU)
        shown = self._discord.show(message)
        data = _command_data(command, [], None) | {"target_id": message.id}
        data["resolved"] = {"messages": {message.id: shown}}
        return await self._call(COMMAND, message.channel, command, data).answered()

    async def choose_person(self, channel: Channel, person: "Person", name: str) -> Exchange:
        """Use a command of a person's context menu."""
        command = self._discord.commands.find(name, USER_MENU)
        data = _command_data(command, [], None) | {"target_id": person.id}
        resolved = Resolved(users={person.id: person.user})
        return await self._call(COMMAND, channel, command, data, resolved).answered()

    async def press(self, message: Message, which: str) -> Exchange:
        """Press a button by its label or custom_id."""
        return await self.begin_press(message, which).answered()

    def begin_press(self, message: Message, which: str) -> Exchange:
        """The same without waiting."""
        self._check_visible(message)
        return self._component(message, find_button(message, which), {}, Resolved())

    async def select(self, message: Message, which: str, values: Sequence[object]) -> Exchange:
        """Choose in a select (by its custom_id or placeholder) by labels, values or people."""
        self._check_visible(message)
        select, resolved = find_select(message, which), Resolved()
        wanted = [getattr(each, "user", each) for each in values]
        chosen = choose(select, wanted, resolved)
        return await self._component(message, select, {"values": chosen}, resolved).answered()

    async def submit(self, opened: Exchange, values: Mapping[str, object]) -> Exchange:
        """Send the form that an exchange opened; fields by label or custom_id."""
        assert opened.call.user is self.user, "the form was opened for somebody else"
        resolved, channel = Resolved(), opened.call.channel
        components = fill_modal(opened.modal, values, self._store(channel), resolved)
        data: Payload = {"custom_id": opened.modal["custom_id"], "components": components}
        call = self._discord.open_call(
            SUBMIT, user=self.user, channel=channel, owners=opened.call.owners,
            data=self._with_resolved(data, resolved, channel), source=opened.call.source,
        )  # fmt: skip
        return await self._discord.exchange(call).answered()

    async def download(self, attachment: Attachment) -> bytes:
        """The bytes, through the content network, by a fresh address as the client uses."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(self._discord.cdn.sign(attachment)) as response,
        ):
            response.raise_for_status()
            return await response.read()

    def _store(self, channel: Channel) -> Callable[[Upload], Attachment]:
        def store(upload: Upload) -> Attachment:
            limit = channel.upload_limit
            assert len(upload.data) <= limit, f"the client takes no file over {limit} bytes here"
            attachment = self._discord.storage.store(channel, upload, ephemeral=True)
            self._discord.cdn.keep(attachment)
            return attachment

        return store

    def _call(
        self,
        kind: int,
        channel: Channel,
        command: Payload,
        data: Payload,
        resolved: Resolved | None = None,
    ) -> Exchange:
        owners = self._discord.places.find_owners(self.user, channel, command)
        data = self._with_resolved(data, resolved or Resolved(), channel)
        call = self._discord.open_call(
            kind, user=self.user, channel=channel, owners=owners, data=data
        )
        return self._discord.exchange(call)

    def _component(
        self, message: Message, component: Payload, more: Payload, resolved: Resolved
    ) -> Exchange:
        data: Payload = {
            "custom_id": component["custom_id"], "component_type": component["type"],
            "id": component["id"],
        } | more  # fmt: skip
        channel = message.channel
        call = self._discord.open_call(
            COMPONENT, user=self.user, channel=channel, source=message,
            owners=self._discord.places.message_owners(message),
            data=self._with_resolved(data, resolved, channel),
        )  # fmt: skip
        return self._discord.exchange(call)

    def _with_resolved(self, data: Payload, resolved: Resolved, channel: Channel) -> Payload:
        told = self._discord.places.resolve(resolved, channel, self._discord.cdn.sign)
        return data | {"resolved": data.get("resolved", {}) | told} if told else data

    def _check_visible(self, message: Message) -> None:
        if message not in self.sees(message.channel):
            raise RefusalError(404, 10008, f"{self.user.name} does not see this message")


def _command_data(command: Payload, way: list[Payload], filled: list[Payload] | None) -> Payload:
    data: Payload = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if filled is None:
        return data
    for step in reversed(way):
        filled = [{"name": step["name"], "type": step["type"], "options": filled}]
    return data | {"options": filled}
