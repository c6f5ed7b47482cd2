"""A progress bar on standard error; plain lines where nobody watches."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from core.jobs import Progress as Told
from core.tracklist import clock


class Bar:
    """Shows how far one job is."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=40),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("waiting", total=100, left="")
        self._stage = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, told: Told) -> None:
        """Take in the latest state of the job."""
        left = "" if told.seconds_left is None else f"about {clock(told.seconds_left)} left"
        self._progress.update(self._task, completed=told.percent, description=told.stage, left=left)
        if not self._console.is_terminal and told.stage != self._stage:
            sys.stderr.write(f"{told.percent:3.0f} % {told.stage}\n")
        self._stage = told.stage
