"""How people name a job: by what was suggested, by its title, or by a part of it."""

from collections.abc import Sequence

from bot.buttons import cut_label
from bot.words import Say
from core.calls import Asker
from core.errors import UserError
from core.jobs import Job
from core.names import JobId, PersonId
from core.ports import Jobs

MOST_SUGGESTIONS = 25
_NAME = 70
_ID = 12


def label_job(job: Job) -> str:
    """A job as it is suggested: its title, and its id to tell it from others of that title."""
    return f"{cut_label(job.name, most=_NAME)} · {job.id}"


def suggest_jobs(jobs: Sequence[Job], typed: str) -> list[str]:
    """The jobs whose labels contain what was typed, those that begin with it first."""
    wanted = typed.strip().casefold()
    labels = [label_job(job) for job in jobs]
    fitting = [label for label in labels if wanted in label.casefold()]
    fitting.sort(key=lambda label: not label.casefold().startswith(wanted))
    return fitting[:MOST_SUGGESTIONS]


def read_id(typed: str) -> JobId | None:
    """The id in a label or on its own; None where there is none."""
    last = typed.strip().rpartition(" ")[2]
    return JobId(last) if len(last) == _ID and last.isalnum() else None


def match_jobs(jobs: Sequence[Job], typed: str) -> list[Job]:
    """The jobs that may be meant: by id, else by the whole title, else by a part of it."""
    named, wanted = read_id(typed), typed.strip().casefold()
    by_id = [job for job in jobs if job.id == named]
    by_title = [job for job in jobs if job.name.casefold() == wanted]
    return by_id or by_title or [job for job in jobs if wanted in job.name.casefold()]


def pick_job(jobs: Sequence[Job], typed: str, say: Say) -> Job:
    """The job that is meant. Raises `UserError` when none is, or more than one."""
    found = match_jobs(jobs, typed)
    if not found:
        raise UserError(say("pick-none", typed=typed[:40]))
    if len(found) > 1:
        raise UserError(say("pick-many", count=len(found), typed=typed[:40]))
    return found[0]


async def find_own(jobs: Jobs, job: str, person: PersonId, say: Say) -> Job:
    """A person's job by its id. Raises `UserError` with one sentence for all that is not."""
    try:
        return await jobs.find(JobId(job), person=person)
    except UserError:
        raise UserError(say("job-not-yours")) from None


async def find_in_charge(jobs: Jobs, job: str, person: PersonId, asker: Asker, say: Say) -> Job:
    """A job that is this person's, or that they may stop as who manages the server or the bot.

    Raises `UserError`, which does not tell whether there is such a job.
    """
    try:
        found = await jobs.find(JobId(job), person=None)
    except UserError:
        raise UserError(say("job-not-yours-to-stop")) from None
    manages = asker.manages and asker.server and asker.server == found.server
    if found.person == person or manages or asker.operates:
        return found
    raise UserError(say("job-not-yours-to-stop"))
