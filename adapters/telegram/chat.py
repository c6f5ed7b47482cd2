"""Telegram as one of the gateway's chats: signing in, being there, and its platform."""

import asyncio
import hmac
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager

import telegram
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from adapters.editing import ThrottledError
from adapters.telegram.asking import Askers
from adapters.telegram.catalogue import fingerprint, list_menus
from adapters.telegram.delivering import Deliverer
from adapters.telegram.dialogues import Dialogues
from adapters.telegram.files import Files
from adapters.telegram.news import Gatherer, Journal, Lanes
from adapters.telegram.pacing import ChatPacer
from adapters.telegram.places import PLATFORM
from adapters.telegram.polling import NEWS, poll
from adapters.telegram.posting import Poster, RefusedError
from adapters.telegram.progress import Progress
from adapters.telegram.replies import Replies
from adapters.telegram.talking import Talk, at_home
from adapters.telegram.terms import Terms
from core.calls import Asker
from core.errors import ServiceError, UserError
from core.jobs import Job
from core.ports import Counter
from core.screens import Reply

_log = logging.getLogger(__name__)
_RETRY_SECONDS = 10.0
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
_AT_ONCE = 200


class TelegramPlatform:
    """Fills `core.ports.ChatPlatform`."""

    name = PLATFORM

    def __init__(self, deliverer: Deliverer, replies: Replies) -> None:
        self._deliverer = deliverer
        self._replies = replies

    async def deliver(self, job: Job, *, delivery: str) -> str:
        return await self._deliverer.deliver(job, delivery=delivery)

    async def show(self, reply: Reply, asker: Asker) -> None:
        try:
            await self._replies.show(reply, at_home(asker) if reply.alone else asker)
        except RefusedError as error:
            raise ServiceError(str(error)) from error
        except ThrottledError as error:
            raise ServiceError("Telegram wants us to wait.") from error


class TelegramChat:
    """The bot: it signs in, listens, and writes."""

    def __init__(self, counter: Counter, terms: Terms) -> None:
        # Else the library warns at every length of time that it reads.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        self._terms = terms
        self._counter = counter
        self._name = "Telegram (not reached yet)"
        self._requests = (_make_request(64), _make_request(2))
        self._bot: ExtBot[str] = ExtBot(
            terms.token,
            base_url=terms.base_url,
            base_file_url=terms.base_file_url,
            request=self._requests[0],
            get_updates_request=self._requests[1],
            rate_limiter=ChatPacer(),
        )
        self._journal = Journal(counter.notes)
        poster = Poster(self._bot, counter.notes, counter.servers)
        self._replies = Replies(poster, counter)
        self._progress = Progress(poster, self._replies, counter)
        self._talk = Talk(
            poster,
            self._replies,
            Dialogues(poster, self._replies, counter),
            Askers(self._bot, limit=terms.upload),
            Files(self._bot, counter.inbox, terms),
            counter,
            Gatherer(terms.gather_seconds),
            Lanes(),
        )
        self.platform = TelegramPlatform(
            Deliverer(poster, self._progress, counter, terms), self._replies
        )
        self._taking: Callable[[Sequence[telegram.Update]], Coroutine[object, object, None]]
        self._taking = self._keep_for_later
        self._busy = asyncio.Semaphore(_AT_ONCE)
        self._dealing: set[asyncio.Task[None]] = set()

    async def sign_in(self) -> None:
        """Ask Telegram who we are. Raises `UserError`, which names the setting, for a wrong token.

        A network that is down keeps nobody out: `serve` tries again.
        """
        try:
            await self._bot.initialize()
            self._name = f"Telegram as @{self._bot.username}"
        except InvalidToken:
            await self._close()
            # The library's own words hold the token.
            raise UserError(
                "Telegram does not know this token: set TAPEDECK_TELEGRAM_TOKEN to the one that "
                "@BotFather shows, or leave it empty."
            ) from None
        except TelegramError as error:
            _log.warning("Telegram cannot be reached yet: %s", type(error).__name__)

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen and keep progress messages up, for the length of the block."""
        try:
            async with asyncio.TaskGroup() as tasks:
                work = tasks.create_task(self._live(tasks))
                watch = tasks.create_task(self._steadily(self._progress.watch))
                try:
                    yield self._name
                finally:
                    work.cancel()
                    watch.cancel()
                    # What is cut short is in the journal, and is taken up at the next start.
                    for dealing in self._dealing:
                        dealing.cancel()
        finally:
            await self._close()

    async def hear(self, headers: Mapping[str, str], body: bytes) -> int:
        """What Telegram sent to our address; returns the HTTP status of the answer."""
        given = next((v for k, v in headers.items() if k.lower() == _SECRET_HEADER), "")
        if not self._terms.secret or not hmac.compare_digest(
            given.encode(), self._terms.secret.encode()
        ):
            return 403
        try:
            update = telegram.Update.de_json(json.loads(body), self._bot)
        except (ValueError, KeyError, TypeError, AttributeError):
            return 400
        await self._taking([update])
        return 200

    async def _live(self, tasks: asyncio.TaskGroup) -> None:
        while not await self._begin():  # noqa: ASYNC110 - no event tells that the network is back
            await asyncio.sleep(_RETRY_SECONDS)

        async def take(updates: Sequence[telegram.Update]) -> None:
            for update in await self._journal.begin(updates):
                dealing = tasks.create_task(self._deal(update))
                self._dealing.add(dealing)
                dealing.add_done_callback(self._dealing.discard)

        left, start = await self._journal.open(self._bot)
        await take(left)
        self._taking = take
        if not self._terms.webhook:
            await self._steadily(lambda: poll(self._bot, take, start=start))

    async def _begin(self) -> bool:
        """Sign in where that was not possible before, show the menus, and say how news come."""
        try:
            await self._bot.initialize()
            await self._show_menus()
            if self._terms.webhook:
                await self._bot.set_webhook(
                    self._terms.webhook,
                    secret_token=self._terms.secret,
                    allowed_updates=list(NEWS),
                )
            else:
                await self._bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            _log.warning("Telegram cannot be reached yet: %s", type(error).__name__)
            return False
        return True

    async def _show_menus(self) -> None:
        """Tell Telegram our commands, when they are not what it knows."""
        menus = list_menus(self._counter.desk.commands)
        mark = f"{self._bot.id}:{fingerprint(menus)}"
        known = await self._counter.notes.get(PLATFORM, "menus")
        if known is not None and known["mark"] == mark:
            return
        for menu in menus:
            await self._bot.set_my_commands(menu.commands, scope=menu.scope)
        await self._counter.notes.put(PLATFORM, "menus", {"mark": mark})

    async def _deal(self, update: telegram.Update) -> None:
        async with self._busy:
            await self._talk.take(update)
        await self._journal.end(update)

    async def _keep_for_later(self, _updates: Sequence[telegram.Update]) -> None:
        """News that came to our address before we were ready: Telegram sends them again."""
        raise ServiceError("Telegram is not ready yet.")

    async def _steadily(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Do something that should never end; when it fails, say so and begin anew."""
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - it must not take the gateway with it
                self._counter.desk.explain(error)
            await asyncio.sleep(1)

    async def _close(self) -> None:
        for request in self._requests:
            await request.shutdown()


def _make_request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=10,
        read_timeout=60,
        write_timeout=60,
        pool_timeout=60,
        media_write_timeout=900,
    )
