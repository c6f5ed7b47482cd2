"""Interactions: commands, menus of messages, buttons, forms, and completion while one types."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord

from adapters.discord.answering import Answers, Turn
from adapters.discord.asking import Interaction, asker_of_interaction
from adapters.discord.catalogue import (
    MESSAGE_MENU,
    MOST_CHOICES,
    Chosen,
    assign,
    complete,
    read_chosen,
)
from adapters.discord.drawing import draw, read_button
from adapters.discord.files import Intake, Sent, read_sent
from adapters.discord.forms import draw_form, read_action, read_form
from adapters.discord.trouble import BROKEN
from core.calls import Asker, Entry
from core.errors import BlockedError, UserError
from core.link_texts import find_links
from core.options import Attachment, Kind, attach_link
from core.ports import Counter
from core.screens import Reply

_log = logging.getLogger(__name__)
_EPHEMERAL = 1 << 6
_CHOICE = 100
_PATIENCE = 1.8
"""Seconds that a form may take to open: Discord waits three for the first answer."""
_ANSWERED_ALREADY = 40060


class Calls:
    """Answers every interaction at once, and fills the answer in when it is there."""

    def __init__(self, counter: Counter, intake: Intake, answers: Answers) -> None:
        self._counter = counter
        self._intake = intake
        self._answers = answers

    async def handle(self, interaction: Interaction) -> None:
        try:
            await self._handle(interaction)
        except discord.HTTPException as error:
            # Nobody is left to tell: the interaction is over, or Discord refuses our words.
            _log.warning("an interaction could not be answered: %s", error)
        except Exception as error:  # noqa: BLE001 - the edge of the platform: words by dispatch
            await self._explain(interaction, error)

    async def _handle(self, interaction: Interaction) -> None:
        match interaction.type:
            case discord.InteractionType.application_command:
                await self._command(interaction)
            case discord.InteractionType.component:
                await self._press(interaction)
            case discord.InteractionType.modal_submit:
                await self._submit(interaction)
            case discord.InteractionType.autocomplete:
                await self._suggest(interaction)

    async def _command(self, interaction: Interaction) -> None:
        data = _data(interaction)
        if data.get("type") == MESSAGE_MENU:
            entry = self._find_menu(str(data["name"]))
            chosen, sent, links = _read_message(entry, data)
        else:
            entry, links = self._find(str(data["name"])), ()
            chosen, sent = read_chosen(entry, data.get("options", [])), _resolved(data)
        # What is for one person alone is never shown to all, not even for a moment.
        hidden = entry.alone or chosen.values.get("private") is True
        await acknowledge(interaction, hidden=hidden)
        asker = asker_of_interaction(interaction)
        if data.get("type") == MESSAGE_MENU and not sent and not links:
            reply = self._counter.desk.explain(
                UserError("That message has no files or links that I can take."), asker
            )
        else:
            reply = await self._answer(interaction, entry, chosen, sent, links=links)
        await self._answers.show(Turn(interaction, asker, hidden), reply)

    async def _answer(
        self,
        interaction: Interaction,
        entry: Entry,
        chosen: Chosen,
        sent: Mapping[str, Sent],
        *,
        links: Sequence[Attachment],
    ) -> Reply:
        asker = asker_of_interaction(interaction)
        try:
            given, refused = await self._collect(asker, chosen, sent)
        except BlockedError as error:
            return self._counter.desk.explain(error, asker)
        if refused and not links and not any(given.get(name) for name in chosen.files):
            return self._counter.desk.explain(UserError("\n".join(refused)), asker)
        given |= _with_links(entry, given, links)
        key = f"discord:{interaction.id}"
        menu = _data(interaction).get("type") == MESSAGE_MENU
        reply = await self._counter.desk.answer(entry.name, asker, key=key, given=given, menu=menu)
        return _with_refused(reply, refused)

    async def _collect(
        self, asker: Asker, chosen: Chosen, sent: Mapping[str, Sent]
    ) -> tuple[dict[str, object], Sequence[str]]:
        """Values with the files that could be had, and why the others could not."""
        wanted = [sent[each] for ids in chosen.files.values() for each in ids if each in sent]
        person = await self._counter.people.account(asker.identity)
        taken = await self._intake.take(person, wanted)
        given = dict(chosen.values)
        for name, ids in chosen.files.items():
            given[name] = tuple(taken.files[each] for each in ids if each in taken.files)
        return given, taken.refused

    async def _press(self, interaction: Interaction) -> None:
        pressed = read_button(str(_data(interaction)["custom_id"]))
        asker = asker_of_interaction(interaction)
        turn = Turn(interaction, asker, _is_hidden(interaction), pressed=True)
        key = f"discord:{interaction.id}"
        if not pressed.opens_form:
            await acknowledge(interaction)
            reply = await self._counter.desk.press(pressed.action, asker, key=key)
        else:
            work = asyncio.ensure_future(self._counter.desk.press(pressed.action, asker, key=key))
            await asyncio.wait([work], timeout=_PATIENCE)
            if not work.done():
                await acknowledge(interaction)
                reply = await work
            elif (reply := await work).form is not None:
                await interaction.response.send_modal(draw_form(reply.form))
                return
            else:
                await acknowledge(interaction)
        await self._answers.show(turn, self._without_form(reply, asker))

    def _without_form(self, reply: Reply, asker: Asker) -> Reply:
        """Discord opens forms only in the first answer, so one that is late cannot open."""
        if reply.form is None:
            return reply
        late = UserError("That took too long to open. Press the button once more.")
        return self._counter.desk.explain(late, asker)

    async def _submit(self, interaction: Interaction) -> None:
        data = _data(interaction)
        await acknowledge(interaction)
        asker = asker_of_interaction(interaction)
        pressed = interaction.message is not None
        turn = Turn(interaction, asker, _is_hidden(interaction), pressed=pressed)
        await self._answers.show(turn, await self._fill_in(interaction, asker, data))

    async def _fill_in(
        self, interaction: Interaction, asker: Asker, data: Mapping[str, Any]
    ) -> Reply:
        chosen = read_form(data["components"])
        try:
            given, refused = await self._collect(asker, chosen, _resolved(data))
        except BlockedError as error:
            return self._counter.desk.explain(error, asker)
        action, key = read_action(str(data["custom_id"])), f"discord:{interaction.id}"
        reply = await self._counter.desk.press(action, asker, key=key, given=given)
        return _with_refused(reply, refused)

    async def _suggest(self, interaction: Interaction) -> None:
        data = _data(interaction)
        entry = self._find(str(data["name"]))
        typing = next((each for each in data.get("options", []) if each.get("focused")), None)
        if typing is None:
            return
        name, typed = str(typing["name"]), str(typing["value"])
        option = next((each for each in entry.options if each.name == name), None)
        if option is not None and option.kind is Kind.CHOICE:
            found: Sequence[str] = complete(option, typed)
        else:
            asker = asker_of_interaction(interaction)
            found = await self._counter.desk.suggest(entry.name, name, asker, typed=typed)
        choices = [
            discord.app_commands.Choice(name=each[:_CHOICE], value=each[:_CHOICE])
            for each in found[:MOST_CHOICES]
            if each
        ]
        await interaction.response.autocomplete(choices)

    async def _explain(self, interaction: Interaction, error: Exception) -> None:
        reply = self._counter.desk.explain(error)
        drawn = draw(reply)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(drawn.content, ephemeral=True)
            elif interaction.type is not discord.InteractionType.autocomplete:
                await interaction.response.send_message(drawn.content, ephemeral=True)
        except (discord.HTTPException, *BROKEN) as refusal:
            _log.warning("an error could not be told: %s", refusal)

    def _find(self, name: str) -> Entry:
        for command in self._counter.desk.commands:
            if command.entry.name == name:
                return command.entry
        raise UserError(f"/{name} is no longer here. Type / to see what there is.")

    def _find_menu(self, label: str) -> Entry:
        for command in self._counter.desk.commands:
            if command.entry.menu == label:
                return command.entry
        raise UserError(f"“{label}” is no longer here. Type / to see what there is.")


async def acknowledge(interaction: Interaction, *, hidden: bool = False) -> None:
    """Say at once that we heard: Discord drops a call that nobody answered for three seconds.

    A command shows that it is being thought about; a button's message stays as it is. Raises
    `discord.HTTPException` when it is too late: then the command is not run.
    """
    try:
        await interaction.response.defer(ephemeral=hidden)
    except BROKEN:
        # It may have arrived before the connection broke: then the second time says so.
        try:
            await interaction.response.defer(ephemeral=hidden)
        except discord.HTTPException as error:
            if error.code != _ANSWERED_ALREADY:
                raise


def _data(interaction: Interaction) -> dict[str, Any]:
    return dict(interaction.data or {})


def _resolved(data: Mapping[str, Any]) -> dict[str, Sent]:
    """The files of a call, by their ids."""
    found = data.get("resolved", {}).get("attachments", {})
    return {str(key): read_sent(facts) for key, facts in found.items()}


def _read_message(
    entry: Entry, data: Mapping[str, Any]
) -> tuple[Chosen, dict[str, Sent], Sequence[Attachment]]:
    """The files and the links of the message whose menu was used."""
    message = data["resolved"]["messages"][str(data["target_id"])]
    every = [*message.get("attachments", []), *_forwarded(message)]
    sent = {each.id: each for each in map(read_sent, every)}
    kinds = {number: each.kind for number, each in sent.items()}
    texts = [message.get("content"), *(shot.get("content") for shot in _shots(message))]
    links = find_links("\n".join(text for text in texts if text))
    return Chosen({}, assign(entry, kinds)), sent, [attach_link(link) for link in links]


def _with_links(
    entry: Entry, given: Mapping[str, object], links: Sequence[Attachment]
) -> dict[str, object]:
    """The links of a message behind its files, in the option that takes several."""
    name = next((each.name for each in entry.options if each.kind is Kind.FILES), None)
    if name is None or not links:
        return {}
    files = given.get(name)
    return {name: (*(files if isinstance(files, tuple) else ()), *links)}


def _forwarded(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A forwarded message holds its files inside a snapshot."""
    return [each for shot in _shots(message) for each in shot.get("attachments", [])]


def _shots(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [shot["message"] for shot in message.get("message_snapshots", [])]


def _is_hidden(interaction: Interaction) -> bool:
    """Whether the message of the button is seen by one person only."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _with_refused(reply: Reply, refused: Sequence[str]) -> Reply:
    if not refused:
        return reply
    text = "\n".join(["Left out:", *refused])
    return replace(reply, text="\n\n".join(part for part in (reply.text, text) if part))
