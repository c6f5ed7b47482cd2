"""The upload page: files that are too large for a chat go on a person's tray there."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from adapters.web.doors import Doors
from adapters.web.given import read_ids, read_key
from adapters.web.refusal import RefusalError, read_object
from adapters.web.terms import Terms
from adapters.web.uploads import Uploads
from core.calls import Asker
from core.errors import ServiceError
from core.ports import ChatPlatform, Desk
from core.screens import Reply

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrayPage:
    """Serves the upload page's script. The page is open for one person and one chat."""

    desk: Desk
    platforms: Mapping[str, ChatPlatform]
    doors: Doors
    uploads: Uploads
    terms: Terms

    async def look(self, request: web.Request) -> web.Response:
        """Where the files go, and how large they may be."""
        _, asker = await self.doors.filler(request)
        return web.json_response(
            {"platform": asker.place.platform, "upload_bytes": self.terms.upload_bytes}
        )

    async def put(self, request: web.Request) -> web.Response:
        """Put files that are here on the tray, and change the tray's message in the chat."""
        person, asker = await self.doors.filler(request)
        body = await read_object(request)
        key, names = read_key(body), read_ids(body.get("uploads"))
        if not names:
            raise RefusalError(400, "“uploads” must name at least one file.")
        found = await self.uploads.attachments(person, names)
        files = [found[name] for name in names]
        reply = await self.desk.collect(files, asker, key=f"upload:{person}:{key}")
        # Without a slot there is no tray in the reply: it says why nothing was taken.
        taken = [name for name in names if reply.slot and found[name] not in reply.refused]
        await self.uploads.mark_sent(taken)
        return web.json_response(
            {
                "taken": taken,
                "told": bool(reply.slot) and await self._tell(reply, asker),
                "text": reply.text or reply.title,
            }
        )

    async def _tell(self, reply: Reply, asker: Asker) -> bool:
        platform = self.platforms.get(asker.place.platform)
        if platform is None:
            return False
        try:
            await platform.show(reply, asker)
        except ServiceError:
            _log.warning("%s did not take the tray's message", platform.name, exc_info=True)
            return False
        return True
