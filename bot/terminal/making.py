"""Making something here and now: the same job as in a chat, with a progress bar."""

import getpass
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from contextlib import AbstractAsyncContextManager
    from types import ModuleType

    from config.settings import Settings
    from core.calls import Call
    from core.jobs import Job, Order
    from core.names import PersonId, Place
    from core.options import Value

    Ahead = AbstractAsyncContextManager[Callable[[Order], Awaitable[Order]]]
    """A block in which work goes on; yields what adds its result to the order."""

MADE, REFUSED, USAGE, BUG = 0, 1, 2, 70
_SWITCH_SECONDS = 0.0005


def make_here(
    command: str,
    values: "Mapping[str, Value]",
    order: "Callable[[Call], Order]",
    out: Path,
    *,
    ahead: "Callable[[Settings, Order], Ahead] | None" = None,
) -> "Job":
    """Order, run it here with a progress bar, and return the job when it has ended.

    `ahead` begins a part of the work while the house opens, which takes a second.
    """
    from core.calls import Asker, Call

    person, place = stand_at(out)
    asker = Asker(identity=person, place=place, home=place)
    wanted = order(Call(command, person, asker, uuid4().hex, values))
    return carry_out(wanted, ahead=ahead)


def stand_at(out: Path) -> "tuple[PersonId, Place]":
    """Who asks at a terminal, and the folder where the result goes. Raises `UserError`."""
    from core.names import PersonId, Place

    folder = Path(os.path.abspath(out))  # noqa: PTH100
    require_folder(folder)
    return PersonId(f"terminal:{_name_user()}"), Place("terminal", str(folder))


def carry_out(
    wanted: "Order", *, ahead: "Callable[[Settings, Order], Ahead] | None" = None
) -> "Job":
    """Have an order made here, with a progress bar; the job when it has ended."""
    import asyncio

    from bot.logs import write_logs
    from bot.terminal.progress import Bar
    from config.settings import list_secrets, load

    settings = load()
    write_logs(settings.data, level=settings.log_level, secrets=list_secrets(settings))

    async def work() -> "Job":
        with Bar() as bar, _stopping_politely():
            async with ahead(settings, wanted) if ahead else nullcontext(_as_it_is) as add:
                # Off the loop, so that what was begun ahead goes on.
                app = await asyncio.to_thread(_import_house)
                async with app.open_house(settings, app.Role.TERMINAL) as house:
                    job: Job = await house.engine.run_here(await add(wanted), bar.show)
                    return job

    return asyncio.run(work())


def _import_house() -> "ModuleType":
    import gc

    usual = sys.getswitchinterval()
    # Imports leave no garbage, only a million things to look through for it: 0.2 s. And they hold
    # the interpreter: the loop would get it back too late to start what is done ahead.
    gc.disable()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        from bot import app
    finally:
        sys.setswitchinterval(usual)
        gc.enable()
    return app


async def _as_it_is(order: "Order") -> "Order":
    return order


def finish(
    job: "Job",
    *,
    contract: "Callable[[Job], dict[str, Any]] | None",
    show: "Callable[[Job], None]",
) -> int:
    """Print how a job ended, as the JSON of its `contract` or in words; the exit status."""
    from bot.dispatch import find_ticket

    if job.outcome is None:
        sys.stderr.write(f"{job.sentence}\n")
        return BUG if find_ticket(job.sentence) else REFUSED
    if contract is not None:
        sys.stdout.write(json.dumps(contract(job), indent=2) + "\n")
    else:
        show(job)
    return MADE


def place_products(job: "Job") -> dict[str, str]:
    """Where the files of a job of the terminal are, by their role."""
    assert job.outcome is not None  # noqa: S101  a finished job has one
    folder = Path(job.place.conversation)
    return {product.role: str(folder / product.label) for product in job.outcome.products}


def attach(path: str) -> "Any":
    """A file, or what a link stands for, as an option takes it."""
    from core.link_texts import is_link
    from core.options import Attachment, attach_link

    if is_link(path):
        return attach_link(path)
    whole = Path(os.path.abspath(path))  # noqa: PTH100  resolve() would follow links
    return Attachment(whole, str(whole), 0)


@contextmanager
def _stopping_politely() -> Iterator[None]:
    """Have a plain kill and a closed window clean up as Ctrl-C does, and exit as shells expect."""
    import asyncio

    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    caught: list[signal.Signals] = []

    def stop(how: signal.Signals) -> None:
        caught.append(how)
        if task is not None:
            task.cancel()

    for how in (signal.SIGTERM, signal.SIGHUP):
        # nohup has it ignored, and means it.
        if signal.getsignal(how) is not signal.SIG_IGN:
            loop.add_signal_handler(how, stop, how)
    try:
        yield
    except asyncio.CancelledError:
        if caught:
            raise SystemExit(128 + caught[0]) from None
        raise


def _name_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that no name belongs to.
        return str(os.getuid())


def require_folder(folder: Path) -> None:
    from core.errors import UserError

    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise UserError(
            f"--out {folder} cannot be used: its name is not UTF-8. Choose another folder."
        ) from error
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--out {folder} is a file, not a folder. Choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"--out {folder} cannot be used: {os.strerror(error.errno or 0).lower()}. "
            "Choose another folder."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"--out {folder} cannot be written to. Choose another folder.")
