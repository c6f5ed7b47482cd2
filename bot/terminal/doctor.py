"""`tapedeck doctor`: what is installed and configured, what is missing, and how to mend it."""

import argparse
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.settings import Settings

HEALTHY, LACKING = 0, 1
_DISCORD_TOKEN = re.compile(r"[\w-]{18,}\.[\w-]{6,}\.[\w-]{25,}")
_TELEGRAM_TOKEN = re.compile(r"\d{5,}:[\w-]{30,}")
_ROOM = 2_000_000_000
_NEEDED = (
    ("encoder", "libmp3lame", "MP3"),
    ("encoder", "aac", "the sound of an MP4"),
    ("encoder", "libx264", "the picture of an MP4"),
    ("filter", "ebur128", "loudness"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when all is well."""

    name: str
    found: str
    remedy: str = ""
    needed: bool = True


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "doctor",
        help="say what is installed, what is missing and how to mend it",
        description="Look at everything that Tapedeck stands on. Exit status 1: something "
        "that is needed is missing.",
    )
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    import asyncio

    findings = asyncio.run(_examine())
    for finding in findings:
        mark = "ok" if not finding.remedy else ("MISSING" if finding.needed else "none")
        sys.stdout.write(f"{mark:<8} {finding.name:<18} {finding.found}\n")
        if finding.remedy:
            sys.stdout.write(f"{'':<8} {'':<18} → {finding.remedy}\n")
    lacking = any(finding.remedy and finding.needed for finding in findings)
    return LACKING if lacking else HEALTHY


async def _examine() -> list[Finding]:
    from config.settings import load
    from core.errors import UserError

    findings = [_python()]
    try:
        settings = load()
    except UserError as error:
        return [*findings, Finding("settings", "wrong", str(error))]
    findings.append(Finding("settings", f"fine; data in {settings.data.absolute()}"))
    findings += await _ffmpeg(settings)
    findings += [_data(settings), await _database(settings), _picture_formats()]
    findings += [_links(), await _javascript(), _soundfont(settings)]
    findings += [*_guests(settings), _port(settings)]
    return [*findings, *_chats(settings), *_addresses(settings)]


def _python() -> Finding:
    from importlib.metadata import version

    numbers = ".".join(map(str, sys.version_info[:3]))
    return Finding("tapedeck", f"{version('tapedeck')} on Python {numbers}")


async def _ffmpeg(settings: "Settings") -> list[Finding]:
    from adapters.ffmpeg.find import find_ffmpeg
    from adapters.process import Limits, ProgramError, run
    from core.errors import UserError

    limits = Limits(seconds=20)
    try:
        program = find_ffmpeg(settings.ffmpeg)
        banner = (await run([program, "-version"], limits=limits)).out.decode("utf-8", "replace")
    except UserError as error:
        return [Finding("ffmpeg", "not found", str(error))]
    except (ProgramError, OSError) as error:
        return [Finding("ffmpeg", f"does not start: {error}", "Install it again, or unset it.")]
    first = banner.partition("\n")[0].split(" Copyright")[0]
    if not first.startswith("ffmpeg version"):
        return [
            Finding("ffmpeg", f"{program} is no ffmpeg", "Correct TAPEDECK_FFMPEG, or unset it.")
        ]
    findings = [Finding("ffmpeg", f"{program} ({first})")]
    for kind, name, purpose in _NEEDED:
        listed = await run([program, "-v", "error", f"-{kind}s"], limits=limits)
        if f" {name} ".encode() not in listed.out:
            findings.append(
                Finding(
                    f"ffmpeg {name}",
                    f"this ffmpeg cannot do {purpose}",
                    "Take a full build, or unset TAPEDECK_FFMPEG to use the one that came along.",
                )
            )
    return findings


def _data(settings: "Settings") -> Finding:
    import shutil

    folder = settings.data.absolute()
    probe = folder / ".doctor"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        return Finding(
            "data folder",
            f"{folder}: {error.strerror}",
            "Make it writable, or set TAPEDECK_DATA to another folder.",
        )
    free = shutil.disk_usage(folder).free
    room = f"{folder}, {free / 1e9:.1f} GB free"
    if free < _ROOM:
        return Finding("data folder", room, "Free some space: an hour of mix takes up to 1 GB.")
    return Finding("data folder", room)


async def _database(settings: "Settings") -> Finding:
    from sqlalchemy.exc import SQLAlchemyError

    from storage.database import open_database

    kind = "PostgreSQL" if settings.database_url else "SQLite"
    try:
        database = await open_database(settings.database_url, data=settings.data)
        await database.close()
    except (SQLAlchemyError, OSError) as error:
        reason = str(error.__cause__ or error).splitlines()[0][:200]
        return Finding(
            "database", f"{kind}: {reason}", "Look at TAPEDECK_DATABASE_URL and whether it runs."
        )
    return Finding("database", f"{kind}, up to date")


def _picture_formats() -> Finding:
    from importlib.util import find_spec

    if find_spec("pillow_heif") is None:
        return Finding("HEIC pictures", "not installed", "pip install pillow-heif", needed=False)
    return Finding("pictures", "JPEG, PNG, WebP, GIF, HEIC and more")


def _soundfont(settings: "Settings") -> Finding:
    from adapters.synth.fluid import FluidError, find_soundfont, load_library
    from core.errors import UserError

    name = "SoundFont"
    if settings.soundfont == "off":
        return Finding(name, "off; composed music is played by the instruments that came along")
    try:
        found = find_soundfont(settings.soundfont)
        load_library()
    except UserError as error:
        return Finding(name, "not found", str(error))
    except FluidError:
        found = ""
    if not found:
        return Finding(
            name,
            "none; composed music is played by the instruments that came along",
            "For recorded ones: apt install libfluidsynth3 fluid-soundfont-gm",
            needed=False,
        )
    return Finding(name, found)


def _guests(settings: "Settings") -> list[Finding]:
    """Who looks at photos and makes music for them. Only they know whether a key is good."""
    musicians = [
        name
        for name, set_ in (
            ("ElevenLabs", settings.elevenlabs_key.get_secret_value()),
            ("Lyria", settings.gemini_key.get_secret_value()),
            ("a Suno-like service", settings.sunolike_url),
        )
        if set_
    ]
    if settings.anthropic_key.get_secret_value():
        eye = Finding("photos", f"{settings.claude_model} looks at them")
    else:
        eye = Finding(
            "photos",
            "only their colours and light are looked at",
            "Set TAPEDECK_ANTHROPIC_KEY to have Claude look, if you want it.",
            needed=False,
        )
    if musicians:
        return [eye, Finding("music for photos", ", ".join([*musicians, "then the composer"]))]
    remedy = "Set TAPEDECK_ELEVENLABS_KEY or TAPEDECK_GEMINI_KEY, if you want it sung."
    return [eye, Finding("music for photos", "the composer plays it", remedy, needed=False)]


def _links() -> Finding:
    from datetime import datetime

    from adapters.ytdlp.age import OLD_DAYS, read_age

    age = read_age(datetime.now().astimezone().date())
    days = "1 day" if age.days == 1 else f"{age.days} days"
    found = f"yt-dlp {age.version}, {days} old"
    if not age.old:
        return Finding("links", found)
    return Finding(
        "links",
        found,
        f"Sites change: update it when it is over {OLD_DAYS} days old (pip install -U yt-dlp).",
        needed=False,
    )


async def _javascript() -> Finding:
    from adapters.process import ProgramError
    from adapters.ytdlp.age import find_runtime, read_runtime

    remedy = "YouTube needs it: pip install deno, or have deno on PATH."
    path = find_runtime()
    if not path:
        return Finding("JavaScript", "no runtime", remedy, needed=False)
    try:
        return Finding("JavaScript", f"{path} ({await read_runtime(path)})")
    except (ProgramError, OSError) as error:
        return Finding("JavaScript", f"{path} does not start: {error}", remedy, needed=False)


def _port(settings: "Settings") -> Finding:
    import socket

    place = f"{settings.host}:{settings.port}"
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            if _is_ours(place):
                return Finding("local chat", f"http://{place}/ is open: Tapedeck is running")
            return Finding(
                "local chat",
                f"{place} is taken ({error.strerror})",
                "Another program has it: set TAPEDECK_PORT to another one.",
                needed=False,
            )
    return Finding("local chat", f"http://{place}/ is free for it")


def _is_ours(place: str) -> bool:
    from contextlib import suppress
    from urllib.request import urlopen

    with suppress(OSError, ValueError), urlopen(f"http://{place}/health", timeout=2) as answer:
        return b'"alive"' in answer.read(1000)
    return False


def _chats(settings: "Settings") -> list[Finding]:
    tokens = (
        ("Discord", settings.discord_token, _DISCORD_TOKEN, "Discord's developer portal"),
        ("Telegram", settings.telegram_token, _TELEGRAM_TOKEN, "@BotFather"),
    )
    return [
        _token(name, token.get_secret_value(), shape, source)
        for name, token, shape, source in tokens
    ]


def _addresses(settings: "Settings") -> list[Finding]:
    """Where links in chats lead; without a chat there are none."""
    if not (
        settings.discord_token.get_secret_value() or settings.telegram_token.get_secret_value()
    ):
        return []
    if settings.public_url:
        return [Finding("addresses", f"links lead to {settings.public_url}")]
    remedy = "Set TAPEDECK_PUBLIC_URL to an address of this machine that other people reach."
    found = f"links lead to http://{settings.host}:{settings.port}"
    return [Finding("addresses", found, remedy, needed=False)]


def _token(name: str, token: str, shape: "re.Pattern[str]", source: str) -> Finding:
    """Whether a token is set and looks like one. Only the platform knows whether it is good."""
    variable = f"TAPEDECK_{name.upper()}_TOKEN"
    if not token:
        remedy = f"Set {variable} to the token from {source}, if you want it."
        return Finding(name, "no token", remedy, needed=False)
    if not shape.fullmatch(token):
        return Finding(
            name,
            "this is no token",
            f"Set {variable} to the whole token from {source}, or to nothing.",
        )
    return Finding(name, "a token is set")
