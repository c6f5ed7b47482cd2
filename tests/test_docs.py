"""The documents say what the code does."""

import argparse
import asyncio
import inspect
import json
import re
import sys
import textwrap
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from bot.__main__ import BUG, INTERRUPTED, MADE, REFUSED, USAGE, build_parser
from bot.terminal.compose import FACTS as PIECE_FACTS
from bot.terminal.compose import as_contract as describe_piece
from bot.terminal.mixtape import as_contract
from bot.terminal.video import FACTS as VIDEO_FACTS
from bot.terminal.video import SEEN
from bot.terminal.video import as_contract as describe_video
from config.settings import Settings, variable
from core.jobs import Job, Json, Outcome, Product, Progress, State
from core.music.moods import MOODS
from core.music.styles import STYLES
from core.names import JobId, PersonId, Place
from tests.bot.chatting import Chat

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
TOY = re.compile(r"`((?:core|bot|tests)/\S+\.py)`:\n\n   ```python\n(.*?)   ```", re.DOTALL)


@pytest.mark.parametrize("document", [*DOCUMENTS, *DECISIONS], ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", document.read_text("utf-8")):
        if not link.startswith("https://"):
            assert (document.parent / link).is_file(), link


@pytest.mark.parametrize("document", [*DOCUMENTS, *DECISIONS], ids=lambda path: path.name)
def test_paths_of_code_exist(document: Path) -> None:
    text = TOY.sub("", document.read_text("utf-8"))
    for path in re.findall(r"`((?:adapters|bot|config|core|docs|storage|tests)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.name)
def test_every_decision_is_linked_and_has_its_shape(decision: Path) -> None:
    assert f"(docs/decisions/{decision.name})" in README
    for part in ("Context", "Decision", "Consequences", "Measured"):
        assert f"**{part}" in decision.read_text("utf-8"), part


def test_every_dependency_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = [re.split(r"[\[<>=~;]", line)[0].strip() for line in wanted]
    table = (ROOT / "docs" / "decisions" / "dependencies.md").read_text("utf-8")
    assert re.findall(r"^\| `([\w.-]+)` \|", table, re.MULTILINE) == names


def test_uv_has_one_version() -> None:
    named = [
        re.findall(r"uv==([\d.]+)", (ROOT / name).read_text("utf-8"))
        for name in ("Makefile", "Dockerfile")
    ]
    assert named[0] == named[1]
    assert len(named[0]) == 1


_TAKEN = {
    "cancel": ("ID",),
    "clip": ("FILE",),
    "download": ("URL",),
    "glasses": ("simulate", "PHOTO"),
}


def subcommands() -> Mapping[str, argparse.ArgumentParser]:
    (action,) = (
        action
        for action in build_parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    choices: Mapping[str, argparse.ArgumentParser] = action.choices
    return choices


def options(parser: argparse.ArgumentParser) -> dict[str, str]:
    """The options that people are told about, with what they take."""
    shown = [
        action
        for action in parser._actions
        if action.option_strings and action.help is not argparse.SUPPRESS
    ]
    return {
        action.option_strings[-1]: str(action.metavar or "|".join(action.choices or ()))
        for action in shown
        if action.dest != "help"
    }


@pytest.mark.parametrize(
    ("command", "head"),
    [("mixtape", "option"), ("compose", "option of `compose`"), ("video", "option of `video`")],
)
def test_the_readme_has_the_options_of_what_makes_music(command: str, head: str) -> None:
    table = README.partition(f"| {head} | | default |\n")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(--[\w-]+) ?([^`]*)` \|", table, re.MULTILINE)
    told = {name: takes.replace("\\|", "|") for name, takes in rows}
    assert told == options(subcommands()[command])


def test_the_readme_names_the_moods_the_styles_and_the_json_of_a_piece() -> None:
    table = README.partition("| option of `compose` | | default |\n")[2].partition("\n\n")[0]
    rows = {row.split("`")[1].split()[0]: row for row in table.splitlines() if "`--" in row}
    assert all(mood in rows["--mood"] for mood in MOODS)
    assert all(style in rows["--style"] for style in STYLES)
    made = describe_piece(ended_job(dict.fromkeys(PIECE_FACTS)))
    assert re.findall(r"`(\w+)`", rows["--json"]) == list(made)


def test_the_readme_names_the_styles_and_the_json_of_a_video() -> None:
    table = README.partition("| option of `video` | | default |\n")[2].partition("\n\n")[0]
    rows = {row.split("`")[1].split()[0]: row for row in table.splitlines() if "`--" in row}
    details = {**dict.fromkeys(VIDEO_FACTS), "scene": dict.fromkeys(SEEN)}
    made = describe_video(ended_job(details))
    assert re.findall(r"`(\w+)`", rows["--json"]) == list(made)


POSITIONAL = {"cancel": ["ID"], "download": ["URL"]}


def test_the_readme_has_the_subcommands_with_their_options() -> None:
    told = dict(re.findall(r"^\| `tapedeck (\w+)([^`]*)` \|", README, re.MULTILINE))
    assert told.keys() == subcommands().keys() - {"mixtape", "compose", "video"}
    for name, words in told.items():
        assert words.replace("\\|", "|").replace("[", "").replace("]", "").split() == [
            *_TAKEN.get(name, ()),
            *(word for pair in options(subcommands()[name]).items() for word in pair if word),
        ]


def test_the_readme_has_the_commands_of_chats() -> None:
    told = re.findall(r"^\| `/([a-z]+)` \|", README, re.MULTILINE)
    assert told == [command.entry.name for command in Chat().desk.commands]


def test_the_readme_has_the_exit_statuses() -> None:
    rows = re.findall(r"^\| (\d+) \|", README, re.MULTILINE)
    assert [int(row) for row in rows] == [MADE, REFUSED, USAGE, BUG, INTERRUPTED]


def test_the_readme_shows_the_json_contract() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    told = json.loads(example)
    made = as_contract(ended_job({name: told[name] for name in told if name not in _FILES}))
    assert {name: type(value) for name, value in told.items()} == {
        name: type(value) for name, value in made.items()
    }


_FILES = {"mp3": "audio", "mp4": "video", "cue": "cue", "description": "description"}
_FILES["recipe"] = "recipe"


def ended_job(details: Mapping[str, Json]) -> Job:
    products = tuple(
        Product(role, f"/x/{name}", f"tape.{name}", 1) for name, role in _FILES.items()
    )
    return Job(
        id=JobId("a"),
        kind="mixtape",
        title="Tape",
        person=PersonId("terminal:a"),
        place=Place("terminal", "/tapes"),
        state=State.DONE,
        progress=Progress("", 100.0),
        created=0.0,
        outcome=Outcome("Ready.", products, details),
    )


def test_settings_that_are_named_exist() -> None:
    known = {variable(name) for name in Settings.model_fields}
    for document in [*DOCUMENTS, *DECISIONS, ROOT / "compose.yaml", ROOT / "Dockerfile"]:
        named = set(re.findall(r"TAPEDECK_[A-Z_]+", document.read_text("utf-8")))
        assert named <= known, document.name


def test_the_command_of_contributing_works(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = TOY.findall(CONTRIBUTING)
    assert len(blocks) == 3
    for path, code in blocks:
        module = ModuleType(path.removesuffix(".py").replace("/", "."))
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(compile(textwrap.dedent(code), path, "exec"), vars(module))  # noqa: S102  our own
    tests = [test for name, test in vars(module).items() if name.startswith("test_")]
    assert len(tests) == 3
    for test in tests:
        assert inspect.iscoroutinefunction(test)
        asyncio.run(test())
