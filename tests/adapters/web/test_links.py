"""Links in the local chat: what a worker found is asked in the place of its progress."""

from core.jobs import LOOK, Order
from core.names import Place
from tests.adapters.web.sidecar import Browser, Sidecar, finish, whose
from tests.links import LINK, answer


async def test_what_was_found_takes_the_place_of_the_progress_message(
    sidecar: Sidecar, browser: Browser
) -> None:
    identity = whose(browser)
    order = Order("k", LOOK, "youtube.com", identity, Place("web", identity), {"link": LINK})
    job = await sidecar.jobs.start(order)
    await finish(sidecar, job.id, answer())
    [message] = await browser.messages()
    assert (message["key"], message["kind"]) == (f"job:{job.id}", "reply")
    assert "products" not in message


async def test_a_link_without_a_command_is_collected(browser: Browser) -> None:
    answered = await browser.send("", text=f"this one {LINK}")
    messages = answered["messages"]
    assert isinstance(messages, list)
    assert "1 " in str(messages[-1]["text"]) + str(messages[-1].get("lines"))
