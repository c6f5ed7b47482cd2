"""A process of the job core that tests kill: `python -m tests.adapters.dbos.victim FOLDER ROLE`."""

import asyncio
import signal
import sys
from pathlib import Path

from adapters.dbos import Limits, Role
from tests.toys import Doorstep, open_bench


async def live(folder: Path, role: Role, *, attempts: int) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    platforms = [Doorstep(folder)] if role is Role.GATEWAY else []
    limits = Limits(slots=2, poll_seconds=0.1, beat_seconds=0.5, attempts=attempts)
    async with open_bench(folder, role, limits=limits, platforms=platforms):
        print("ready", flush=True)
        await stopping.wait()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), Role(sys.argv[2]), attempts=int(sys.argv[3])))
