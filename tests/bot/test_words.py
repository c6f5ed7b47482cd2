"""All texts are there, each with the facts it needs, and another language is a file."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.commands.mixtape import Mixtape
from bot.words import TEXTS, Words
from core.names import JobId
from tests.bot.chatting import Chat
from tests.fakes_people import Someone, sound

BOT = Path(__file__).parents[2] / "bot"
NOT_FACTS = {"default"}


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 fluent's name
        self.names.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802 fluent's name
        self.messages.add(node.id.name)


def texts() -> dict[str, set[str]]:
    """The keys of the English file, with the facts that each names."""
    found, others = {}, {}
    resource = FluentParser().parse((TEXTS / "en.ftl").read_text("utf-8"))
    assert not [entry for entry in resource.body if isinstance(entry, ftl.Junk)]
    for entry in resource.body:
        if isinstance(entry, ftl.Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice"
            seen = _Variables()
            seen.visit(entry)
            found[entry.id.name], others[entry.id.name] = seen.names, seen.messages
    return {
        key: names.union(*(found[each] for each in others[key])) for key, names in found.items()
    }


def uses() -> Iterator[tuple[str, set[str], str]]:
    """Every text that the code asks for: its key, the facts that go along, and where."""
    for file in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_say(node.func) and node.args:
                facts = {each.arg for each in node.keywords if each.arg}
                for key in _keys(node.args[0]):
                    yield key, facts, f"{file.name}:{node.lineno}"


def _is_say(function: ast.expr) -> bool:
    """`say(...)`, or `self._say(asker)(...)`."""
    if isinstance(function, ast.Call) and isinstance(function.func, ast.Attribute):
        return function.func.attr == "_say"
    return isinstance(function, ast.Name) and function.id == "say"


def _keys(argument: ast.expr) -> Iterator[str]:
    """The texts in an argument: one, or one of two."""
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    if isinstance(argument, ast.IfExp):
        yield from _keys(argument.body)
        yield from _keys(argument.orelse)


def named_in_code() -> set[str]:
    """All that could be a key: keys are also handed on in tables."""
    return {
        node.value
        for file in BOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_text_that_is_asked_for_is_there_with_its_facts() -> None:
    known = texts()
    asked = list(uses())
    assert len(asked) > 30
    for key, facts, where in asked:
        assert key in known, f"{where}: {key} is not in en.ftl"
        assert facts == known[key], f"{where}: {key} needs {known[key]}, gets {facts}"


def test_every_text_that_is_there_is_used() -> None:
    used = named_in_code()
    inner = {name for key in texts() for name in [key] if name == "tracks"}
    assert not sorted(texts().keys() - used - inner)


def test_another_language_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").write_text((TEXTS / "en.ftl").read_text("utf-8"), "utf-8")
    (tmp_path / "de.ftl").write_text(
        "button-mix = Mischen\n"
        "mixing = { $count ->\n [one] Ein Stück\n *[other] { $count } Stücke\n } im Mix.\n"
        "entry-mixtape = Stücke zu einem MP3 mischen\n    .title = Wie es heißt\n",
        "utf-8",
    )
    words = Words(tmp_path)
    assert words.languages == ("en", "de")
    german = words.to("de-AT")
    assert german("button-mix") == "Mischen" and german("mixing", count=3) == "3 Stücke im Mix."
    assert german("button-clear") == "Clear"
    entry = german.entry(Mixtape.entry)
    assert entry.summary == "Stücke zu einem MP3 mischen"
    summaries = {option.name: option.summary for option in entry.options}
    assert summaries["title"] == "Wie es heißt"
    assert summaries["cover"] == "A picture for the cover"
    assert words.to("en").entry(Mixtape.entry) == Mixtape.entry


@pytest.mark.parametrize("tag", ["", "fr", "xx-YY", "../en", "en_GB"])
def test_an_unknown_language_is_english(tag: str) -> None:
    assert Words().to(tag).language == "en"


def test_a_missing_text_is_an_error() -> None:
    with pytest.raises(KeyError, match="no-such-text"):
        Words()("no-such-text")


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(ValueError, match="mixing"):
        Words()("mixing", "en")


def test_a_text_that_a_translator_broke_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").write_text("left = { $count } left\n", "utf-8")
    (tmp_path / "de.ftl").write_text("left = noch { $coutn }\n", "utf-8")
    assert Words(tmp_path)("left", "de", count=2) == "2 left"


async def test_people_hear_the_language_of_their_chat_or_of_their_choice(tmp_path: Path) -> None:
    (tmp_path / "en.ftl").write_text((TEXTS / "en.ftl").read_text("utf-8"), "utf-8")
    (tmp_path / "de.ftl").write_text(
        "jobs-none = Gerade wird nichts gemacht.\nlanguage-name = Deutsch\n"
        "settings-saved = Gemerkt.\nstage-mixing = am Mischen\nprogress-next = Gleich dran\n"
        "entry-jobs = Was gerade gemacht wird\n",
        "utf-8",
    )
    anna, chat = Someone("anna"), Chat(words=Words(tmp_path))
    german = replace(anna.here, language="de-DE")
    assert (await chat.say(german, "jobs")).text == "Gerade wird nichts gemacht."
    assert (await chat.say(anna.here, "jobs")).text.startswith("Nothing is being made")
    saved = await chat.say(anna.here, "settings", language="de")
    assert saved.text == "Gemerkt." and saved.lines[-1] == "Language: Deutsch"
    assert "/jobs – Was gerade gemacht wird" in (await chat.say(anna.here, "help")).lines
    mixing = await chat.say(anna.here, "mixtape", tracks=[sound("a.mp3")])
    job = await chat.jobs.find(mixing.job or JobId(""), person=None)
    assert (await chat.desk.show_progress(job)).text == "Gleich dran"
    running = chat.jobs.run(job.id, "mixing", 42.0)
    assert (await chat.desk.show_progress(running)).text.endswith("42 %\nAm Mischen")
