"""From a tray to a job: the tray is emptied only once the job was accepted."""

from dataclasses import replace

from bot.ordering import key_of, order_mixtape
from core.calls import Call
from core.jobs import Job, Order
from core.ports import Jobs, Trays
from core.trays import Tray


async def mix_tray(call: Call, tray: Tray, *, jobs: Jobs, trays: Trays) -> tuple[Order, Job]:
    """Order the mixtape of a settled call whose tracks are the tray's. Raises `UserError`."""
    order = order_mixtape(replace(call, key=key_of(tray)))
    job = await jobs.start(order)
    mixed = {item.id for item in tray.items}

    def without(now: Tray) -> Tray:
        """What was dropped in the meantime stays for the next one."""
        left = tuple(item for item in now.items if item.id not in mixed)
        return replace(now, items=left, cover=None, options={})

    await trays.change(call.person, without)
    return order, job
