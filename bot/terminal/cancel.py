"""`tapedeck cancel ID`: stop a job, wherever it runs."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.jobs import Job


def add(subparsers: Any) -> None:  # argparse keeps this type to itself
    parser: argparse.ArgumentParser = subparsers.add_parser("cancel", help="stop a job")
    parser.add_argument("id", help="the job's id, as `tapedeck jobs` shows it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    import asyncio
    import sys

    job = asyncio.run(_cancel(args.id))
    sys.stdout.write(f"Cancelled “{job.title}”.\n")
    return 0


async def _cancel(job: str) -> "Job":
    from bot.app import Role, open_house
    from bot.logs import write_logs
    from config.settings import load
    from core.names import JobId
    from core.tracks import clean_text

    settings = load()
    write_logs(settings.data, level=settings.log_level)
    async with open_house(settings, Role.TERMINAL) as house:
        return await house.engine.cancel(JobId(clean_text(job)), person=None)
