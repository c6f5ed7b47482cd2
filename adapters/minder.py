"""Keeps one process running: starts it, starts it again when it dies, stops it gently."""

import asyncio
import logging
import signal
import time
from collections.abc import Sequence

_log = logging.getLogger(__name__)
_LEAST_PAUSE = 0.2
_MOST_PAUSE = 30.0
_STEADY_SECONDS = 60.0


class Minder:
    """Minds one child process for as long as `mind` is awaited."""

    def __init__(self, command: Sequence[str], *, patience: float = 12.0) -> None:
        self._command = command
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
        # A session of its own keeps Ctrl-C from reaching it before we have said goodbye.
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
        )
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                await asyncio.shield(self._stop(process))

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), self._patience)
        except TimeoutError:
            process.kill()
            await process.wait()
