"""The wiring: which commands, platforms and pipelines there are, and what they stand on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from adapters.dbos import Engine, Limits, Records, Role
from adapters.ffmpeg.find import find_ffmpeg
from adapters.ffmpeg.pool import Pool
from adapters.process import keep_memory_low
from adapters.synth import find_soundfont
from adapters.terminal import TerminalFolder
from bot.commands.compose import Compose
from bot.commands.mixtape import Mixtape
from bot.dispatch import FrontDesk, explain
from bot.pipelines.compose import ComposePipeline
from bot.pipelines.listening import Listener
from bot.pipelines.mixtape import MixtapePipeline
from config.settings import Settings
from core.calls import Command
from core.ports import Desk, Jobs, Memory, Pipeline, Platform
from storage.database import Database, open_database
from storage.files import Files
from storage.jobs import JobBook
from storage.memory import MemoryTable
from storage.outbox import OutboxTable
from storage.secret import read_secret
from storage.workers import WorkerTable

__all__ = ["House", "Role", "open_house"]


class Chat(Protocol):
    """A chat platform with its own way in; it serves for the length of the gateway."""

    @property
    def platform(self) -> Platform: ...

    def serve(self, desk: Desk, jobs: Jobs) -> AbstractAsyncContextManager[str]:
        """Be reachable for the length of the block; yields where, in people's words."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is open, for the length of a process."""

    settings: Settings
    database: Database
    files: Files
    memory: Memory
    engine: Engine
    desk: FrontDesk
    chats: Sequence[Chat]
    secret: str = field(repr=False)


def list_pipelines(settings: Settings, *, pool: Pool, memory: Memory) -> list[Pipeline]:
    """One line for each kind of job."""
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    return [
        MixtapePipeline(
            ffmpeg=ffmpeg,
            pool=pool,
            listener=Listener(
                ffmpeg=ffmpeg,
                pool=pool,
                memory=memory,
                track_seconds=settings.track_minutes * 60,
            ),
            mix_seconds=settings.mixtape_minutes * 60,
        ),
        ComposePipeline(ffmpeg=ffmpeg, pool=pool, soundfont=find_soundfont(settings.soundfont)),
    ]


def list_commands(settings: Settings, *, jobs: Jobs) -> list[Command]:
    """One line for each command."""
    del settings  # until a command takes one
    return [
        Mixtape(jobs),
        Compose(jobs),
    ]


def list_chats(settings: Settings, database: Database, files: Files, *, secret: str) -> list[Chat]:
    """One line for each chat platform. Chats live in the gateway."""
    # The worker and the command line start without a web server's libraries.
    from bot.sidecar import Sidecar

    return [
        Sidecar(settings, database, files, secret=secret),
    ]


@asynccontextmanager
async def open_house(settings: Settings, role: Role) -> AsyncIterator[House]:
    """Open storage and the job core for one process, in a gateway the chats, too."""
    keep_memory_low()
    database = await open_database(settings.database_url, data=settings.data)
    try:
        files, memory = Files(settings.data), MemoryTable(database)
        records = Records(JobBook(database), OutboxTable(database), WorkerTable(database), files)
        pool = Pool(settings.slots)
        engine = Engine(
            records,
            list_pipelines(settings, pool=pool, memory=memory),
            data=settings.data,
            url=settings.database_url,
            explain=explain,
            limits=_limit(settings),
            weigh=pool.load,
        )
        desk = FrontDesk(list_commands(settings, jobs=engine))
        secret = settings.secret or read_secret(settings.data)
        chats: list[Chat] = []
        platforms: list[Platform] = [TerminalFolder()]
        if role is Role.GATEWAY:
            chats = list_chats(settings, database, files, secret=secret)
            platforms = [chat.platform for chat in chats]
        house = House(settings, database, files, memory, engine, desk, chats, secret)
        await engine.open(role, platforms)
        try:
            yield house
        finally:
            await engine.close()
    finally:
        await database.close()


def _limit(settings: Settings) -> Limits:
    return Limits(
        slots=settings.slots,
        job_seconds=settings.job_minutes * 60,
        retention_seconds=settings.retention_hours * 3600,
    )
