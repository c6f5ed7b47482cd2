"""Leads through forms: from the first button to what was filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import telegram

from adapters.telegram.drawing import draw
from adapters.telegram.forms import (
    NOTHING,
    Step,
    about,
    choose,
    draw_field,
    draw_form,
    fields_of,
    list_choices,
    name_of,
    start_values,
)
from adapters.telegram.places import PLATFORM
from adapters.telegram.posting import GoneError, Poster, SameError
from adapters.telegram.replies import Occasion, Replies
from core.calls import Asker
from core.errors import UserError
from core.jobs import Json
from core.options import read_values
from core.ports import Counter
from core.screens import Form, Reply

_FOREIGN = "That form is somebody else's."
_OVER = "That form is closed: open it once more."


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One form on its way. `origin` is the message whose button opened it, 0 for none."""

    action: str
    message: int
    values: Mapping[str, str]
    origin: int = 0
    kept: bool = False


class Dialogues:
    def __init__(self, poster: Poster, replies: Replies, counter: Counter) -> None:
        self._poster = poster
        self._replies = replies
        self._counter = counter
        self._notes = counter.notes

    async def open(self, form: Form, asker: Asker, occasion: Occasion) -> None:
        values = start_values(form)
        message = await self._poster.post(asker.place, draw(draw_form(form, values)))
        dialogue = Dialogue(form.action, message, values, occasion.pressed, occasion.kept)
        await self._keep(dialogue, asker)

    async def step(self, step: Step, message: int, asker: Asker, *, key: str) -> str:
        """Do what a dialogue's button says; returns what only its presser is told."""
        dialogue = await self._find(message, asker)
        if isinstance(dialogue, str):
            return dialogue
        form = await self._ask_form(dialogue, asker, key=key)
        if form is None or step.field >= max(1, len(fields_of(form))):
            return _OVER
        match step.deed:
            case "show":
                await self._change(dialogue, draw_form(form, dialogue.values), asker)
            case "open" if list_choices(fields_of(form)[step.field]):
                await self._change(dialogue, draw_field(form, step.field, dialogue.values), asker)
            case "open" | "ask":
                await self._ask(dialogue, form, step, asker)
            case "set":
                return await self._set(dialogue, form, step, asker)
            case "save":
                return await self._save(dialogue, asker, key=key)
            case "cancel":
                await self._close(dialogue, asker)
        return ""

    async def take(self, message: telegram.Message, asker: Asker, *, key: str) -> bool:
        """Whether a text is the answer to a question of ours; then it was taken."""
        note = await self._notes.get(PLATFORM, _ask_key(asker))
        if note is None or not message.text or not _is_meant(message, note):
            return False
        await self._notes.drop(PLATFORM, _ask_key(asker))
        dialogue = await self._find(int(str(note["form"])), asker)
        form = None if isinstance(dialogue, str) else await self._ask_form(dialogue, asker, key=key)
        if form is None or isinstance(dialogue, str):
            await self._replies.show(Reply(_OVER), asker)
            return True
        option = next(each for each in fields_of(form) if each.name == note["field"])
        text = "" if message.text.strip() == NOTHING else message.text
        try:
            read_values([replace(option, required=False)], {option.name: text})
        except UserError as error:
            await self._replies.show(self._counter.desk.explain(error, asker), asker)
            at = fields_of(form).index(option)
            await self._ask(dialogue, form, Step("ask", at), asker)
            return True
        await self._poster.delete(asker.place, int(str(note["question"])))
        changed = replace(dialogue, values={**dialogue.values, option.name: text.strip()})
        await self._keep(changed, asker)
        await self._change(changed, draw_form(form, changed.values), asker)
        return True

    async def _set(self, dialogue: Dialogue, form: Form, step: Step, asker: Asker) -> str:
        option = fields_of(form)[step.field]
        if step.choice >= len(list_choices(option)):
            return _OVER
        changed = replace(dialogue, values=choose(form, step, dialogue.values))
        await self._keep(changed, asker)
        await self._change(changed, draw_form(form, changed.values), asker)
        return ""

    async def _ask(self, dialogue: Dialogue, form: Form, step: Step, asker: Asker) -> None:
        """Ask for a text; the app opens an answer to the question."""
        option = fields_of(form)[step.field]
        text = f"{about(option)}. Answer this message, with {NOTHING} for nothing."
        force = telegram.ForceReply(selective=True, input_field_placeholder=name_of(option)[:64])
        drawn = draw(Reply(text, title=name_of(option)))
        question = await self._poster.post(asker.place, drawn, markup=force)
        facts: dict[str, Json] = {
            "form": dialogue.message,
            "field": option.name,
            "question": question,
        }
        await self._notes.put(PLATFORM, _ask_key(asker), facts)

    async def _save(self, dialogue: Dialogue, asker: Asker, *, key: str) -> str:
        given = {name: value for name, value in dialogue.values.items() if value}
        reply = await self._counter.desk.press(dialogue.action, asker, key=key, given=given)
        if reply.form is not None:
            return _OVER
        if is_notice(reply):
            return reply.text
        await self._close(dialogue, asker)
        occasion = Occasion(pressed=dialogue.origin, kept=dialogue.kept)
        await self._replies.show(reply, asker, occasion)
        return ""

    async def _close(self, dialogue: Dialogue, asker: Asker) -> None:
        await self._poster.delete(asker.place, dialogue.message)
        await self._notes.drop(PLATFORM, _form_key(asker, dialogue.message))
        await self._notes.drop(PLATFORM, _ask_key(asker))

    async def _ask_form(self, dialogue: Dialogue, asker: Asker, *, key: str) -> Form | None:
        reply = await self._counter.desk.press(dialogue.action, asker, key=f"{key}:form")
        return reply.form

    async def _change(self, dialogue: Dialogue, reply: Reply, asker: Asker) -> None:
        try:
            await self._poster.change(asker.place, dialogue.message, draw(reply))
        except SameError:
            return
        except GoneError:
            await self._replies.show(Reply(_OVER), asker)

    async def _keep(self, dialogue: Dialogue, asker: Asker) -> None:
        facts: dict[str, Json] = {
            "action": dialogue.action,
            "owner": asker.identity,
            "values": dict(dialogue.values),
            "origin": dialogue.origin,
            "kept": dialogue.kept,
        }
        person = await self._counter.people.account(asker.identity)
        key = _form_key(asker, dialogue.message)
        await self._notes.put(PLATFORM, key, facts, person=person)

    async def _find(self, message: int, asker: Asker) -> Dialogue | str:
        """A dialogue of this person's, or why there is none."""
        note = await self._notes.get(PLATFORM, _form_key(asker, message))
        if note is None:
            return _OVER
        if note["owner"] != asker.identity:
            return _FOREIGN
        values = note["values"]
        return Dialogue(
            str(note["action"]),
            message,
            {k: str(v) for k, v in values.items()} if isinstance(values, Mapping) else {},
            int(str(note["origin"])),
            bool(note["kept"]),
        )


def is_notice(reply: Reply) -> bool:
    """Whether a reply is but a short word to one person, such as why something cannot be."""
    more = reply.title or reply.lines or reply.buttons or reply.files or reply.slot
    nothing_done = reply.job is None and reply.removed is None and not reply.edits
    return reply.alone and nothing_done and not more and len(reply.text) <= 200


def _is_meant(message: telegram.Message, note: Mapping[str, Json]) -> bool:
    answered = message.reply_to_message
    if answered is not None:
        return answered.message_id == note["question"]
    return message.chat.type == telegram.Chat.PRIVATE


def _form_key(asker: Asker, message: int) -> str:
    return f"form:{asker.place.conversation}:{message}"


def _ask_key(asker: Asker) -> str:
    return f"ask:{asker.place.conversation}:{asker.identity}"
