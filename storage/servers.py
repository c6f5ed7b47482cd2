"""The rules of Discord servers and Telegram groups."""

from collections.abc import Mapping

import sqlalchemy as sa

from core.rules import rename_channel
from storage.database import Database
from storage.job_rows import jobs, uses

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

    async def move(self, server: str, new: str) -> None:
        old = server_rules.c.server == server
        async with self._database.write() as connection:
            found = await connection.execute(sa.select(server_rules).where(old))
            rules = {row.name: row.value for row in found}
            # A whole group is its only channel, under the same id.
            moved = rename_channel(rules, _own_id(server), _own_id(new))
            await connection.execute(sa.delete(server_rules).where(old))
            for name, value in moved.items():
                rule = self._database.insert(server_rules)
                await connection.execute(
                    rule.values(server=new, name=name, value=value).on_conflict_do_nothing()
                )
            for table in (uses, jobs):
                theirs = sa.update(table).where(table.c.server == server)
                await connection.execute(theirs.values(server=new))

    async def set(self, server: str, name: str, value: str | None) -> None:
        async with self._database.write() as connection:
            named = {"server": server, "name": name}
            await self._database.keep(connection, server_rules, named, value=value)


def _own_id(server: str) -> str:
    """The platform's own id in `<platform>:<id there>`."""
    return server.partition(":")[2]
