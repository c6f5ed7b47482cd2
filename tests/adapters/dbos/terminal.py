"""A terminal that tests kill: runs one job itself and prints its stages."""

import asyncio
import sys
from pathlib import Path

from adapters.dbos import Role
from core.jobs import Progress
from tests.toys import Doorstep, open_bench, order


async def live(folder: Path) -> None:
    seen: set[str] = set()

    def tell(progress: Progress) -> None:
        if progress.stage == "second" and progress.stage not in seen:
            seen.add(progress.stage)
            print(progress.stage, flush=True)

    async with open_bench(folder, Role.TERMINAL, platforms=[Doorstep(folder)]) as bench:
        await bench.engine.run_here(order("1", seconds=2), tell)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
