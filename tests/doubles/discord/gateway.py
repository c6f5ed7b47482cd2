"""The gateway: sessions over WebSockets, and the ways in which it troubles its clients."""

import asyncio
import contextlib
import json
from collections.abc import Callable

from aiohttp import WSMsgType, web

from tests.doubles.discord.clock import Changes
from tests.doubles.discord.intents import MOST_INTENTS, PRIVILEGED, Intent
from tests.doubles.discord.payloads import guild_payload, member_payload, own_user_payload
from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.sessions import Session
from tests.doubles.discord.wire import Connection
from tests.doubles.discord.world import Guild, User

_HEARTBEAT, _IDENTIFY, _PRESENCE, _RESUME = 1, 2, 3, 6
_RECONNECT, _MEMBERS, _INVALID, _HELLO, _ACK = 7, 8, 9, 10, 11


class Gateway:
    """`sent` is every event with its data, whoever heard it."""

    def __init__(
        self, bot: User, token: str, changes: Changes, guilds: Callable[[], list[Guild]]
    ) -> None:
        self.base = ""
        self.heartbeat_seconds = 41.25
        self.closes_silent_clients = False
        self.allowed_intents = PRIVILEGED
        self.sent: list[tuple[str, Payload]] = []
        self.identified = 0
        self.resumed = 0
        self.heartbeats = 0
        self.presence: Payload = {}
        self._bot = bot
        self._token = token
        self._changes = changes
        self._guilds = guilds
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()

    @property
    def sessions(self) -> list[Session]:
        """Those that a client is connected to now."""
        return [each for each in self._sessions.values() if each.connection is not None]

    def dispatch(self, event: str, data: Payload, *, in_guild: bool) -> None:
        self.sent.append((event, data))
        for session in list(self._sessions.values()):
            session.hear(event, data, in_guild=in_guild)
            if session.is_lost:
                del self._sessions[session.id]

    def ask_to_reconnect(self) -> None:
        for connection in self._connections:
            connection.put({"op": _RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9; the sessions are forgotten unless they may be resumed."""
        for connection in self._connections:
            connection.put({"op": _INVALID, "d": resumable})
        if not resumable:
            self._sessions.clear()

    def forget_sessions(self) -> None:
        """A later RESUME will find nothing."""
        self._sessions.clear()

    def drop(self) -> None:
        """Break every connection without a word. The sessions can be resumed."""
        for session in self._sessions.values():
            session.connection = None
        for connection in self._connections:
            connection.drop()

    def mute(self) -> None:
        """Stay connected and say nothing more, not even to heartbeats: a zombie."""
        for session in self._sessions.values():
            session.connection = None
        for connection in self._connections:
            connection.muted = True

    async def close(self, code: int, reason: str = "") -> None:
        for connection in list(self._connections):
            await connection.close(code, reason)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=1 << 20, compress=False, timeout=1)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            await self._talk(socket, connection)
        finally:
            self._connections.discard(connection)
            self._leave(connection, socket.close_code)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return socket

    async def _talk(self, socket: web.WebSocketResponse, connection: Connection) -> None:
        connection.put(
            {"op": _HELLO, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}}
        )
        while True:
            try:
                async with asyncio.timeout(self._patience()):
                    message = await socket.receive()
            except TimeoutError:
                await connection.close(4009, "Session timed out.")
                return
            if message.type is not WSMsgType.TEXT:
                return
            try:
                frame = json.loads(message.data)
            except json.JSONDecodeError:
                await connection.close(4002, "Error while decoding payload.")
                return
            code = self._take(connection, frame)
            if code:
                await connection.close(code)
                return

    def _patience(self) -> float | None:
        return self.heartbeat_seconds * 1.5 if self.closes_silent_clients else None

    def _take(self, connection: Connection, frame: Payload) -> int:
        """Act on one frame; a close code when it cannot be taken."""
        op, data = frame.get("op"), frame.get("d")
        session = self._session_of(connection)
        if op == _HEARTBEAT:
            self._beat(connection, session, data)
            return 0
        if op in (_IDENTIFY, _RESUME) and isinstance(data, dict):
            if session is not None:
                return 4005
            return self._enter(connection, op, data)
        if session is None and not connection.muted:
            return 4003
        if op == _PRESENCE and isinstance(data, dict):
            self.presence = data
        elif op == _MEMBERS and isinstance(data, dict) and session is not None:
            self._send_members(session, data)
        else:
            return 4001
        return 0

    def _beat(self, connection: Connection, session: Session | None, seq: object) -> None:
        self.heartbeats += 1
        connection.put({"op": _ACK, "d": None})
        if session is not None and isinstance(seq, int):
            session.forget_until(seq)
        self._changes.tell()

    def _enter(self, connection: Connection, op: int, data: Payload) -> int:
        token = str(data.get("token", "")).removeprefix("Bot ")
        if token != self._token:
            return 4004
        if op == _IDENTIFY:
            return self._identify(connection, data)
        session = self._sessions.get(str(data.get("session_id")))
        if session is None:
            connection.put({"op": _INVALID, "d": False})
            return 0
        if int(data.get("seq") or 0) > session.seq:
            return 4007
        session.resume(connection, int(data.get("seq") or 0))
        self.resumed += 1
        self._changes.tell()
        return 0

    def _identify(self, connection: Connection, data: Payload) -> int:
        wanted = data.get("intents")
        if not isinstance(wanted, int) or not 0 <= wanted <= MOST_INTENTS:
            return 4013
        intents = Intent(wanted)
        if intents & PRIVILEGED & ~self.allowed_intents:
            return 4014
        session = Session(self._bot, intents, connection)
        self._sessions[session.id] = session
        guilds = self._guilds()
        ready = {
            "v": 10, "user": own_user_payload(self._bot), "session_id": session.id,
            "guilds": [{"id": each.id, "unavailable": True} for each in guilds],
            "resume_gateway_url": self.base, "shard": data.get("shard") or [0, 1],
            "application": {"id": self._bot.id, "flags": 0, "flags_new": "0"},
        }  # fmt: skip
        self.sent.append(("READY", ready))
        session.hear("READY", ready, in_guild=False)
        for guild in guilds:
            bots_only = Intent.GUILD_MEMBERS not in intents
            told = guild_payload(guild, bot=self._bot, bots_only=bots_only)
            self.sent.append(("GUILD_CREATE", told))
            session.hear("GUILD_CREATE", told, in_guild=True)
        self.identified += 1
        self._changes.tell()
        return 0

    def _send_members(self, session: Session, data: Payload) -> None:
        guild = next(each for each in self._guilds() if each.id == str(data["guild_id"]))
        wanted = {str(each) for each in data.get("user_ids") or []}
        chunk: Payload = {
            "guild_id": guild.id, "chunk_index": 0, "chunk_count": 1,
            "members": [
                member_payload(each)
                for each in guild.members.values()
                if not wanted or each.user.id in wanted
            ],
        }  # fmt: skip
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        session.hear("GUILD_MEMBERS_CHUNK", chunk, in_guild=True)

    def _session_of(self, connection: Connection) -> Session | None:
        return next((s for s in self._sessions.values() if s.connection is connection), None)

    def _leave(self, connection: Connection, code: int | None) -> None:
        session = self._session_of(connection)
        if session is not None:
            session.connection = None
            if code in (1000, 1001):  # a client that says goodbye has no session to come back to
                del self._sessions[session.id]
        self._changes.tell()
