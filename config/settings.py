"""What the operator may set, where it is read from, and what is said when it is wrong."""

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import UserError

PREFIX = "TAPEDECK_"
SECRETS = frozenset(
    {
        "secret",
        "database_url",
        "discord_token",
        "telegram_token",
        "anthropic_key",
        "elevenlabs_key",
        "gemini_key",
        "sunolike_key",
    }
)
_ADDRESSES = ("public_url", "telegram_api", "anthropic_url", "elevenlabs_url", "gemini_url",
              "sunolike_url")  # fmt: skip


_IDENTITY = re.compile(r"[a-z]+:\S+")


def _whole(default: int, low: int, high: int, words: str) -> Any:  # Field() itself is Any
    return Field(
        default=default,
        ge=low,
        le=high,
        description=words,
        json_schema_extra={"right": f"a whole number from {low} to {high}"},
    )


def _text(default: str, words: str, *, right: str = "text", secret: bool = False) -> Any:
    return Field(
        default=default,
        description=words,
        json_schema_extra={"right": right},
        repr=not secret,
    )


def _flag(words: str, *, default: bool = False) -> Any:
    return Field(default=default, description=words, json_schema_extra={"right": "true or false"})


def _token(words: str, *, right: str = "the token alone") -> Any:
    return Field(default=SecretStr(""), description=words, json_schema_extra={"right": right})


def _key(words: str) -> Any:
    return _token(words, right="the key alone")


def _address(words: str) -> Any:
    return _text("", words, right="empty, or an address that begins with http:// or https://")


def _cents(words: str) -> Any:
    return Field(
        default=0.0,
        ge=0,
        le=100_000,
        description=words,
        json_schema_extra={"right": "a number from 0 to 100000"},
    )


class Settings(BaseSettings):
    """All settings. Environment beats `.env` beats the TOML file beats these defaults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data: Annotated[
        Path,
        Field(
            description="The folder for everything that is kept: database, files, log.",
            json_schema_extra={"right": "a folder"},
        ),
    ] = Path("data")
    database_url: str = _text(
        "",
        "Where records are kept: empty for SQLite in the data folder, or a PostgreSQL address "
        "such as postgresql://user:password@host/name.",
        right="empty, or an address that begins with postgresql://",
        secret=True,
    )
    host: str = _text("127.0.0.1", "The address that the local chat and the sidecar listen on.")
    port: int = _whole(8321, 0, 65535, "The port that they listen on; 0 takes any free one.")
    public_url: str = _text(
        "",
        "How people reach the sidecar from outside, for links; empty means host and port.",
        right="empty, or an address that begins with http:// or https://",
    )
    host_names: str = _text(
        "",
        "Further host names that the sidecar answers to, with commas between; loopback names, "
        "`host` and the name in `public_url` always work.",
    )
    discord_token: SecretStr = _token(
        "The bot token from Discord's developer portal; empty leaves Discord out."
    )
    discord_message_content: bool = _flag(
        "Whether to read files that people post on Discord servers without a command; the message "
        "content intent must then be switched on in Discord's developer portal, too.",
    )
    telegram_token: SecretStr = _token(
        "The bot token from Telegram's @BotFather; empty leaves Telegram out."
    )
    telegram_webhook: bool = _flag(
        "Whether Telegram sends its news to `public_url`, which must then begin with https://; "
        "otherwise they are fetched.",
    )
    telegram_api: str = _text(
        "",
        "The address of a Bot API server of your own, which takes larger files; empty means "
        "Telegram's.",
        right="empty, or an address that begins with http:// or https://",
    )
    telegram_api_folder: str = _text(
        "",
        "Where that server keeps its files when it runs with --local: then files of up to 2,000 MB "
        "go in and out.",
        right="empty, or a folder",
    )
    anthropic_key: SecretStr = _key(
        "The key for Claude from Anthropic's console; empty leaves Claude out."
    )
    claude_model: str = _text("claude-haiku-5-5", "Which Claude looks at photos.")
    anthropic_url: str = _address("Where Claude is reached; empty means Anthropic's own address.")
    elevenlabs_key: SecretStr = _key("The key for ElevenLabs Music; empty leaves it out.")
    elevenlabs_url: str = _address("Where ElevenLabs is reached; empty means its own address.")
    elevenlabs_cents: float = _cents(
        "What a minute of its music costs by your plan, in cents; 0 when that does not matter."
    )
    gemini_key: SecretStr = _key(
        "The key for Google's Lyria from Google AI Studio; empty leaves it out."
    )
    lyria_model: str = _text("lyria-3.5", "Which Lyria makes music.")
    gemini_url: str = _address("Where Lyria is reached; empty means Google's own address.")
    lyria_cents: float = _cents(
        "What a minute of its music costs by your plan, in cents; 0 when that does not matter."
    )
    sunolike_url: str = _address(
        "The address of a music service with the interface of Suno's example app; empty leaves it "
        "out."
    )
    sunolike_key: SecretStr = _key("The key for that service.")
    sunolike_cents: float = _cents(
        "What a minute of its music costs, in cents; 0 when that does not matter."
    )
    soundtrack_cents: float = _cents(
        "The most that the music of one video may cost, in cents; 0 is no limit."
    )
    operators: str = _text(
        "",
        "Who runs the bot, with commas between: chat identities such as discord:123, telegram:456.",
        right="identities such as discord:123, with commas between",
    )
    ffmpeg: str = _text(
        "", "The path of ffmpeg; empty takes the one on PATH, else the one that came along."
    )
    soundfont: str = _text(
        "",
        "The SoundFont that composed music is played with, where libfluidsynth is installed; "
        "empty looks for one, off uses the instruments that came along.",
        right="empty, off, or the path of an SF2 file",
    )
    slots: int = _whole(
        0, 0, 64, "How many heavy jobs run at the same time; 0 means one for each core."
    )
    retention_hours: int = _whole(72, 1, 8760, "How long results are kept, in hours.")
    link_hours: int = _whole(24, 1, 720, "How long a download link works, in hours.")
    upload_mb: int = _whole(2000, 1, 100_000, "The largest file that may be sent, in megabytes.")
    person_mb: int = _whole(
        20_000, 1, 1_000_000, "How much one person's files may take here, in megabytes."
    )
    spare_mb: int = _whole(
        500, 0, 1_000_000, "How much of the disk uploads leave free, in megabytes."
    )
    person_jobs: int = _whole(
        10, 0, 1000, "How many jobs one person may have at work at once; 0 is no limit."
    )
    person_day_minutes: int = _whole(
        1440,
        0,
        100_000,
        "How many minutes of music one person may have made in 24 hours; 0 is no limit.",
    )
    person_day_mb: int = _whole(
        20_000,
        0,
        10_000_000,
        "How many megabytes of tracks one person may mix in 24 hours; 0 is no limit.",
    )
    server_jobs: int = _whole(
        40, 0, 10_000, "How many jobs all of one server may have at work at once; 0 is no limit."
    )
    server_day_minutes: int = _whole(
        0,
        0,
        1_000_000,
        "How many minutes of music one server may have made in 24 hours; 0 is no limit.",
    )
    server_day_mb: int = _whole(
        0,
        0,
        100_000_000,
        "How many megabytes of tracks one server may mix in 24 hours; 0 is no limit.",
    )
    person_minute_calls: int = _whole(
        60,
        0,
        10_000,
        "How many commands and button presses one person may send in a minute; 0 is no limit. "
        "Those who run the bot have none.",
    )
    server_minute_calls: int = _whole(
        600,
        0,
        100_000,
        "How many commands and button presses all of one server may send in a minute; 0 is no "
        "limit.",
    )
    track_minutes: int = _whole(240, 1, 1440, "The longest track that is taken, in minutes.")
    mixtape_minutes: int = _whole(720, 1, 1440, "The longest mixtape that is made, in minutes.")
    source_minutes: int = _whole(
        600, 1, 6000, "The longest piece, or part of one, that is fetched by its link, in minutes."
    )
    source_mb: int = _whole(
        2000, 1, 100_000, "The largest file that is fetched by a link, in megabytes."
    )
    source_cache_mb: int = _whole(
        5000,
        0,
        1_000_000,
        "How much of what was fetched by links is kept for the next who wants it, in megabytes.",
    )
    source_cookies: str = _text(
        "",
        "A cookies file (Netscape format) of a signed-in account, for sites that ask for one; "
        "empty means nobody is signed in.",
        right="empty, or a file",
    )
    job_minutes: int = _whole(
        180, 1, 1440, "How long one job may work before it is stopped, in minutes."
    )
    glasses_photo_mib: int = _whole(
        10, 1, 40, "The largest photo that glasses may send, in MiB (1,048,576 bytes)."
    )
    glasses_photos_per_minute: int = _whole(
        30, 1, 1000, "How many photos one pair of glasses may send in a minute."
    )
    glasses_burst_seconds: int = _whole(
        0,
        0,
        300,
        "Photos of newly paired glasses that come within so many seconds of each other become one "
        "video; 0 makes one of each. People may change it for their own.",
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(
            description="How much goes to the log: debug, info, warning or error.",
            json_schema_extra={"right": "debug, info, warning or error"},
        ),
    ] = "info"
    secret: str = _text(
        "",
        "What links are signed with, at least 32 characters; empty makes one in the data folder.",
        right="empty, or at least 32 characters",
        secret=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = _config_file()
        toml = (TomlConfigSettingsSource(settings_cls, file),) if file else ()
        return (init_settings, env_settings, dotenv_settings, *toml)


def load() -> Settings:
    """Read the settings. Raises `UserError` naming the variable and what would be right."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UserError(_complain(str(first["loc"][0]), first.get("input"))) from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"The settings file {_config_file()} is not valid TOML: {error}.") from None
    _check_texts(settings)
    _check_names()
    return settings if settings.slots else settings.model_copy(update={"slots": _count_cores()})


def list_operators(settings: Settings) -> tuple[str, ...]:
    """The identities of those who run the bot."""
    return tuple(each.strip() for each in settings.operators.split(",") if each.strip())


def list_secrets(settings: Settings) -> tuple[str, ...]:
    """What must never be in a log."""
    tokens = (
        settings.discord_token,
        settings.telegram_token,
        settings.anthropic_key,
        settings.elevenlabs_key,
        settings.gemini_key,
        settings.sunolike_key,
    )
    texts = (settings.secret, *(token.get_secret_value() for token in tokens))
    return tuple(text for text in texts if text)


def public_url(settings: Settings) -> str:
    """Where people reach the sidecar."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _count_cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(64, cores or 1))


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _check_texts(settings: Settings) -> None:
    if settings.database_url and not settings.database_url.startswith(
        ("postgresql://", "postgresql+asyncpg://")
    ):
        raise UserError(_complain("database_url", None))
    for name in _ADDRESSES:
        address = getattr(settings, name)
        if address and not address.startswith(("http://", "https://")):
            raise UserError(_complain(name, address))
    if settings.telegram_api_folder and not Path(settings.telegram_api_folder).is_dir():
        raise UserError(_complain("telegram_api_folder", settings.telegram_api_folder))
    if settings.source_cookies and not Path(settings.source_cookies).is_file():
        raise UserError(_complain("source_cookies", settings.source_cookies))
    if settings.telegram_webhook and not settings.public_url.startswith("https://"):
        raise UserError(
            f"The setting {variable('telegram_webhook')} needs {variable('public_url')} to be an "
            "address that begins with https:// and leads here."
        )
    if not all(_IDENTITY.fullmatch(each) for each in list_operators(settings)):
        raise UserError(_complain("operators", settings.operators))
    if settings.secret and len(settings.secret) < 32:
        raise UserError(_complain("secret", None))


def _complain(name: str, given: object) -> str:
    extra = Settings.model_fields[name].json_schema_extra
    right = extra["right"] if isinstance(extra, dict) else "something else"
    shown = "" if name in SECRETS or given is None else f", not “{str(given)[:60]}”"
    return f"The setting {variable(name)} must be {right}{shown}."


def _check_names() -> None:
    """A misspelt name in a file would silently do nothing, so it is told.

    The environment is not only ours: tests and tools put names of their own there.
    """
    known = {variable(name) for name in Settings.model_fields} | {PREFIX + "CONFIG"}
    named = [name.upper() for name in dotenv_values(".env")]
    given = [name for name in named if name.startswith(PREFIX)]
    file = _config_file()
    if file:
        given += [variable(name) for name in tomllib.loads(file.read_text("utf-8"))]
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise UserError(f"There is no setting {name}.{hint}")


def _config_file() -> Path | None:
    named = os.environ.get(PREFIX + "CONFIG")
    if named:
        if not Path(named).is_file():
            raise UserError(f"The settings file {named} is not there: mend {PREFIX}CONFIG.")
        return Path(named)
    usual = Path("tapedeck.toml")
    return usual if usual.is_file() else None
