"""/help: what there is, and each command with its options and examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.buttons import outdated, owned, read_owned
from bot.words import Say, Words
from core.calls import Asker, Call, Command, Entry, Press, may_use
from core.errors import UserError
from core.names import PersonId
from core.options import Kind, Option
from core.screens import Button, Reply

_ROW = 4


@dataclass(frozen=True, slots=True)
class Help:
    """`commands` are all the others."""

    commands: Sequence[Command]
    words: Words

    entry: ClassVar[Entry] = Entry(
        name="help",
        summary="What I can do, with examples",
        options=(
            Option(
                name="topic",
                kind=Kind.TEXT,
                summary="A command to hear more about",
                most=40,
                suggests=True,
            ),
        ),
        examples=("/help", "/help topic: mixtape"),
        alone=True,
    )

    async def run(self, call: Call) -> Reply:
        say = self.words.to(call.asker.language)
        topic = call.values["topic"]
        if isinstance(topic, str):
            return self._show_topic(topic, call.person, call.asker, say, edits=False)
        return self._show_all(call.person, call.asker, say, edits=False)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        match press.action, read_owned(press, say):
            case "all", []:
                return self._show_all(press.person, press.asker, say, edits=True)
            case "topic", [topic]:
                return self._show_topic(topic, press.person, press.asker, say, edits=True)
        raise outdated(say)

    async def suggest(
        self,
        option: str,
        typed: str,
        person: PersonId,  # noqa: ARG002 - commands are the same for all
    ) -> Sequence[str]:
        if option != "topic":
            return []
        wanted = typed.strip().lstrip("/").casefold()
        names = [command.entry.name for command in (*self.commands, self)]
        return [name for name in names if wanted in name]

    def _entries(self, asker: Asker, say: Say) -> list[Entry]:
        entries = [command.entry for command in (*self.commands, self)]
        return [say.entry(entry) for entry in entries if may_use(entry, asker)]

    def _show_all(self, person: PersonId, asker: Asker, say: Say, *, edits: bool) -> Reply:
        entries = self._entries(asker, say)
        topics = [
            Button(f"/{entry.name}", owned(person, "help.topic", entry.name)) for entry in entries
        ]
        return Reply(
            say("help-intro"),
            title=say("help-title"),
            lines=tuple(f"/{entry.name} – {entry.summary}" for entry in entries),
            buttons=tuple(tuple(topics[at : at + _ROW]) for at in range(0, len(topics), _ROW)),
            slot="help",
            edits=edits,
            alone=True,
        )

    def _show_topic(
        self, topic: str, person: PersonId, asker: Asker, say: Say, *, edits: bool
    ) -> Reply:
        name = topic.strip().lstrip("/").casefold()
        entries = {entry.name: entry for entry in self._entries(asker, say)}
        if name not in entries:
            known = ", ".join(f"/{each}" for each in entries)
            raise UserError(say("help-unknown", topic=topic[:40], known=known))
        entry = entries[name]
        options = [describe_option(option, say) for option in entry.options]
        examples = [say("help-example", example=example) for example in entry.examples]
        back = Button(say("button-all-commands"), owned(person, "help.all"))
        return Reply(
            f"{entry.summary}.",
            title=f"/{entry.name}",
            lines=(*options, *examples),
            buttons=((back,),),
            slot="help",
            edits=edits,
            alone=True,
        )


def describe_option(option: Option, say: Say) -> str:
    """`crossfade: How long neighbours overlap (0 to 30 seconds; usually 6)`."""
    facts = []
    if option.choices:
        facts.append(_name_choices(option.choices, say))
    elif option.kind is Kind.NUMBER and option.least is not None and option.most is not None:
        least, most = f"{option.least:.12g}", f"{option.most:.12g}"
        facts.append(say("help-range", least=least, most=most, unit=option.unit).strip())
    elif option.kind is Kind.FLAG:
        facts.append(say("help-flag"))
    if option.default not in (None, "", False, True):
        shown = f"{option.default:g}" if isinstance(option.default, float) else str(option.default)
        facts.append(say("help-default", default=shown))
    about = f" ({'; '.join(facts)})" if facts else ""
    return f"{option.name}: {option.summary}{about}"


def _name_choices(choices: Sequence[str], say: Say) -> str:
    *first, last = choices
    return say("list-or", first=", ".join(first), last=last) if first else last
