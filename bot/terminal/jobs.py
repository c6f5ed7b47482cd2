"""`tapedeck jobs`: what is waiting, running and done."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.jobs import Job


def add(subparsers: Any) -> None:  # argparse keeps this type to itself
    parser: argparse.ArgumentParser = subparsers.add_parser("jobs", help="list the jobs")
    parser.add_argument("--json", action="store_true", help="print one JSON object, nothing else")
    parser.add_argument("--all", action="store_true", help="also those that have ended")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import asyncio
    import json
    import sys

    jobs = asyncio.run(_list(active=not args.all))
    if args.json:
        sys.stdout.write(json.dumps({"jobs": [describe(job) for job in jobs]}) + "\n")
    else:
        sys.stdout.write("".join(f"{line(job)}\n" for job in jobs) or "No jobs.\n")
    return 0


async def _list(*, active: bool) -> "list[Job]":
    from bot.logs import write_logs
    from config.settings import load
    from storage.database import open_database
    from storage.jobs import JobBook

    settings = load()
    write_logs(settings.data, level=settings.log_level)
    database = await open_database(settings.database_url, data=settings.data)
    try:
        return list(await JobBook(database).listed(person=None, active=active))
    finally:
        await database.close()


def describe(job: "Job") -> dict[str, object]:
    """One job as JSON: times in seconds since 1970, percent from 0 to 100."""
    return {
        "id": job.id,
        "kind": job.kind,
        "title": job.name,
        "person": job.person,
        "state": job.state.value,
        "stage": job.progress.stage,
        "percent": job.progress.percent,
        "seconds_left": job.progress.seconds_left,
        "ahead": job.ahead,
        "created": job.created,
        "started": job.started,
        "finished": job.finished,
        "sentence": job.sentence,
    }


def line(job: "Job") -> str:
    """One job as one line."""
    import time

    entered = time.strftime("%Y-%m-%d %H:%M", time.localtime(job.created))
    return f"{job.id}  {entered}  {_stand(job):<32}  {job.kind:<10}  {job.person}  {job.name}"


def _stand(job: "Job") -> str:
    if job.state == "queued":
        return f"queued, {job.ahead} ahead"
    if job.state == "running":
        left = job.progress.seconds_left
        rest = f", {left:.0f} s left" if left is not None else ""
        return f"{job.progress.percent:.0f} % {job.progress.stage}{rest}"
    return job.state.value
