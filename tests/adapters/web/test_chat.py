"""The chat over a real socket: calls, history, progress, results."""

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from adapters.web.chat import explain
from core.calls import Command
from core.jobs import Outcome
from tests.adapters.web.media import make_details
from tests.adapters.web.sidecar import SCRIPT, Browser, Sidecar, finish, make_outcome, running
from tests.fakes import FakeHelp, FakeMixtape
from tests.fakes_people import FakeLibrary


async def test_the_page_has_no_script_or_style_of_its_own(browser: Browser) -> None:
    async with browser.session.get("/") as response:
        page = await response.text()
    assert 'src="/static/chat.js"' in page
    assert "<style" not in page
    assert " style=" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert page.count("<script") == 1


async def test_every_module_that_the_scripts_import_is_served(browser: Browser) -> None:
    static = Path(__file__).parents[3] / "adapters/web/static"
    for path in static.iterdir():
        async with browser.session.get(f"/static/{path.name}") as response:
            assert response.status == 200
    for name in ("../app.py", "%2e%2e%2fapp.py", "nothing.js", "chat.py"):
        async with browser.session.get(f"/static/{name}") as response:
            assert response.status == 404


async def test_hello_tells_the_catalogue_with_its_options(browser: Browser) -> None:
    hello = await browser.ask("POST", "/api/hello")
    commands = hello["commands"]
    assert isinstance(commands, list)
    assert [command["name"] for command in commands] == ["mixtape", "help", "tray", "shelf"]
    crossfade = next(each for each in commands[0]["options"] if each["name"] == "crossfade")
    assert crossfade == {
        "name": "crossfade", "kind": "number", "summary": "How long tracks overlap",
        "default": 6.0, "least": 0, "most": 30, "unit": "seconds", "choices": [], "accepts": "",
        "required": False, "suggests": False, "personal": False,
    }  # fmt: skip


async def test_a_call_becomes_a_job_with_its_files_in_order(
    sidecar: Sidecar, browser: Browser
) -> None:
    one = await browser.upload("b.mp3", b"first")
    two = await browser.upload("a.mp3", b"second")
    answer = await browser.send(
        "mixtape", values={"title": "Mine", "crossfade": 3}, files={"tracks": [one, two]}
    )
    messages = answer["messages"]
    assert isinstance(messages, list)
    said, job = messages
    assert (said["kind"], said["command"], said["values"]) == (
        "said", "mixtape", {"title": "Mine", "crossfade": "3"},
    )  # fmt: skip
    assert (job["kind"], job["state"], job["title"]) == ("job", "queued", "Mine")
    request = sidecar.jobs.orders[job["job"]].request
    assert request["labels"] == ["b.mp3", "a.mp3"]
    paths = request["tracks"]
    assert isinstance(paths, list)
    assert [(sidecar.uploads / path).read_bytes() for path in paths] == [b"first", b"second"]


async def test_a_call_sent_twice_is_one_job_and_one_message(
    sidecar: Sidecar, browser: Browser
) -> None:
    upload = await browser.upload("b.mp3", b"first")
    first = await browser.send("mixtape", files={"tracks": [upload]})
    again = await browser.send("mixtape", files={"tracks": [upload]})
    assert first == again
    assert len(await browser.messages()) == 2
    assert len(await sidecar.jobs.listed(person=None, active=True)) == 1


async def test_a_wrong_value_is_answered_by_a_sentence(browser: Browser) -> None:
    upload = await browser.upload("b.mp3", b"first")
    answer = await browser.send("mixtape", values={"crossfade": 31}, files={"tracks": [upload]})
    messages = answer["messages"]
    assert isinstance(messages, list)
    assert messages[1]["kind"] == "reply"
    assert messages[1]["text"] == "“crossfade” must be a number from 0 to 30 seconds, not 31."


@pytest.mark.parametrize(
    "body",
    [
        {"key": "short"},
        {"key": "../../etc/passwd"},
        {"key": "a-key-of-its-own", "values": []},
        {"key": "a-key-of-its-own", "files": {"tracks": "one"}},
        [],
    ],
)
async def test_a_malformed_call_is_refused(browser: Browser, body: object) -> None:
    async with browser.session.post("/api/calls", json=body) as response:
        assert response.status == 400
    assert await browser.messages() == []


async def test_too_much_text_is_refused_by_a_sentence(browser: Browser) -> None:
    answer = await browser.send(text="x" * 4001, status=413)
    assert "4000" in str(answer["error"])
    answer = await browser.send(text="x" * 400_000, status=413)
    assert answer["error"] == "That is too much for one message."


def test_words_that_are_no_command_are_answered_helpfully() -> None:
    commands: list[Command] = [FakeMixtape(FakeLibrary()), FakeHelp()]
    assert "Did you mean /mixtape?" in explain("make me a mixtap please", commands)
    assert "/help: What Tapedeck can do" in explain("good evening", commands)


async def test_history_survives_a_restart_and_pages_backwards(tmp_path: Path) -> None:
    async with running(tmp_path) as before, before.browser() as browser:
        for number in range(20):
            await browser.send(text=f"words {number}", key=f"key-number-{number}")
        cookies = {cookie.key: cookie.value for cookie in browser.session.cookie_jar}
    async with (
        running(tmp_path) as after,
        aiohttp.ClientSession(after.url, cookies=cookies, headers=SCRIPT) as session,
    ):
        page = await Browser(session).ask("GET", "/api/messages")
        latest = page["messages"]
        assert isinstance(latest, list)
        older = await Browser(session).ask("GET", f"/api/messages?before={latest[0]['id']}")
    earlier = older["messages"]
    assert isinstance(earlier, list)
    said = [m["text"] for m in [*earlier, *latest] if m["kind"] == "said"]
    assert said == [f"words {number}" for number in range(20)]
    assert (page["more"], older["more"]) == (True, False)


async def test_a_result_is_delivered_once_and_hides_our_paths(
    tmp_path: Path, sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order(title="Mine")
    outcome = make_outcome(sidecar.folder_of(job))
    outcome = Outcome(outcome.text, outcome.products, make_details(2))
    done = await finish(sidecar, job, outcome)
    assert await sidecar.chat.deliver(done, delivery=done.id) == await sidecar.chat.deliver(
        done, delivery=done.id
    )
    said, progress, result = await browser.messages()
    assert said["kind"] == "said"
    assert (progress["state"], progress["percent"]) == ("done", 100.0)
    assert (result["kind"], result["title"]) == ("result", "Mine")
    tracks = result["tracks"]
    assert isinstance(tracks, list)
    assert tracks[1]["start"] == 4.0
    assert tracks[1]["source"] == "01.mp3"
    assert "private" not in json.dumps(result)
    assert str(tmp_path) not in json.dumps(result)


async def test_a_failed_job_turns_its_progress_message_into_the_sentence(
    sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order()
    failed = sidecar.jobs.fail(job, "None of the tracks could be read.")
    first = await sidecar.chat.deliver(failed, delivery=failed.id)
    assert await sidecar.chat.deliver(failed, delivery=failed.id) == first
    sidecar.jobs.forget(job)  # retention has been here: the words stay
    message = (await browser.messages())[-1]
    assert message["id"] == int(first)
    assert (message["state"], message["sentence"]) == (
        "failed", "None of the tracks could be read.",
    )  # fmt: skip


async def test_a_job_can_be_cancelled_once(browser: Browser) -> None:
    job = await browser.order()
    answer = await browser.ask("POST", f"/api/jobs/{job}/cancel")
    assert answer["state"] == "cancelled"
    answer = await browser.ask("POST", f"/api/jobs/{job}/cancel", status=404)
    assert answer["error"] == "That job has ended already."


async def hear(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, object]:
    """The next live event of a kind."""
    async with asyncio.timeout(5):
        while True:
            told = await socket.receive_json()
            assert isinstance(told, dict)
            if told["type"] == kind:
                return told


async def test_live_events_tell_progress_and_then_the_result(
    sidecar: Sidecar, browser: Browser
) -> None:
    async with browser.session.ws_connect("/api/live?since=0") as socket:
        job = await browser.order()
        assert (await hear(socket, "message"))["type"] == "message"
        sidecar.jobs.run(job, "Mixing", 42.0, left=9)
        told: dict[str, object] = {}
        while told.get("percent") != 42.0:
            found = (await hear(socket, "job"))["job"]
            assert isinstance(found, dict)
            told = found
        assert (told["stage"], told["left"]) == ("Mixing", 9)
        await finish(sidecar, job, make_outcome(sidecar.folder_of(job)))
        kinds = []
        while "result" not in kinds:
            message = (await hear(socket, "message"))["message"]
            assert isinstance(message, dict)
            kinds.append(message["kind"])


async def test_a_page_that_was_away_hears_only_what_it_missed(browser: Browser) -> None:
    await browser.send(text="before", key="key-before")
    revision = (await browser.ask("GET", "/api/messages"))["revision"]
    await browser.send(text="meanwhile", key="key-meanwhile")
    async with browser.session.ws_connect(f"/api/live?since={revision}") as socket:
        message = (await hear(socket, "message"))["message"]
        assert isinstance(message, dict)
        assert message["text"] == "meanwhile"


async def test_stopping_lets_go_of_open_pages(sidecar: Sidecar, browser: Browser) -> None:
    socket = await browser.session.ws_connect("/api/live")
    async with asyncio.timeout(5):
        await sidecar.server.close()
        assert (await socket.receive()).type in (
            aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED,
        )  # fmt: skip
    await socket.close()


async def test_too_many_windows_are_turned_down(browser: Browser) -> None:
    sockets = [await browser.session.ws_connect("/api/live") for _ in range(20)]
    async with browser.session.get("/api/live") as response:
        assert response.status == 429
    for socket in sockets:
        await socket.close()
