"""The rules of Discord servers and Telegram groups."""

from collections.abc import Mapping

import sqlalchemy as sa

from storage.database import Database

server_rules = sa.Table(
    "server_rules",
    sa.MetaData(),
    sa.Column("server", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text),
)


class ServerTable:
    """Fills the port `Servers`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rules(self, server: str) -> Mapping[str, str]:
        query = sa.select(server_rules).where(server_rules.c.server == server)
        async with self._database.read() as connection:
            return {row.name: row.value for row in await connection.execute(query)}

    async def set(self, server: str, name: str, value: str | None) -> None:
        async with self._database.write() as connection:
            named = {"server": server, "name": name}
            await self._database.keep(connection, server_rules, named, value=value)
