"""What a bot may answer to a call, first and later: callbacks and follow-ups."""

from tests.doubles.discord.calls import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT, Call, Calls
from tests.doubles.discord.permissions import Permission
from tests.doubles.discord.posting import Letter, Posting
from tests.doubles.discord.refusals import Form, Payload, too_many_followups, unknown_message
from tests.doubles.discord.rules.modals import check_modal
from tests.doubles.discord.uploads import Body
from tests.doubles.discord.world import EPHEMERAL, Message, User

REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
MOST_PERSONAL_FOLLOWUPS = 5
_SLASH_REPLY, _MENU_REPLY = 20, 23
_ALLOWED = {
    COMMAND: {REPLY, DEFER, MODAL},
    COMPONENT: {REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {REPLY, DEFER, DEFER_UPDATE, UPDATE},
}


class Answering:
    """The state of each call's answers."""

    def __init__(self, bot: User, calls: Calls, posting: Posting) -> None:
        self._bot = bot
        self._calls = calls
        self._posting = posting

    def answer(self, call: Call, kind: int, data: Payload, upload: Body) -> Message | None:
        """The first answer. Raises `RefusalError`, and then the call is still open."""
        _check_kind(call, kind)
        if kind == REPLY:
            call.original = self._posting.create(self._letter(call, data), data, upload)
            call.messages.append(call.original)
        elif kind == DEFER:
            call.original = self._posting.think(self._letter(call, data))
            call.messages.append(call.original)
        elif kind in (DEFER_UPDATE, UPDATE):
            call.original = call.source
            if kind == UPDATE and call.source is not None:
                self._posting.edit(call.source, data, upload, limit=call.limit)
        elif kind == CHOICES:
            call.choices = _read_choices(data)
        else:
            check_modal(data)
            call.modal = data
        self._calls.acknowledge(call, kind)
        return call.original

    def follow(self, call: Call, data: Payload, upload: Body) -> Message:
        """A further message; the first after a deferral takes the loading message's place."""
        original = call.original
        if call.acked == DEFER and original is not None and _waits(original):
            return self._posting.fill(original, data, upload, limit=call.limit)
        if call.is_personal and call.followups >= MOST_PERSONAL_FOLLOWUPS:
            raise too_many_followups()
        message = self._posting.create(self._letter(call, data), data, upload)
        call.followups += 1
        call.messages.append(message)
        return message

    def find(self, call: Call, message_id: str) -> Message:
        """One of the call's own messages. Raises `RefusalError` 10008 for all others."""
        if message_id == "@original":
            message = call.original
        else:
            message = next((each for each in call.messages if each.id == message_id), None)
        if message is None or message.deleted:
            raise unknown_message()
        return message

    def _letter(self, call: Call, data: Payload) -> Letter:
        hidden = bool((data.get("flags") or 0) & EPHEMERAL) or self._must_hide(call)
        if call.kind != COMMAND:
            kind = 0
        else:
            kind = _SLASH_REPLY if call.data.get("type") == 1 else _MENU_REPLY
        return Letter(
            author=self._bot,
            channel=call.channel,
            limit=call.limit,
            kind=kind,
            origin=call.origin,
            only_for=call.user if hidden else None,
        )

    def _must_hide(self, call: Call) -> bool:
        """A personal app speaks aloud only where its person may use apps from outside."""
        if call.channel.guild is None or not call.is_personal:
            return False
        return not call.channel.may(call.user, Permission.USE_EXTERNAL_APPS)


def _waits(original: Message) -> bool:
    """A place that is still to be filled; one that the bot deleted is not."""
    return original.is_loading and not original.deleted


def _check_kind(call: Call, kind: int) -> None:
    allowed = _ALLOWED[call.kind]
    if call.source is None:
        allowed = allowed - {DEFER_UPDATE, UPDATE}
    if kind not in allowed:
        form = Form()
        form.wrong("type", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed)}.")
        form.finish()


def _read_choices(data: Payload) -> list[Payload]:
    choices: list[Payload] = data.get("choices") or []
    form = Form()
    form.count("data.choices", choices, 25)
    for index, choice in enumerate(choices):
        form.length(f"data.choices.{index}.name", choice.get("name"), 100, least=1)
        if isinstance(choice.get("value"), str):
            form.length(f"data.choices.{index}.value", choice["value"], 100)
    form.finish()
    return choices


def answer_payload(call: Call, message: Payload | None) -> Payload:
    """What `with_response=true` answers."""
    interaction: Payload = {"id": call.id, "type": call.kind, "channel_id": call.channel.id}
    if call.channel.guild is not None:
        interaction["guild_id"] = call.channel.guild.id
    if message is None or call.original is None:
        return {"interaction": interaction}
    interaction |= {
        "response_message_id": call.original.id,
        "response_message_loading": call.original.is_loading,
        "response_message_ephemeral": call.original.only_for is not None,
    }  # fmt: skip
    if call.acked not in (REPLY, UPDATE):
        return {"interaction": interaction}
    return {"interaction": interaction, "resource": {"type": call.acked, "message": message}}
