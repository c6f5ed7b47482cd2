"""The tables around jobs, and how their rows become jobs and back."""

import json
import time
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from core.jobs import Job, Json, Mail, Order, Outcome, Product, Progress, State, search_words
from core.names import JobId, PersonId, Place

_tables = sa.MetaData()
jobs = sa.Table(
    "jobs",
    _tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("title", sa.Text),
    sa.Column("person", sa.Text),
    sa.Column("platform", sa.Text),
    sa.Column("conversation", sa.Text),
    sa.Column("asked_platform", sa.Text),
    sa.Column("asked_conversation", sa.Text),
    sa.Column("private", sa.Boolean),
    sa.Column("server", sa.Text),
    sa.Column("most_bytes", sa.BigInteger),
    sa.Column("request", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("stage", sa.Text),
    sa.Column("percent", sa.Double),
    sa.Column("seconds_left", sa.Double),
    sa.Column("created", sa.Double),
    sa.Column("started", sa.Double),
    sa.Column("finished", sa.Double),
    sa.Column("attempts", sa.Integer),
    sa.Column("sentence", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Column("settled", sa.Boolean),
    sa.Column("words", sa.Text),
)
deliveries = sa.Table(
    "deliveries",
    _tables,
    sa.Column("delivery", sa.Text, primary_key=True),
    sa.Column("job", sa.Text),
    sa.Column("platform", sa.Text),
    sa.Column("conversation", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("changed", sa.Double),
)
uses = sa.Table(
    "uses",
    _tables,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("person", sa.Text),
    sa.Column("server", sa.Text),
    sa.Column("created", sa.Double),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("seconds", sa.Double),
)
step_times = sa.Table(
    "step_times",
    _tables,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger),
    sa.Column("seconds", sa.Double),
)
ACTIVE = (State.QUEUED.value, State.RUNNING.value)


def write_order(job: JobId, order: Order, *, person: PersonId, now: float) -> dict[str, Any]:
    """The row of a new job."""
    return {
        "id": job,
        "key": order.key,
        "kind": order.kind,
        "title": order.title,
        "person": person,
        "platform": order.place.platform,
        "conversation": order.place.conversation,
        "asked_platform": order.asked.platform if order.asked else None,
        "asked_conversation": order.asked.conversation if order.asked else None,
        "private": order.private,
        "server": order.server,
        "most_bytes": order.limit,
        "request": json.dumps(order.request),
        "state": State.QUEUED.value,
        "created": now,
        "words": search_words(order.title, None),
    }


def read_order(row: Any) -> Order:
    return Order(
        key=row.key,
        kind=row.kind,
        title=row.title,
        person=PersonId(row.person),
        place=Place(row.platform, row.conversation),
        request=json.loads(row.request),
        asked=_read_asked(row),
        private=row.private,
        server=row.server,
        limit=row.most_bytes,
    )


def read_job(row: Any) -> Job:
    return Job(
        id=JobId(row.id),
        kind=row.kind,
        title=row.title,
        person=PersonId(row.person),
        place=Place(row.platform, row.conversation),
        state=State(row.state),
        progress=Progress(row.stage, row.percent, row.seconds_left),
        created=row.created,
        started=row.started,
        finished=row.finished,
        sentence=row.sentence,
        outcome=_read_outcome(row.outcome),
        asked=_read_asked(row),
        private=row.private,
        server=row.server,
        limit=row.most_bytes,
    )


def write_intent(delivery: str, job: JobId, place: Place) -> dict[str, Any]:
    """The row of a telling that is yet to come."""
    return {
        "delivery": delivery,
        "job": job,
        "platform": place.platform,
        "conversation": place.conversation,
        "state": Mail.INTENDED.value,
        "message": "",
        "changed": time.time(),
    }


def write_outcome(outcome: Outcome) -> str:
    return json.dumps(asdict(outcome))


def _read_asked(row: Any) -> Place | None:
    return Place(row.asked_platform, row.asked_conversation) if row.asked_platform else None


def _read_outcome(text: str | None) -> Outcome | None:
    if text is None:
        return None
    facts: dict[str, Json] = json.loads(text)
    return Outcome(
        text=str(facts["text"]),
        products=tuple(Product(**product) for product in _rows(facts["products"])),
        details=facts["details"] if isinstance(facts["details"], dict) else {},
    )


def _rows(value: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in value]
