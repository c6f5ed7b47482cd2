"""/help shows every command with its options and examples, from the catalogue."""

import re

import pytest

from core.calls import Entry, may_use
from core.options import Kind
from core.screens import LONGEST_ACTION
from tests.bot.chatting import Chat, buttons_of
from tests.fakes_people import Someone

ANNA = Someone("anna")


@pytest.fixture
def chat() -> Chat:
    return Chat()


def for_anna(chat: Chat) -> list[Entry]:
    """The commands that anyone may use."""
    entries = [command.entry for command in chat.desk.commands]
    return [entry for entry in entries if may_use(entry, ANNA.here)]


async def test_lists_every_command_with_its_button(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "help")
    names = [f"/{entry.name}" for entry in for_anna(chat)]
    assert [line.split(" – ")[0] for line in reply.lines] == names
    assert [button.label for button in buttons_of(reply)] == names
    assert len(reply.buttons) <= 5 and reply.alone


async def test_every_topic_has_a_summary_its_options_and_examples(chat: Chat) -> None:
    everything = await chat.say(ANNA.here, "help")
    for entry, button in zip(for_anna(chat), buttons_of(everything), strict=True):
        topic = await chat.press(ANNA.here, button)
        assert topic.title == f"/{entry.name}" and topic.text == f"{entry.summary}."
        assert entry.examples and len(button.action.encode()) <= LONGEST_ACTION
        for option in entry.options:
            assert any(line.startswith(f"{option.name}: ") for line in topic.lines)
        assert topic.lines[-1] == f"Example: {entry.examples[-1]}"
        assert (await chat.tap(ANNA.here, topic, "All commands")).lines == everything.lines


async def test_options_are_told_with_what_they_take(chat: Chat) -> None:
    lines = (await chat.say(ANNA.here, "help", topic="mixtape")).lines
    assert "crossfade: How long neighbours overlap (0 to 30 seconds; usually 6)" in lines
    assert "order: The order of the tracks (given, name or shuffle; usually given)" in lines
    assert "video: Make an MP4 too (yes or no)" in lines
    assert "title: What to call it" in lines


@pytest.mark.parametrize("topic", ["/Tray", "tray", " TRAY "])
async def test_a_topic_is_found_as_people_write_it(chat: Chat, topic: str) -> None:
    assert (await chat.say(ANNA.here, "help", topic=topic)).title == "/tray"


async def test_an_unknown_topic_names_the_known_ones(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "help", topic="dance")
    assert reply.text.startswith("There is no command “dance”. There are: /mixtape, /tray,")


async def test_completes_topics(chat: Chat) -> None:
    assert await chat.suggest(ANNA.here, "help", "topic", "/connect") == ["connect", "disconnect"]


async def test_the_menu_fits_on_every_platform(chat: Chat) -> None:
    """Discord's limits are the narrower ones, but for names, which Telegram wants plain."""
    for command in chat.desk.commands:
        entry = command.entry
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", entry.name)
        assert 3 <= len(entry.summary) <= 100 and len(entry.menu) <= 32
        assert len(entry.options) + 9 * any(each.kind is Kind.FILES for each in entry.options) <= 25
        for option in entry.options:
            assert re.fullmatch(r"[a-z][a-z-]{0,31}", option.name)
            assert 3 <= len(option.summary) <= 100 and len(option.choices) <= 25
