"""A pipeline of the kind `video` with real children, and a chat that keeps what it is told."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.process import Limits as ChildLimits
from adapters.process import run as run_child
from core.calls import Asker
from core.errors import UserError
from core.jobs import Job, Json, Outcome, Product, Stage
from core.ports import Run
from core.screens import Reply
from tests.toys import write_down

_FILM = ["-y", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=10"]
_FILM += ["-f", "lavfi", "-i", "sine", "-t", "1", "-pix_fmt", "yuv420p"]


@dataclass(frozen=True)
class ToyVideo:
    """Looks at each photo and writes a film of their sizes; with `ffmpeg` a real one of 1 s."""

    diary: Path
    seconds: float = 0.05
    ffmpeg: str = ""
    kind: str = "video"
    stages: tuple[Stage, ...] = (Stage("looking at the photos", 1), Stage("filming", 3))

    async def make(self, run: Run) -> Outcome:
        seen = await run.step("looking at the photos", lambda: self._look(run))
        made = await run.step("filming", lambda: self._film(run, seen))
        path = Path(str(made))
        product = Product("video", str(path), "evening.mp4", path.stat().st_size, 30.0)
        return Outcome("A video.", (product,), {"title": "Evening"})

    async def _look(self, run: Run) -> Json:
        photos: Any = run.request["photos"]
        try:
            return [len(Path(photo["path"]).read_bytes()) for photo in photos]
        except FileNotFoundError as error:
            raise UserError("A photo is no longer here.") from error

    async def _film(self, run: Run, sizes: Json) -> Json:
        write_down(self.diary, f"{run.job} {sizes}")
        await run_child(["sleep", str(self.seconds)], limits=ChildLimits(seconds=100))
        path = run.folder / "evening.mp4"
        if self.ffmpeg:
            await run_child([self.ffmpeg, *_FILM, str(path)], limits=ChildLimits(seconds=60))
        else:
            path.write_text(f"a film of {sizes}")
        return str(path)


@dataclass
class Listener:
    """A chat platform that keeps what is shown and delivered."""

    name: str = "toy"
    shown: list[tuple[Reply, Asker]] = field(default_factory=list)
    delivered: list[Job] = field(default_factory=list)

    async def show(self, reply: Reply, asker: Asker) -> None:
        self.shown.append((reply, asker))

    async def deliver(self, job: Job, *, delivery: str) -> str:
        self.delivered.append(job)
        return delivery
