"""Each message of a delivery: intended, sending, sent."""

import time

import sqlalchemy as sa

from core.jobs import Mail
from storage.database import Database

letters = sa.Table(
    "letters",
    sa.MetaData(),
    sa.Column("delivery", sa.Text, primary_key=True),
    sa.Column("letter", sa.Text, primary_key=True),
    sa.Column("state", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("changed", sa.Double),
)


class LetterTable:
    """Fills the port `Letters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, delivery: str, letter: str) -> tuple[Mail, str]:
        async with self._database.write() as connection:
            new = self._database.insert(letters).values(
                delivery=delivery,
                letter=letter,
                state=Mail.SENDING.value,
                message="",
                changed=time.time(),
            )
            added = await connection.execute(new.on_conflict_do_nothing())
            if added.rowcount:
                return Mail.INTENDED, ""
            row = (await connection.execute(_find(delivery, letter).with_for_update())).one()
            if row.state not in (Mail.SENT, Mail.SENDING):
                await connection.execute(_move(delivery, letter, Mail.SENDING))
        return Mail(row.state), row.message

    async def close(self, delivery: str, letter: str, mail: Mail, *, message: str = "") -> None:
        async with self._database.write() as connection:
            await connection.execute(_move(delivery, letter, mail).values(message=message))


def _is(delivery: str, letter: str) -> sa.ColumnElement[bool]:
    return sa.and_(letters.c.delivery == delivery, letters.c.letter == letter)


def _find(delivery: str, letter: str) -> sa.Select[tuple[str, str]]:
    return sa.select(letters.c.state, letters.c.message).where(_is(delivery, letter))


def _move(delivery: str, letter: str, mail: Mail) -> sa.Update:
    change = {"state": mail.value, "changed": time.time()}
    return sa.update(letters).where(_is(delivery, letter)).values(change)
