"""Settings: their sources, their example file, and what is said when one is wrong."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings, list_operators, list_secrets, load, variable
from core.errors import UserError

EXAMPLE = Path(__file__).parents[2] / "config" / "tapedeck.example.toml"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read_example() -> dict[str, tuple[str, str, object]]:
    """Each setting of the example: its description, its variable and its value."""
    found = {}
    for block in EXAMPLE.read_text().split("\n\n")[1:]:
        *comments, line = block.strip().splitlines()
        words = " ".join(comment.removeprefix("# ") for comment in comments)
        text = re.fullmatch(r"(.*) \[(\w+)\]", words)
        assert text is not None, block
        ((name, value),) = tomllib.loads(line.removeprefix("# ")).items()
        found[name] = (text[1], text[2], value)
    return found


def _as_written(default: object) -> object:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return str(default) if isinstance(default, Path) else default


def test_the_example_and_the_code_say_the_same() -> None:
    code = {
        name: (
            field.description,
            variable(name),
            _as_written(field.default),
        )
        for name, field in Settings.model_fields.items()
    }
    assert read_example() == code


def test_the_example_is_valid_when_it_is_all_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = EXAMPLE.read_text().splitlines()
    settings = [line[2:] for line in lines if re.match(r"# \w+ = ", line)]
    Path("tapedeck.toml").write_text("\n".join(settings))
    assert load().port == 8321


def test_the_environment_beats_env_file_beats_toml_beats_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("tapedeck.toml").write_text('port = 1\nslots = 1\nhost = "h"')
    Path(".env").write_text("TAPEDECK_PORT=2\nTAPEDECK_SLOTS=2\nOTHER=1\n")
    monkeypatch.setenv("TAPEDECK_PORT", "3")
    settings = load()
    assert (settings.port, settings.slots, settings.host) == (3, 2, "h")
    assert settings.retention_hours == 72


def test_the_toml_file_may_be_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").write_text("port = 99")
    monkeypatch.setenv("TAPEDECK_CONFIG", str(tmp_path / "mine.toml"))
    assert load().port == 99


def test_slots_are_the_cores_unless_set() -> None:
    assert load().slots >= 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "PORT",
            "abc",
            "The setting TAPEDECK_PORT must be a whole number from 0 to 65535, not “abc”.",
        ),
        (
            "PORT",
            "70000",
            "The setting TAPEDECK_PORT must be a whole number from 0 to 65535, not “70000”.",
        ),
        (
            "LOG_LEVEL",
            "loud",
            "The setting TAPEDECK_LOG_LEVEL must be debug, info, warning or error, not “loud”.",
        ),
        (
            "PUBLIC_URL",
            "example.org",
            "The setting TAPEDECK_PUBLIC_URL must be empty, or an address that begins with "
            "http:// or https://, not “example.org”.",
        ),
        (
            "DISCORD_MESSAGE_CONTENT",
            "perhaps",
            "The setting TAPEDECK_DISCORD_MESSAGE_CONTENT must be true or false, not “perhaps”.",
        ),
        (
            "TELEGRAM_API",
            "localhost:8081",
            "The setting TAPEDECK_TELEGRAM_API must be empty, or an address that begins with "
            "http:// or https://, not “localhost:8081”.",
        ),
        (
            "TELEGRAM_WEBHOOK",
            "true",
            "The setting TAPEDECK_TELEGRAM_WEBHOOK needs TAPEDECK_PUBLIC_URL to be an address "
            "that begins with https:// and leads here.",
        ),
        (
            "OPERATORS",
            "discord:1, anna",
            "The setting TAPEDECK_OPERATORS must be identities such as discord:123, with commas "
            "between, not “discord:1, anna”.",
        ),
        (
            "CONFIG",
            "gone.toml",
            "The settings file gone.toml is not there: mend TAPEDECK_CONFIG.",
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"TAPEDECK_{name}", value)
    with pytest.raises(UserError) as raised:
        load()
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("name", "value"), [("SECRET", "hunter2"), ("DATABASE_URL", "mysql://me:hunter2@there/x")]
)
def test_a_wrong_secret_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"TAPEDECK_{name}", value)
    with pytest.raises(UserError, match=f"TAPEDECK_{name} must be") as raised:
        load()
    assert "hunter2" not in str(raised.value)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SECRET": "s" * 40,
        "DISCORD_TOKEN": "hunter2",
        "TELEGRAM_TOKEN": "hunter3",
        "ANTHROPIC_KEY": "hunter4",
        "ELEVENLABS_KEY": "hunter5",
        "GEMINI_KEY": "hunter6",
        "SUNOLIKE_KEY": "hunter7",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"TAPEDECK_{name}", value)
    settings = load()
    assert settings.telegram_token.get_secret_value() == "hunter3"
    for shown in (repr(settings), str(settings), settings.model_dump_json(exclude={"secret"})):
        assert "ssss" not in shown
        assert "hunter" not in shown
    assert set(list_secrets(settings)) == set(given.values())


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("anthropic_url", "api.anthropic.com", "an address that begins with http"),
        ("sunolike_url", "ftp://music", "an address that begins with http"),
        ("soundtrack_cents", "-1", "a number from 0 to 100000"),
        ("lyria_cents", "cheap", "a number from 0 to 100000"),
    ],
)
def test_wrong_addresses_and_prices_are_told(
    name: str, value: str, right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable(name), value)
    with pytest.raises(UserError, match=f"{variable(name)} must be .*{right}"):
        load()


def test_operators_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list_operators(load()) == ()
    monkeypatch.setenv("TAPEDECK_OPERATORS", " discord:1 ,telegram:2,")
    assert list_operators(load()) == ("discord:1", "telegram:2")


def test_a_broken_file_is_told() -> None:
    Path("tapedeck.toml").write_text("port = ")
    with pytest.raises(UserError, match="is not valid TOML"):
        load()


def test_a_misspelt_line_in_the_file_is_told() -> None:
    Path("tapedeck.toml").write_text("prot = 1")
    with pytest.raises(UserError, match=r"no setting TAPEDECK_PROT\. Did you mean TAPEDECK_PORT"):
        load()


def test_a_misspelt_line_in_the_env_file_is_told() -> None:
    Path(".env").write_text("TAPEDECK_PROT=1")
    with pytest.raises(UserError, match="no setting TAPEDECK_PROT"):
        load()


def test_other_names_in_the_environment_are_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPEDECK_SLOT", "1")
    monkeypatch.setenv("TAPEDECK_BENCH_MUSIC", "/music")
    assert load().port == 8321


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        load().port = 1
