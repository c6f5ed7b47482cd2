"""Throwing away small records that have had their time."""

import time
from collections.abc import Callable

import sqlalchemy as sa

from core.glasses import Fate
from core.people import CODE_SECONDS
from core.quotas import DAY_SECONDS
from storage.accounts import link_codes, link_tries
from storage.database import Database
from storage.glasses import glasses
from storage.job_rows import ACTIVE, deliveries, jobs, uses
from storage.letters import letters
from storage.notes import notes
from storage.photos import photos
from storage.tickets import tickets
from storage.trays import tray_items, tray_keys, trays

_NOTE_SECONDS = 180 * DAY_SECONDS
_KEY_SECONDS = 7 * DAY_SECONDS
"""For so long a chat may bring the same files again after a crash."""

_JOB_NOTES = ("job:", "result:")
"""How the keys of notes about a job's messages begin; the job's id comes after."""
_TALKS = ("form:", "ask:")
"""How those of dialogues begin: the files in them are gone by then, too."""


class Expiry:
    """Fills the port `Expiry`."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def expire(self, *, before: float) -> None:
        now = self._clock()
        at_work = sa.select(jobs.c.id).where(jobs.c.state.in_(ACTIVE))
        told = sa.select(deliveries.c.delivery)
        waiting = photos.c.fate == Fate.WAITING.value
        awaited = sa.select(photos.c.pair).where(waiting)
        needed = sa.or_(waiting, sa.func.coalesce(photos.c.job, "").in_(at_work))
        kept = sa.select(trays.c.person)
        old = (
            sa.delete(tickets).where(tickets.c.expires < now),
            sa.delete(link_codes).where(link_codes.c.expires < now),
            sa.delete(link_tries).where(link_tries.c.since < now - CODE_SECONDS),
            sa.delete(trays).where(trays.c.changed < before),
            sa.delete(tray_items).where(tray_items.c.person.not_in(kept)),
            sa.delete(tray_keys).where(tray_keys.c.added < now - _KEY_SECONDS),
            sa.delete(notes).where(notes.c.changed < now - _NOTE_SECONDS),
            *(_of_gone_jobs(prefix, before=before) for prefix in _JOB_NOTES),
            *(
                sa.delete(notes).where(_begins(prefix), notes.c.changed < before)
                for prefix in _TALKS
            ),
            sa.delete(letters).where(letters.c.changed < before, letters.c.delivery.not_in(told)),
            sa.delete(photos).where(photos.c.received < before, sa.not_(needed)),
            sa.delete(glasses).where(glasses.c.revoked < before, glasses.c.id.not_in(awaited)),
            sa.delete(uses).where(uses.c.created < now - DAY_SECONDS, uses.c.job.not_in(at_work)),
        )
        async with self._database.write() as connection:
            for each in old:
                await connection.execute(each)


def _of_gone_jobs(prefix: str, *, before: float) -> sa.Delete:
    """Where the messages of jobs are that are there no more."""
    job = sa.func.substr(notes.c.key, len(prefix) + 1)
    known = sa.select(jobs.c.id)
    return sa.delete(notes).where(_begins(prefix), notes.c.changed < before, job.not_in(known))


def _begins(prefix: str) -> sa.ColumnElement[bool]:
    return notes.c.key.startswith(prefix, autoescape=True)
