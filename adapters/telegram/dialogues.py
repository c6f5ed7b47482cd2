"""Leads through forms: from the first button to what was filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

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
    find_unsaid,
    is_command,
    list_choices,
    name_of,
    start_values,
    takes_files,
)
from adapters.telegram.places import PLATFORM
from adapters.telegram.posting import GoneError, Poster, SameError
from adapters.telegram.replies import Occasion, Replies
from core.calls import Asker
from core.errors import UserError
from core.jobs import Json
from core.options import Attachment, Kind, Option, read_values
from core.ports import Counter
from core.screens import Form, Reply

_FOREIGN = "That form is somebody else's."
_OVER = "That form is closed: open it once more."


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One form on its way. `origin` is the message whose button opened it, 0 for none.

    `files` came along with a command and wait for its other options, by the option they fill.
    """

    action: str
    message: int
    values: Mapping[str, str]
    origin: int = 0
    kept: bool = False
    files: Mapping[str, Sequence[Attachment]] = field(default_factory=dict)

    def answered(self, option: Option, answer: str | tuple[Attachment, ...]) -> "Dialogue":
        if isinstance(answer, tuple):
            before = () if option.kind is Kind.FILE else tuple(self.files.get(option.name, ()))
            return replace(self, files={**self.files, option.name: (*before, *answer)})
        return replace(self, values={**self.values, option.name: answer.strip()})

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(files) for name, files in self.files.items()}

    def draw(self, form: Form) -> Reply:
        return draw_form(form, self.values, self.counts)


class Dialogues:
    def __init__(self, poster: Poster, replies: Replies, counter: Counter) -> None:
        self._poster = poster
        self._replies = replies
        self._counter = counter
        self._notes = counter.notes

    async def open(
        self,
        form: Form,
        asker: Asker,
        occasion: Occasion,
        *,
        files: Mapping[str, Sequence[Attachment]] | None = None,
        wanted: str = "",
    ) -> None:
        """Show a form, and ask at once for `wanted`, or for what a command cannot do without."""
        files = files or {}
        dialogue = Dialogue(
            form.action, 0, start_values(form), occasion.pressed, occasion.kept, files
        )
        answers = occasion.message if asker.server else 0
        message = await self._poster.post(asker.place, draw(dialogue.draw(form)), answers=answers)
        dialogue = replace(dialogue, message=message)
        await self._keep(dialogue, asker)
        option = next((each for each in form.options if each.name == wanted), None)
        if option is not None:
            await self._lead(dialogue, form, option, asker)
        else:
            await self._go_on(dialogue, form, asker)

    async def step(self, step: Step, message: int, asker: Asker, *, key: str) -> str:
        """Do what a dialogue's button says; returns what only its presser is told."""
        dialogue = await self._find(message, asker)
        if isinstance(dialogue, str):
            return dialogue
        if step.deed == "cancel":
            await self._close(dialogue, asker)
            return ""
        form = await self._ask_form(dialogue, asker, key=key)
        if isinstance(form, str):
            return form
        if step.field >= max(1, len(fields_of(form))):
            return _OVER
        match step.deed:
            case "show":
                await self._change(dialogue, dialogue.draw(form), asker)
            case "open" if list_choices(fields_of(form)[step.field]):
                await self._change(dialogue, draw_field(form, step.field, dialogue.values), asker)
            case "open" | "ask":
                await self._ask(dialogue, fields_of(form)[step.field], asker)
            case "set":
                return await self._set(dialogue, form, step, asker)
            case "save":
                return await self._save(dialogue, form, asker, key=key)
        return ""

    async def take(self, message: telegram.Message, asker: Asker, *, key: str) -> bool:
        """Whether a text is the answer to a question of ours; then it was taken."""
        text = "" if (message.text or "").strip() == NOTHING else message.text or ""
        return bool(message.text) and await self._take(message, text, asker, key=key)

    async def take_files(
        self,
        message: telegram.Message,
        files: Sequence[Attachment],
        asker: Asker,
        *,
        key: str,
    ) -> bool:
        """Whether files are the answer to a question of ours; then they were taken."""
        return await self._take(message, tuple(files), asker, key=key)

    async def _take(
        self,
        message: telegram.Message,
        answer: str | tuple[Attachment, ...],
        asker: Asker,
        *,
        key: str,
    ) -> bool:
        note = await self._notes.get(PLATFORM, _ask_key(asker))
        if note is None or not _is_meant(message, note):
            return False
        if isinstance(answer, tuple) and not note.get("files"):
            return False  # who was asked for words may send tracks meanwhile
        await self._notes.drop(PLATFORM, _ask_key(asker))
        dialogue = await self._find(int(str(note["form"])), asker)
        if isinstance(dialogue, str):
            await self._replies.show(Reply(_OVER), asker)
            return not isinstance(answer, tuple)
        form = await self._ask_form(dialogue, asker, key=key)
        if isinstance(form, str):
            await self._replies.show(Reply(form), asker)
            return not isinstance(answer, tuple)
        option = next(each for each in form.options if each.name == note["field"])
        lenient = replace(option, required=False)
        if isinstance(answer, tuple):
            lenient = replace(lenient, least=None)  # more may follow
        try:
            read_values([lenient], {option.name: answer})
        except UserError as error:
            await self._replies.show(self._counter.desk.explain(error, asker), asker)
            await self._ask(dialogue, option, asker)
            return True
        await self._poster.delete(asker.place, int(str(note["question"])))
        changed = dialogue.answered(option, answer)
        await self._keep(changed, asker)
        await self._change(changed, changed.draw(form), asker)
        await self._go_on(changed, form, asker)
        return True

    async def _go_on(self, dialogue: Dialogue, form: Form, asker: Asker) -> None:
        """Ask for the next thing that a command cannot do without."""
        unsaid = find_unsaid(form, dialogue.values, dialogue.counts)
        if unsaid is not None and is_command(form):
            await self._lead(dialogue, form, unsaid, asker)

    async def _lead(self, dialogue: Dialogue, form: Form, option: Option, asker: Asker) -> None:
        if list_choices(option):
            at = fields_of(form).index(option)
            await self._change(dialogue, draw_field(form, at, dialogue.values), asker)
        else:
            await self._ask(dialogue, option, asker)

    async def _set(self, dialogue: Dialogue, form: Form, step: Step, asker: Asker) -> str:
        option = fields_of(form)[step.field]
        if step.choice >= len(list_choices(option)):
            return _OVER
        changed = replace(dialogue, values=choose(form, step, dialogue.values))
        await self._keep(changed, asker)
        await self._change(changed, changed.draw(form), asker)
        await self._go_on(changed, form, asker)
        return ""

    async def _ask(self, dialogue: Dialogue, option: Option, asker: Asker) -> None:
        """Ask for a text or a file; the app opens an answer to the question."""
        text = f"{about(option)}. {_tell_how(option)}"
        force = telegram.ForceReply(selective=True, input_field_placeholder=name_of(option)[:64])
        drawn = draw(Reply(text, title=name_of(option)))
        question = await self._poster.post(asker.place, drawn, markup=force)
        facts: dict[str, Json] = {
            "form": dialogue.message,
            "field": option.name,
            "question": question,
            "files": takes_files(option),
        }
        person = await self._counter.people.account(asker.identity)
        await self._notes.put(PLATFORM, _ask_key(asker), facts, person=person)

    async def _save(self, dialogue: Dialogue, form: Form, asker: Asker, *, key: str) -> str:
        said = {name: each for name, each in dialogue.values.items() if each}
        given: dict[str, object] = {**said, **dialogue.files}
        if is_command(form):
            try:
                read_values(form.options, given)
            except UserError as error:
                await self._go_on(dialogue, form, asker)
                return str(error)
        reply = await self._counter.desk.press(dialogue.action, asker, key=key, given=given)
        if reply.form is not None:
            return _OVER
        if is_notice(reply) and (reply.failed or not is_command(form)):
            return reply.text
        if not reply.failed:
            await self._close(dialogue, asker)
        occasion = Occasion(pressed=dialogue.origin, kept=dialogue.kept)
        await self._replies.show(reply, asker, occasion)
        return ""

    async def _close(self, dialogue: Dialogue, asker: Asker) -> None:
        await self._poster.delete(asker.place, dialogue.message)
        await self._notes.drop(PLATFORM, _form_key(asker, dialogue.message))
        note = await self._notes.get(PLATFORM, _ask_key(asker))
        if note is not None and note["form"] == dialogue.message:
            await self._poster.delete(asker.place, int(str(note["question"])))
            await self._notes.drop(PLATFORM, _ask_key(asker))

    async def _ask_form(self, dialogue: Dialogue, asker: Asker, *, key: str) -> Form | str:
        """The form as it is now, or why there is none any more."""
        reply = await self._counter.desk.press(dialogue.action, asker, key=f"{key}:form")
        if reply.form is not None:
            return reply.form
        return reply.text if is_notice(reply) else _OVER

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
            "files": {
                name: [[str(each.path), each.label, each.size] for each in files]
                for name, files in dialogue.files.items()
            },
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
            _read_files(note.get("files")),
        )


def _tell_how(option: Option) -> str:
    """How a question is answered."""
    if takes_files(option):
        return "Send it as an answer to this message."
    if option.required:
        return "Answer this message."
    return f"Answer this message, with {NOTHING} for nothing."


def _read_files(facts: Json) -> dict[str, Sequence[Attachment]]:
    found: dict[str, Sequence[Attachment]] = {}
    for name, files in (facts if isinstance(facts, Mapping) else {}).items():
        rows = files if isinstance(files, list) else []
        found[name] = tuple(
            Attachment(Path(str(path)), str(label), int(str(size)))
            for path, label, size in (row for row in rows if isinstance(row, list))
        )
    return found


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
