"""Counts over the records: jobs by state, times of steps, and what the workers' pools do."""

import time

import sqlalchemy as sa

from core.figures import Figures, Load, Steps
from storage.database import Database
from storage.job_rows import jobs, step_times
from storage.workers import workers

_FRESH_SECONDS = 15.0
"""A process that wrote no heartbeat for so long does not count; it writes one every 2 s."""


async def count_figures(database: Database) -> Figures:
    """The figures at this moment, over all jobs and all processes that live."""
    async with database.read() as connection:
        counted = (await connection.execute(_COUNT_JOBS)).all()
        steps = (await connection.execute(sa.select(step_times))).all()
        load = (await connection.execute(_sum_load(time.time() - _FRESH_SECONDS))).one()
    return Figures(
        jobs={(row.kind, row.state): row.number for row in counted},
        steps={(row.kind, row.stage): Steps(row.number, row.seconds) for row in steps},
        load=Load(load.slots, load.busy, load.waiting),
    )


_COUNT_JOBS = sa.select(jobs.c.kind, jobs.c.state, sa.func.count().label("number")).group_by(
    jobs.c.kind, jobs.c.state
)


def _sum_load(after: float) -> sa.Select[tuple[int, int, int]]:
    columns = (workers.c.slots, workers.c.busy, workers.c.waiting)
    sums = [sa.func.coalesce(sa.func.sum(column), 0).label(column.name) for column in columns]
    return sa.select(*sums).where(workers.c.seen > after)
