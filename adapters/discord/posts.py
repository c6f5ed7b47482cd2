"""Files that people post: in direct messages, with a mention, or all where that is switched on."""

import logging
from dataclasses import dataclass, replace

import discord

from adapters.discord.asking import asker_of_message
from adapters.discord.files import Intake, list_sent
from adapters.discord.poster import Poster
from core.calls import Asker
from core.errors import ServiceError, UserError
from core.link_texts import find_links
from core.options import attach_link
from core.ports import Counter
from core.screens import Reply

_log = logging.getLogger(__name__)
_HEARD = ("audio/", "video/", "image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """`hears_all` that files without a mention count on servers, too."""

    client: discord.Client
    counter: Counter
    intake: Intake
    poster: Poster
    hears_all: bool

    async def handle(self, message: discord.Message) -> None:
        """Collect the files of a message that is meant for us."""
        if message.author.bot or message.webhook_id or not self._is_meant(message):
            return
        asker = asker_of_message(message)
        try:
            reply = await self._collect(message, asker)
        except Exception as error:  # noqa: BLE001 - the edge of the platform: words by dispatch
            reply = self.counter.desk.explain(error, asker)
        try:
            await self.poster.show(reply, asker, nonce=str(message.id))
        except ServiceError as error:
            _log.warning("an answer was lost: %s", error)

    def _is_meant(self, message: discord.Message) -> bool:
        if message.guild is None or self.client.user in message.mentions:
            return True
        heard = [each.content_type or "" for each in message.attachments]
        return self.hears_all and any(kind.startswith(_HEARD[:2]) for kind in heard)

    async def _collect(self, message: discord.Message, asker: Asker) -> Reply:
        sent = list_sent(self.client, message)
        links = [attach_link(link) for link in find_links(message.content)]
        if not sent and not links:
            words = "Send me tracks or links, or type / to see all that I can do."
            return self.counter.desk.explain(UserError(words), asker)
        person = await self.counter.people.account(asker.identity)
        taken = await self.intake.take(person, sent)
        files = [taken.files[each.id] for each in sent if each.id in taken.files]
        files += links
        if not files:
            return self.counter.desk.explain(UserError("\n".join(taken.refused)), asker)
        key = f"discord:{message.id}"
        reply = await self.counter.desk.collect(files, asker, key=key)
        if not taken.refused:
            return reply
        return replace(reply, text="\n".join([*taken.refused, "", reply.text]).strip())
