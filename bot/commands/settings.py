"""/settings: what a person usually wants, and for those who manage a server, its rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.buttons import outdated, read_owned
from bot.screens.settings import (
    CHANNEL_IDS,
    ROLE_IDS,
    ask_mixing,
    ask_results,
    ask_rule,
    language_option,
    may_rule,
    show_server,
    show_settings,
)
from bot.words import Say, Words
from core.calls import Asker, Call, Entry, Press
from core.errors import UserError
from core.names import PersonId
from core.options import Option, Value
from core.ports import People, Servers
from core.preferences import HANDING, LANGUAGE, MIXING, as_text, personal, read_texts
from core.rules import CHANNELS, EACH, ROLES, TOGETHER, read_ids, write_ids
from core.screens import Reply

_OWN = (*MIXING, *HANDING)
_RULES = (CHANNEL_IDS, ROLE_IDS, *TOGETHER, *EACH)


@dataclass(frozen=True, slots=True)
class SettingsCommand:
    people: People
    servers: Servers
    words: Words

    @property
    def entry(self) -> Entry:
        return Entry(
            name="settings",
            summary="What you usually want, and the rules of a server",
            options=personal((*_OWN, self._language, *_RULES)),
            examples=(
                "/settings",
                "/settings crossfade: 8, where: dm",
                "/settings person-jobs: 2 for those who manage a server",
            ),
            alone=True,
        )

    async def run(self, call: Call) -> Reply:
        said = {name: value for name, value in call.values.items() if value is not None}
        rules = {name: said.pop(name) for name in [each.name for each in _RULES] if name in said}
        asker, say = call.asker, self.words.to(call.asker.language)
        if rules:
            _require_manager(asker, say)
            _require_whole(rules, say)
        if said:
            own = read_texts((*_OWN, self._language), said)
            await self._keep(call.person, own)
            say = self._speak(own, say)
        if rules:
            await self._rule(asker.server, rules)
            return await self._show_server(call.person, asker, say, saved=True, edits=False)
        return await self._show(call.person, asker, say, saved=bool(said), edits=False)

    async def press(self, press: Press) -> Reply:
        say = self.words.to(press.asker.language)
        if read_owned(press, say):
            raise outdated(say)
        match press.action:
            case "show":
                return await self._show(press.person, press.asker, say)
            case "mixing" | "results":
                return await self._change(press, say)
            case "reset":
                await self._keep(press.person, {}, all_of=(*_OWN, self._language))
                return await self._show(press.person, press.asker, say, saved=True)
            case "server" | "channel" | "channels" | "roles" | "together" | "each":
                _require_manager(press.asker, say)
                return await self._change_server(press, say)
        raise outdated(say)

    @property
    def _language(self) -> Option:
        return language_option(self.words.languages)

    def _speak(self, own: Mapping[str, str], say: Say) -> Say:
        """The words after a change, which may be one of language."""
        return self.words.to(own[LANGUAGE]) if LANGUAGE in own else say

    async def _change(self, press: Press, say: Say) -> Reply:
        settings = await self.people.settings(press.person)
        options: tuple[Option, ...] = MIXING
        if press.action == "results":
            options = (*HANDING, self._language)
        if press.given is None:
            if press.action == "mixing":
                return ask_mixing(settings, press.person, say)
            return ask_results(settings, press.person, say, languages=self.words.languages)
        own = read_texts(options, press.given)
        await self._keep(press.person, own, all_of=options)
        return await self._show(press.person, press.asker, self._speak(own, say), saved=True)

    async def _change_server(self, press: Press, say: Say) -> Reply:
        asker, action = press.asker, press.action
        if action == "server":
            return await self._show_server(press.person, asker, say)
        rules = await self.servers.rules(asker.server)
        if action == "channel":
            before = frozenset(read_ids(rules.get(CHANNELS, "")))
            after = before ^ {asker.channel}
            await self.servers.set(asker.server, CHANNELS, write_ids(after))
        elif press.given is None:
            return ask_rule(action, rules, press.person, say)
        else:
            fields = {
                "channels": (CHANNEL_IDS,),
                "roles": (ROLE_IDS,),
                "together": TOGETHER,
                "each": EACH,
            }[action]
            texts = read_texts(fields, press.given)
            rulings = {each.name: texts.get(each.name) for each in fields}
            _require_whole(rulings, say)
            await self._rule(asker.server, rulings)
        return await self._show_server(press.person, asker, say, saved=True)

    async def _keep(
        self, person: PersonId, own: Mapping[str, str], *, all_of: Sequence[Option] = ()
    ) -> None:
        """Keep settings; those of `all_of` that say nothing are forgotten."""
        names = dict.fromkeys([*own, *(option.name for option in all_of)])
        for name in names:
            await self.people.set(person, name, own.get(name))

    async def _rule(self, server: str, rules: Mapping[str, Value]) -> None:
        for name, value in rules.items():
            text = "" if value is None else as_text(value)
            if name in (CHANNELS, ROLES):
                await self.servers.set(server, name, write_ids(read_ids(text)))
            else:
                await self.servers.set(server, name, None if text in ("", "0") else text)

    async def _show(
        self, person: PersonId, asker: Asker, say: Say, *, saved: bool = False, edits: bool = True
    ) -> Reply:
        settings = await self.people.settings(person)
        note = say("settings-saved") if saved else ""
        return show_settings(settings, person, asker, say, note=note, edits=edits)

    async def _show_server(
        self, person: PersonId, asker: Asker, say: Say, *, saved: bool = False, edits: bool = True
    ) -> Reply:
        rules = await self.servers.rules(asker.server)
        note = say("settings-saved") if saved else ""
        return show_server(rules, person, asker, say, note=note, edits=edits)


def _require_manager(asker: Asker, say: Say) -> None:
    if not asker.server:
        raise UserError(say("server-none"))
    if not may_rule(asker):
        raise UserError(say("server-managers-only"))


def _require_whole(rules: Mapping[str, Value], say: Say) -> None:
    """Raise `UserError` for a limit such as 1.5 jobs."""
    for option in (*TOGETHER, *EACH):
        value = rules.get(option.name)
        if value is not None and not as_text(value).isdecimal():
            raise UserError(say("server-whole", name=option.name, value=as_text(value)))
