"""Keeps one process running: starts it again when it dies or hangs, stops it gently."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Sequence

Listen = Callable[[int], Awaitable[float | None]]
"""Tells when the process with this number gave its last sign of life: any number that changes
with each sign, 0 without a sign, None when that cannot be known now."""

_log = logging.getLogger(__name__)
_LEAST_PAUSE = 0.2
_MOST_PAUSE = 30.0
_STEADY_SECONDS = 60.0
_HUNG_SECONDS = 30.0


class Minder:
    """Minds one child process for as long as `mind` is awaited.

    One that gave signs of life and gives none for `hung_seconds` is killed and started again.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        listen: Listen,
        patience: float = 12.0,
        hung_seconds: float = _HUNG_SECONDS,
    ) -> None:
        self._command = command
        self._listen = listen
        self._hung_seconds = hung_seconds
        self._patience = patience
        self._pause = _LEAST_PAUSE

    async def mind(self) -> None:
        """Run until cancelled; then the child is asked to go, and in the end made to."""
        while True:
            began = time.monotonic()
            status = await self._run_once()
            if time.monotonic() - began > _STEADY_SECONDS:
                self._pause = _LEAST_PAUSE
            _log.error("the worker ended with %s; it is started again", status)
            await asyncio.sleep(self._pause)
            self._pause = min(_MOST_PAUSE, self._pause * 2)

    async def _run_once(self) -> int:
        # A group of its own keeps Ctrl-C from reaching it before we have said goodbye. A session
        # of its own would have as much of the processor as the gateway, however nice it is.
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, process_group=0
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._kill_when_hung(process))
                status = await process.wait()
                watching.cancel()
            return status
        finally:
            if process.returncode is None:
                await asyncio.shield(self._stop(process))

    async def _kill_when_hung(self, process: asyncio.subprocess.Process) -> None:
        # By our own steady clock: after a suspended night, the time of a sign would be old.
        last, since = 0.0, time.monotonic()
        while time.monotonic() - since <= self._hung_seconds:
            await asyncio.sleep(self._hung_seconds / 15)
            sign = await self._listen(process.pid)
            if sign is None or last == 0 or sign not in (0, last):
                last, since = sign or last, time.monotonic()
        _log.error("the worker gave no sign of life for %.0f s; it is killed", self._hung_seconds)
        process.kill()

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), self._patience)
        except TimeoutError:
            process.kill()
            await process.wait()
