"""The settings of a person, and the rules of a server for those who manage it."""

from collections.abc import Collection, Mapping

from bot.buttons import owned
from bot.words import Say
from core.calls import Asker
from core.mixtape import CROSSFADE, LOUDNESS, ORDER, PRIVATE, VIDEO, WHERE
from core.names import PersonId
from core.options import Kind, Option, Value, read_values
from core.preferences import DELIVERY, HANDING, LANGUAGE, MIXING, as_text, personal
from core.rules import CHANNELS, EACH, ROLES, TOGETHER, read_ids
from core.screens import Button, Form, Reply

_SHOWN = (CROSSFADE, ORDER, LOUDNESS, VIDEO, WHERE, PRIVATE, DELIVERY)


def language_option(languages: tuple[str, ...]) -> Option:
    return Option(
        name=LANGUAGE,
        kind=Kind.CHOICE,
        summary="The language that I speak with you",
        choices=languages,
    )


ROLE_IDS = Option(
    name=ROLES,
    kind=Kind.TEXT,
    summary="Roles that may use me, as mentions or ids; nothing for everyone",
    most=1000,
)
CHANNEL_IDS = Option(
    name=CHANNELS,
    kind=Kind.TEXT,
    summary="Channels in which I work, as mentions or ids; nothing for all",
    most=1000,
)


def show_settings(
    settings: Mapping[str, str],
    person: PersonId,
    asker: Asker,
    say: Say,
    *,
    note: str = "",
    edits: bool = False,
) -> Reply:
    """A person's own defaults, each with what it means."""
    values = _read(settings)
    lines = [
        say(
            "settings-crossfade",
            crossfade=float(str(values["crossfade"])),
        ),
        say("settings-order", order=str(values["order"])),
        say("settings-loudness", loudness=str(values["loudness"]).lower()),
        say("settings-video", video=as_text(values["video"])),
        say(
            "settings-where",
            where="private" if values["private"] else str(values["where"]),
        ),
        say("settings-delivery", delivery=str(values["delivery"])),
        say("settings-language", language=say("language-name")),
    ]
    buttons = [
        Button(say("button-mixing"), owned(person, "settings.mixing"), opens_form=True),
        Button(say("button-results"), owned(person, "settings.results"), opens_form=True),
        Button(say("button-reset"), owned(person, "settings.reset")),
    ]
    rows = [tuple(buttons)]
    if may_rule(asker):
        rows.append((Button(say("button-server"), owned(person, "settings.server")),))
    return Reply(
        note or say("settings-intro"),
        title=say("settings-title"),
        lines=tuple(lines),
        buttons=tuple(rows),
        slot="settings",
        edits=edits,
        alone=True,
    )


def ask_mixing(settings: Mapping[str, str], person: PersonId, say: Say) -> Reply:
    values = _read(settings)
    return _ask(
        owned(person, "settings.mixing"),
        say("settings-form-mixing"),
        MIXING,
        {option.name: as_text(values[option.name]) for option in MIXING},
    )


def ask_results(
    settings: Mapping[str, str], person: PersonId, say: Say, *, languages: tuple[str, ...]
) -> Reply:
    values = _read(settings)
    options = (*HANDING, language_option(languages))
    texts = {option.name: as_text(values[option.name]) for option in HANDING}
    return _ask(
        owned(person, "settings.results"),
        say("settings-form-results"),
        options,
        {**texts, LANGUAGE: say.language},
    )


def may_rule(asker: Asker) -> bool:
    """Whether somebody may set the rules of the server that they are in."""
    return bool(asker.server) and (asker.manages or asker.operates)


def show_server(
    rules: Mapping[str, str],
    person: PersonId,
    asker: Asker,
    say: Say,
    *,
    note: str = "",
    edits: bool = True,
) -> Reply:
    """A server's rules: where, for whom, how much."""
    places, buttons = _show_places(rules, person, asker, say) if asker.channel else ((), ())
    limits = (
        Button(say("button-together"), owned(person, "settings.together"), opens_form=True),
        Button(say("button-each"), owned(person, "settings.each"), opens_form=True),
        Button(say("button-back"), owned(person, "settings.show")),
    )
    return Reply(
        note or say("server-intro"),
        title=say("server-title"),
        lines=(
            *places,
            *(_say_limit(option, rules, say, whose="together") for option in TOGETHER),
            *(_say_limit(option, rules, say, whose="each") for option in EACH),
        ),
        buttons=(*((buttons,) if buttons else ()), limits),
        slot="settings",
        edits=edits,
        alone=True,
    )


def _show_places(
    rules: Mapping[str, str], person: PersonId, asker: Asker, say: Say
) -> tuple[tuple[str, ...], tuple[Button, ...]]:
    """Where and for whom, on a platform whose servers have channels and roles."""
    channels, roles = read_ids(rules.get(CHANNELS, "")), read_ids(rules.get(ROLES, ""))
    here = "yes" if asker.channel in channels else "no"
    lines = (
        say("server-channels", count=len(channels), here=here),
        say("server-roles", count=len(roles)),
    )
    switch = _name_switch(asker.channel, channels, say)
    buttons = (
        Button(switch, owned(person, "settings.channel")),
        Button(say("button-channels"), owned(person, "settings.channels"), opens_form=True),
        Button(say("button-roles"), owned(person, "settings.roles"), opens_form=True),
    )
    return lines, buttons


def _name_switch(channel: str, allowed: Collection[str], say: Say) -> str:
    """What a press does to a channel. The last one that goes leaves no rule behind."""
    if channel in allowed:
        return say("button-channel-off" if len(allowed) > 1 else "button-channel-all")
    return say("button-channel-too" if allowed else "button-channel-on")


def ask_rule(name: str, rules: Mapping[str, str], person: PersonId, say: Say) -> Reply:
    """A form for one group of a server's rules."""
    options, title = {
        "channels": ((CHANNEL_IDS,), say("button-channels")),
        "roles": ((ROLE_IDS,), say("button-roles")),
        "together": (TOGETHER, say("button-together")),
        "each": (EACH, say("button-each")),
    }[name]
    values = {option.name: rules[option.name] for option in options if rules.get(option.name)}
    return _ask(owned(person, f"settings.{name}"), title, personal(options), values)


def _ask(action: str, title: str, options: tuple[Option, ...], values: Mapping[str, str]) -> Reply:
    return Reply("", form=Form(action=action, title=title, options=options, values=values))


def _say_limit(option: Option, rules: Mapping[str, str], say: Say, *, whose: str) -> str:
    limit = int(rules.get(option.name) or 0)
    what = option.name.removeprefix("person-")
    key = "server-limit-each" if whose == "each" else "server-limit"
    return say(key, what=what, limit=limit)


def _read(settings: Mapping[str, str]) -> dict[str, Value]:
    known = {option.name for option in _SHOWN}
    return read_values(_SHOWN, {name: text for name, text in settings.items() if name in known})
