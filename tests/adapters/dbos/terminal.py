"""A terminal that tests kill: runs one job itself and prints when its second stage is at work."""

import asyncio
import sys
from pathlib import Path

from adapters.dbos import Role
from core.jobs import Progress
from tests.toys import Doorstep, open_bench, order, read_lines


async def live(folder: Path) -> None:
    seen: set[str] = set()

    def tell(progress: Progress) -> None:
        # A stage has its name a moment before its work begins; the work itself reports again.
        begun = any(line.endswith(" second") for line in read_lines(folder / "begun.log"))
        if begun and progress.stage == "second" and progress.stage not in seen:
            seen.add(progress.stage)
            print(progress.stage, flush=True)

    async with open_bench(folder, Role.TERMINAL, platforms=[Doorstep(folder)]) as bench:
        await bench.engine.run_here(order("1", seconds=2), tell)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
