"""The wiring: which commands, platforms and pipelines there are, and what they stand on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from adapters.dbos import Engine, Limits, Records, Role, WorkerFitting
from adapters.ffmpeg.find import find_ffmpeg
from adapters.ffmpeg.pool import Pool
from adapters.plain import Bounds as PlainBounds
from adapters.plain import PlainFetcher
from adapters.process import keep_memory_low
from adapters.synth.fluid import find_soundfont
from adapters.terminal import TerminalFolder
from adapters.ytdlp import Bounds, YtDlp
from bot.commands.again import Again
from bot.commands.block import Block
from bot.commands.cancel import Cancel
from bot.commands.clip import Clip
from bot.commands.compose import Compose
from bot.commands.connect import Connect
from bot.commands.disconnect import Disconnect
from bot.commands.download import Download
from bot.commands.glasses import GlassesCommand
from bot.commands.help import Help
from bot.commands.jobs import JobsCommand
from bot.commands.library import Library
from bot.commands.mixtape import Mixtape
from bot.commands.privacy import PrivacyCommand
from bot.commands.settings import SettingsCommand
from bot.commands.tray import TrayCommand
from bot.commands.video import Video
from bot.darkroom import PhotoDarkroom
from bot.dispatch import FrontDesk, explain
from bot.fetching import Fetching
from bot.hiring import hire_eyes, hire_soundtracks
from bot.pipelines.archive import ArchivePipeline
from bot.pipelines.clip import ClipPipeline
from bot.pipelines.compose import ComposePipeline
from bot.pipelines.download import DownloadPipeline
from bot.pipelines.fitting import FittingErrand
from bot.pipelines.listening import Listener
from bot.pipelines.look import LookPipeline
from bot.pipelines.mixtape import MixtapePipeline
from bot.pipelines.recording import Studio
from bot.pipelines.video import VideoPipeline
from bot.privacy import HousePrivacy
from bot.words import Words
from config.settings import Settings, list_operators, public_url
from core.calls import Command
from core.errors import UserError
from core.ports import (
    ChatPlatform,
    Counter,
    Darkroom,
    Errand,
    Fetcher,
    Holdings,
    Inbox,
    Jobs,
    Links,
    Memory,
    Notes,
    Pairs,
    People,
    Pipeline,
    Platform,
    Privacy,
    Servers,
    Trays,
)
from core.quotas import Quota, Quotas
from core.turns import Paces
from storage.database import Database, open_database
from storage.estate import Estate
from storage.expiry import Expiry
from storage.files import Files
from storage.glasses import GlassesTable
from storage.inbox import FileInbox, Room
from storage.jobs import JobBook
from storage.letters import LetterTable
from storage.memory import MemoryTable
from storage.notes import NoteTable
from storage.outbox import OutboxTable
from storage.people import PeopleTable
from storage.photos import PhotoTable
from storage.quotas import QuotaBook
from storage.secret import read_secret
from storage.servers import ServerTable
from storage.tickets import TicketTable
from storage.trays import TrayTable
from storage.workers import WorkerTable

_log = logging.getLogger(__name__)
_MEGABYTE = 1_000_000
__all__ = ["House", "Role", "open_house"]


class Chat(Protocol):
    """A chat platform with its own way in; it serves for the length of the gateway."""

    @property
    def platform(self) -> ChatPlatform: ...

    async def sign_in(self) -> None:
        """Find out whether its token is good. Raises `UserError`, which names the setting."""
        ...

    def serve(self) -> AbstractAsyncContextManager[str]:
        """Be reachable for the length of the block; yields where, in people's words."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is open, for the length of a process. A gateway has chats."""

    settings: Settings
    database: Database
    files: Files
    memory: Memory
    engine: Engine
    chats: Sequence[Chat] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What commands lean on."""

    jobs: Jobs
    trays: Trays
    people: People
    servers: Servers
    links: Links
    notes: Notes
    privacy: Privacy
    pairs: Pairs
    darkroom: Darkroom
    words: Words


def list_pipelines(
    settings: Settings, *, pool: Pool, memory: Memory, holdings: Holdings
) -> list[Pipeline]:
    """One line for each kind of job."""
    ffmpeg, fetcher = find_ffmpeg(settings.ffmpeg), open_fetcher(settings)
    return [
        MixtapePipeline(
            ffmpeg=ffmpeg,
            pool=pool,
            fetcher=fetcher,
            listener=Listener(
                ffmpeg=ffmpeg,
                pool=pool,
                memory=memory,
                track_seconds=settings.track_minutes * 60,
            ),
            mix_seconds=settings.mixtape_minutes * 60,
        ),
        ComposePipeline(
            studio=Studio(ffmpeg=ffmpeg, pool=pool, soundfont=find_soundfont(settings.soundfont))
        ),
        VideoPipeline(
            ffmpeg=ffmpeg,
            pool=pool,
            eyes=hire_eyes(settings),
            soundtracks=hire_soundtracks(settings, ffmpeg=ffmpeg, pool=pool),
        ),
        ClipPipeline(
            ffmpeg=ffmpeg,
            pool=pool,
            fetcher=fetcher,
            most_seconds=settings.mixtape_minutes * 60,
        ),
        LookPipeline(fetcher),
        DownloadPipeline(ffmpeg=ffmpeg, pool=pool, fetcher=fetcher),
        ArchivePipeline(holdings),
    ]


def open_fetcher(settings: Settings) -> Fetcher:
    """What brings links onto the disk."""
    seconds, size = settings.source_minutes * 60.0, settings.source_mb * _MEGABYTE
    cookies = Path(settings.source_cookies).absolute() if settings.source_cookies else None
    kept = settings.source_cache_mb * _MEGABYTE
    sites = YtDlp(
        find_ffmpeg(settings.ffmpeg),
        settings.data.absolute() / "sources",
        Bounds(seconds=seconds, bytes=size, kept_bytes=kept),
        cookies=cookies,
    )
    return Fetching(
        sites=sites,
        plain=PlainFetcher(PlainBounds(bytes=size, spare=settings.spare_mb * _MEGABYTE)),
    )


def list_errands(settings: Settings, *, pool: Pool) -> list[Errand]:
    """One line for each small work that gateways have workers do."""
    return [
        FittingErrand(ffmpeg=find_ffmpeg(settings.ffmpeg), pool=pool),
    ]


def list_commands(settings: Settings, stores: Stores) -> list[Command]:
    """One line for each command."""
    jobs, people, words = stores.jobs, stores.people, stores.words
    commands: list[Command] = [
        Mixtape(jobs, stores.trays, people, words),
        TrayCommand(jobs, stores.trays, people, words),
        Compose(jobs, people, words),
        Video(jobs, people, words),
        Clip(jobs, stores.notes, people, words, settings.mixtape_minutes * 60),
        Download(jobs, people, words),
        JobsCommand(jobs, words),
        Cancel(jobs, words),
        Library(jobs, stores.links, words),
        Again(jobs, people, words),
        SettingsCommand(people, stores.servers, words),
        PrivacyCommand(jobs, stores.privacy, words, settings.retention_hours),
        Connect(people, words),
        Disconnect(people, words),
        GlassesCommand(
            pairs=stores.pairs,
            darkroom=stores.darkroom,
            words=words,
            url=f"{public_url(settings)}/glasses/photos",
            local=not settings.public_url,
            burst=float(settings.glasses_burst_seconds),
        ),
        Block(people, words),
    ]
    return [*commands, Help(commands, words)]


def list_chats(
    settings: Settings,
    counter: Counter,
    darkroom: PhotoDarkroom,
    *,
    database: Database,
    files: Files,
    secret: str,
) -> list[Chat]:
    """One line for each chat platform. Chats live in the gateway."""
    # The worker and the command line start without a web server's libraries.
    from adapters.discord import Discord
    from bot.sidecar import Sidecar
    from bot.telegram import list_telegram

    telegram = list_telegram(settings, counter, secret=secret)
    hooks = {chat.platform.name: chat.hear for chat in telegram}
    chats: list[Chat] = [
        Sidecar(
            settings,
            counter,
            darkroom,
            database=database,
            files=files,
            secret=secret,
            hooks=hooks,
        ),
        *telegram,
    ]
    if token := settings.discord_token.get_secret_value():
        chats.append(Discord(token, counter, hears_all=settings.discord_message_content))
    return chats


@asynccontextmanager
async def open_house(settings: Settings, role: Role) -> AsyncIterator[House]:
    """Open storage and the job core for one process, in a gateway the chats, too."""
    keep_memory_low()
    database = await open_database(settings.database_url, data=settings.data)
    try:
        files, memory = Files(settings.data), MemoryTable(database)
        secret = settings.secret or await asyncio.to_thread(read_secret, settings.data)
        estate = Estate(database, files, secret=secret)
        pool = Pool(settings.slots)
        engine = Engine(
            _open_records(settings, database, files, secret=secret),
            list_pipelines(settings, pool=pool, memory=memory, holdings=estate),
            errands=list_errands(settings, pool=pool),
            data=settings.data,
            url=settings.database_url,
            explain=explain,
            limits=_limit(settings),
            weigh=pool.load,
        )
        house = House(settings, database, files, memory, engine)
        platforms: list[Platform] = [TerminalFolder()]
        if role is Role.GATEWAY:
            house = await _open_chats(house)
            platforms = [chat.platform for chat in house.chats]
        await engine.open(role, platforms)
        try:
            yield house
        finally:
            await engine.close()
    finally:
        await database.close()


async def _open_chats(house: House) -> House:
    """The house with the chats that could sign in."""
    settings, database, files = house.settings, house.database, house.files
    secret = settings.secret or await asyncio.to_thread(read_secret, settings.data)
    platforms: dict[str, ChatPlatform] = {}
    inbox = FileInbox(database, files.uploads, _room(settings))
    darkroom = PhotoDarkroom(
        pairs=GlassesTable(database),
        photos=PhotoTable(database),
        inbox=inbox,
        jobs=house.engine,
        people=PeopleTable(database),
        platforms=platforms,
        words=Words(),
    )
    counter = _open_counter(house, platforms, inbox, darkroom, secret=secret)
    listed = list_chats(settings, counter, darkroom, database=database, files=files, secret=secret)
    chats = await sign_in(listed)
    platforms.update({chat.platform.name: chat.platform for chat in chats})
    return replace(house, chats=chats)


async def sign_in(chats: Sequence[Chat]) -> list[Chat]:
    """Those that could. One whose token is wrong is named, and keeps no other out."""
    signed_in = []
    for chat in chats:
        try:
            await chat.sign_in()
        except UserError as error:
            _log.error("%s", error)
        else:
            signed_in.append(chat)
    return signed_in


def _open_counter(
    house: House,
    platforms: Mapping[str, ChatPlatform],
    inbox: Inbox,
    darkroom: PhotoDarkroom,
    *,
    secret: str,
) -> Counter:
    from bot.sidecar import make_links

    settings, database, files, jobs = house.settings, house.database, house.files, house.engine
    people, servers = darkroom.people, ServerTable(database)
    links = make_links(settings, TicketTable(database), secret=secret)
    stores = Stores(
        jobs=jobs,
        trays=TrayTable(database),
        people=people,
        servers=servers,
        links=links,
        notes=NoteTable(database),
        privacy=HousePrivacy(jobs, Estate(database, files, secret=secret)),
        pairs=darkroom.pairs,
        darkroom=darkroom,
        words=darkroom.words,
    )
    commands, operators = list_commands(settings, stores), list_operators(settings)
    return Counter(
        desk=FrontDesk(
            commands,
            people,
            servers,
            stores.words,
            operators=operators,
            paces=Paces(person=settings.person_minute_calls, server=settings.server_minute_calls),
        ),
        jobs=jobs,
        inbox=inbox,
        notes=NoteTable(database),
        letters=LetterTable(database),
        fitting=WorkerFitting(house.engine.errands.run, links),
        links=links,
        people=people,
        servers=servers,
        platforms=platforms,
    )


def _open_records(settings: Settings, database: Database, files: Files, *, secret: str) -> Records:
    return Records(
        JobBook(database),
        OutboxTable(database),
        WorkerTable(database),
        files,
        QuotaBook(database, _quotas(settings), measure=files.measure, secret=secret),
        Expiry(database),
    )


def _limit(settings: Settings) -> Limits:
    return Limits(
        slots=settings.slots,
        job_seconds=settings.job_minutes * 60,
        retention_seconds=settings.retention_hours * 3600,
    )


def _quotas(settings: Settings) -> Quotas:
    return Quotas(
        person=Quota(
            jobs=settings.person_jobs,
            minutes=settings.person_day_minutes,
            megabytes=settings.person_day_mb,
        ),
        server=Quota(
            jobs=settings.server_jobs,
            minutes=settings.server_day_minutes,
            megabytes=settings.server_day_mb,
        ),
    )


def _room(settings: Settings) -> Room:
    return Room(
        file_bytes=settings.upload_mb * _MEGABYTE,
        person_bytes=settings.person_mb * _MEGABYTE,
        spare_bytes=settings.spare_mb * _MEGABYTE,
    )
