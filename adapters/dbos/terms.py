"""The terms that the job core works under: roles, limits, where it writes, names."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.figures import Load
from core.jobs import Order, Progress
from core.names import JobId
from core.ports import Admission, Book, Expiry, Outbox, Presence, Shelf

JOBS = "jobs"
TAKEN_OVER = "taken-over"
ERRANDS = "errands"
"""Apart from the jobs: who has many waiting would wait for all of them to get the first one."""

Explain = Callable[[Exception], str]
"""Turns an error into words for people, and writes to the log what they are not told."""
OnProgress = Callable[[Progress], None]
Weigh = Callable[[], Load]
"""Tells what the pool of this process does now."""


class Role(StrEnum):
    """What a process does with jobs."""

    GATEWAY = "gateway"
    WORKER = "worker"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Records:
    """Where the job core writes things down."""

    book: Book
    outbox: Outbox
    presence: Presence
    shelf: Shelf
    admission: Admission
    expiry: Expiry


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much, how often, how long.

    `attempts` is how often one step of a job may die with its process before the job is given
    up: far more often than a bad day kills it. `stale_seconds` without a heartbeat make a process
    on another machine a dead one; on the same machine it is looked up.
    """

    slots: int = 2
    job_seconds: float = 3 * 3600
    retention_seconds: float = 72 * 3600
    attempts: int = 10
    poll_seconds: float = 0.2
    beat_seconds: float = 2.0
    stale_seconds: float = 30.0


def name_job(order: Order) -> JobId:
    """The id of an order's job: the same for the same key of the same person."""
    digest = hashlib.sha256(f"{order.person}\0{order.key}".encode()).digest()
    return JobId(base64.b32encode(digest).decode().lower()[:12])


def name_delivery(platform: str) -> str:
    """The queue of a platform's deliveries."""
    return f"deliver:{platform}"


def name_telling(delivery: str) -> str:
    """The workflow of one telling."""
    return f"{delivery}-told"


def name_again(job: JobId, key: str) -> str:
    """The delivery of a job once more: the same for the same key."""
    return f"{job}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
