"""What waits and runs, as a list with a button to stop each."""

from collections.abc import Sequence

from bot.buttons import cut_label, owned
from bot.showing import say_state
from bot.words import Say
from core.jobs import Job, State
from core.names import PersonId
from core.screens import Button, Reply, Tone

MOST = 8


def show_jobs(
    jobs: Sequence[Job],
    person: PersonId,
    say: Say,
    *,
    unseen: bool,
    note: str = "",
    edits: bool = False,
) -> Reply:
    """A person's active jobs in the order in which they end.

    Unless it is `unseen` by others, nothing of a private job is named.
    """
    listed = sorted(jobs, key=lambda job: (job.state is State.QUEUED, job.created))
    if not listed:
        return Reply(note or say("jobs-none"), slot="jobs", edits=edits, alone=True)
    shown = listed[:MOST]
    cancels = [
        Button(
            say("button-cancel-one", number=number),
            owned(person, "jobs.cancel", job.id),
            Tone.DANGER,
        )
        for number, job in enumerate(shown, 1)
    ]
    rows = [tuple(cancels[at : at + 4]) for at in range(0, len(cancels), 4)]
    refresh = Button(say("button-refresh"), owned(person, "jobs.show"))
    return Reply(
        note,
        title=say("jobs-title"),
        lines=tuple(
            f"{number}. {_name(job, say, unseen=unseen)}: {_tell(job, say)}"
            for number, job in enumerate(listed, 1)
        ),
        buttons=(*rows, (refresh,)),
        slot="jobs",
        edits=edits,
        alone=True,
    )


def say_cancelled(job: Job, say: Say, *, unseen: bool) -> str:
    """That a job was stopped; by its name where no others read, or where it is no secret."""
    named = unseen or not job.private
    return say("cancelled", name=job.name) if named else say("cancelled-other")


def _name(job: Job, say: Say, *, unseen: bool) -> str:
    named = unseen or not job.private
    return cut_label(job.name, most=60) if named else say("progress-private")


def _tell(job: Job, say: Say) -> str:
    state = say_state(job, say)
    text = state[:1].lower() + state[1:]
    return f"{int(job.progress.percent)} % · {text}" if job.state is State.RUNNING else text
