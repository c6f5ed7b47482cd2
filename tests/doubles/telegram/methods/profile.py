"""What the bot tells of itself: commands in scopes and languages, name, descriptions, the menu."""

import re

from tests.doubles.telegram.bots import scope_key
from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.incoming import Incoming
from tests.doubles.telegram.refusals import bad_request
from tests.doubles.telegram.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MOST_COMMANDS = 100
_LENGTHS = {"name": 64, "description": 512, "short_description": 120}


async def set_my_commands(world: World, incoming: Incoming) -> object:
    commands = [_read_command(each) for each in incoming.things("commands")]
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.bot.commands[_key(world, incoming)] = commands
    world.changed()
    return True


async def get_my_commands(world: World, incoming: Incoming) -> object:
    return world.bot.commands.get(_key(world, incoming), [])


async def delete_my_commands(world: World, incoming: Incoming) -> object:
    world.bot.commands.pop(_key(world, incoming), None)
    world.changed()
    return True


async def set_text(world: World, incoming: Incoming) -> object:
    """setMyName, setMyDescription and setMyShortDescription."""
    what = _what(incoming)
    word = incoming.text(what)
    if len(word) > _LENGTHS[what]:
        raise bad_request(f"bot {what.replace('_', ' ')} is too long")
    world.bot.texts[what, incoming.text("language_code")] = word
    return True


async def get_text(world: World, incoming: Incoming) -> object:
    what = _what(incoming)
    word = world.bot.texts.get((what, incoming.text("language_code")))
    default = world.bot.texts.get((what, ""))
    named = world.bot.user.first_name if what == "name" else ""
    return {what: word or default or named}


async def set_menu_button(world: World, incoming: Incoming) -> object:
    world.bot.buttons[incoming.integer("chat_id")] = incoming.thing("menu_button")
    return True


async def get_menu_button(world: World, incoming: Incoming) -> object:
    default = world.bot.buttons.get(0, {"type": "commands"})
    return world.bot.buttons.get(incoming.integer("chat_id"), default)


def _read_command(each: object) -> Json:
    if not isinstance(each, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    command, description = str(each["command"]).strip(), str(each["description"]).strip()
    command = command.removeprefix("/")
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > 32:
        raise bad_request("command length must not exceed 32")
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    return {"command": command, "description": description}


def _key(world: World, incoming: Incoming) -> tuple[str, str]:
    scope = incoming.thing("scope")
    if "chat_id" in scope:
        scope["chat_id"] = world.find_chat(str(scope["chat_id"])).id
    language = incoming.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return scope_key(scope), language


def _what(incoming: Incoming) -> str:
    words = re.findall(r"[A-Z][a-z]+", incoming.method)[1:]
    return "_".join(words).lower()


METHODS = {
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": set_text,
    "getMyName": get_text,
    "setMyDescription": set_text,
    "getMyDescription": get_text,
    "setMyShortDescription": set_text,
    "getMyShortDescription": get_text,
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
}
