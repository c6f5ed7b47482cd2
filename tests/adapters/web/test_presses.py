"""Buttons, forms, slots, files without a word, and what completes what is typed."""

import pytest

from core.calls import Asker
from core.names import Place
from core.screens import Button, Reply
from tests.adapters.web.sidecar import Browser, Sidecar, finish, listed, make_outcome, whose


async def collect(browser: Browser, *labels: str, key: str = "dropped-files") -> dict[str, object]:
    """Send files without a command; says what came back."""
    uploads = [await browser.upload(label, b"some sound") for label in labels]
    return await browser.send(key=key, files={"": uploads})


async def press(
    browser: Browser,
    action: str,
    *,
    message: str = "slot:tray",
    key: str = "pressed-once",
    status: int = 200,
    **given: object,
) -> dict[str, object]:
    body = {"key": key, "action": action, "message": message, **given}
    return await browser.ask("POST", "/api/presses", body, status)


def only(answer: dict[str, object]) -> dict[str, object]:
    messages = answer["messages"]
    assert isinstance(messages, list)
    assert len(messages) == 1
    return dict(messages[0])


async def test_files_without_a_command_go_on_the_tray(browser: Browser) -> None:
    answer = await collect(browser, "one.mp3", "two.mp3")
    assert answer["taken"] is True
    said, tray = await browser.messages()
    assert [file["label"] for file in listed(said["files"])] == ["one.mp3", "two.mp3"]
    assert (tray["key"], tray["title"], tray["lines"]) == (
        "slot:tray", "Your tray", ["one.mp3", "two.mp3"],
    )  # fmt: skip
    rows = tray["buttons"]
    assert isinstance(rows, list)
    assert [[button["label"] for button in row] for row in rows] == [
        ["Mix", "Last first"],
        ["Options", "Clear"],
    ]


async def test_files_that_are_turned_down_can_be_sent_again(browser: Browser) -> None:
    uploads = [await browser.upload(f"{number}.mp3", b"sound") for number in range(10)]
    answer = await browser.send(key="dropped-files", files={"": uploads})
    assert answer["taken"] is False
    assert (await browser.messages())[-1]["text"] == "A tray holds 9 tracks."
    assert (await browser.ask("GET", f"/api/uploads/{uploads[0]}"))["sent"] is False


async def test_a_bad_file_keeps_no_other_off_the_tray(browser: Browser) -> None:
    words, sound = await browser.upload("a.txt", b"words"), await browser.upload("b.mp3", b"sound")
    answer = await browser.send(key="dropped-files", files={"": [words, sound]})
    assert answer["taken"] is True
    assert (await browser.messages())[-1]["lines"] == ["b.mp3"]
    looks = [await browser.ask("GET", f"/api/uploads/{name}") for name in (words, sound)]
    assert [look["sent"] for look in looks] == [False, True]


async def test_the_tray_moves_to_the_end_when_something_was_said(browser: Browser) -> None:
    await collect(browser, "one.mp3")
    first = (await browser.messages())[-1]
    await collect(browser, "two.mp3", key="dropped-later")
    messages = await browser.messages()
    assert [message["key"] for message in messages] == [
        "said:dropped-files",
        "said:dropped-later",
        "slot:tray",
    ]
    assert messages[-1]["lines"] == ["one.mp3", "two.mp3"]
    assert messages[-1]["id"] != first["id"]


async def test_a_press_changes_the_message_in_its_place(browser: Browser) -> None:
    await collect(browser, "one.mp3", "two.mp3")
    await browser.send(text="hello", key="words-between")
    before = await browser.messages()
    tray = only(await press(browser, "tray.last"))
    assert tray["lines"] == ["two.mp3", "one.mp3"]
    after = await browser.messages()
    assert [message["id"] for message in after] == [message["id"] for message in before]


async def test_the_tray_makes_way_for_the_job_that_it_becomes(
    sidecar: Sidecar, browser: Browser
) -> None:
    await collect(browser, "one.mp3", "two.mp3")
    job = only(await press(browser, "tray.mix"))
    assert (job["kind"], job["state"]) == ("job", "queued")
    assert sidecar.jobs.orders[job["job"]].request["labels"] == ["one.mp3", "two.mp3"]  # type: ignore[index]  # JSON
    assert [message["kind"] for message in await browser.messages()] == ["said", "gone", "job"]
    await collect(browser, "three.mp3", key="dropped-later")
    assert (await browser.messages())[-1]["lines"] == ["three.mp3"]


async def test_a_form_comes_filled_and_is_sent_with_its_file(browser: Browser) -> None:
    await collect(browser, "one.mp3")
    asked = (await press(browser, "tray.options"))["form"]
    assert isinstance(asked, dict)
    assert (asked["title"], asked["values"]) == ("How", {"crossfade": "8", "video": "no"})
    cover = await browser.upload("me.png", b"picture")
    values = {"title": "Mine", "crossfade": 8, "order": "name", "video": False}
    answer = await press(browser, "tray.options", values=values, files={"cover": [cover]})
    assert only(answer)["text"] == (
        "title Mine, crossfade 8.0, order name, video False, cover me.png"
    )


async def test_a_form_that_a_command_shows_stays_in_the_history(browser: Browser) -> None:
    await browser.send("shelf", values={"name": "ask"})
    asking = (await browser.messages())[-1]
    form = asking["form"]
    assert isinstance(form, dict)
    assert form["action"] == "shelf.named"
    told = only(
        await press(
            browser, "shelf.named", message=str(asking["key"]), values={"title": "Night train"}
        )
    )
    assert (told["key"], told["text"], told["form"]) == (
        asking["key"], "It is called Night train.", None,
    )  # fmt: skip


async def test_an_error_does_not_take_the_tray_away(browser: Browser) -> None:
    await collect(browser, "one.mp3")
    told = only(await press(browser, "tray.nonsense"))
    assert told["text"] == "That button is too old."
    assert (await browser.messages())[1]["lines"] == ["one.mp3"]


async def test_buttons_of_a_result_leave_the_result_as_it_is(
    sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order(title="Mine")
    await finish(sidecar, job, make_outcome(sidecar.folder_of(job)))
    result = (await browser.messages())[-1]
    rows = result["buttons"]
    assert isinstance(rows, list)
    labels = [[button["label"] for button in row] for row in rows]
    assert labels == [["Make again", "Delete"]], "its files are listed already"
    told = only(await press(browser, f"shelf.delete:{job}", message=str(result["key"])))
    assert told["text"] == "Mine is gone."
    kinds = [message["kind"] for message in await browser.messages()]
    assert kinds == ["said", "gone", "gone", "reply"]


async def test_a_result_whose_files_are_gone_says_so(sidecar: Sidecar, browser: Browser) -> None:
    job = await browser.order(title="Mine")
    await finish(sidecar, job, make_outcome(sidecar.folder_of(job)))
    sidecar.jobs.forget(job)
    result = (await browser.messages())[-1]
    assert (result["gone"], result["products"], result["title"]) == (True, [], "Mine")


async def test_a_result_that_is_sent_again_is_a_message_of_its_own(
    sidecar: Sidecar, browser: Browser
) -> None:
    job = await browser.order(title="Mine")
    done = await finish(sidecar, job, make_outcome(sidecar.folder_of(job)))
    first = await sidecar.chat.deliver(done, delivery="again-1")
    assert await sidecar.chat.deliver(done, delivery="again-1") == first
    kinds = [message["kind"] for message in await browser.messages()]
    assert kinds == ["said", "job", "result", "result"]


async def test_a_file_that_goes_with_a_reply_is_for_its_person_only(
    sidecar: Sidecar, browser: Browser
) -> None:
    await browser.send("shelf", values={"name": "export"})
    (file,) = listed((await browser.messages())[-1]["files"])
    assert (file["label"], file["size"]) == ("Everything.zip", 12)
    path = f"/api/uploads/{file['upload']}/file"
    async with browser.session.get(path) as response:
        assert await response.read() == b"PK all of it"
        assert "Everything.zip" in response.headers["Content-Disposition"]
    async with sidecar.browser() as stranger:
        await stranger.ask("GET", path, status=404)


async def test_what_is_typed_is_completed_with_ones_own(sidecar: Sidecar) -> None:
    async with sidecar.browser() as anna, sidecar.browser() as ben:
        await anna.order("annas-key-1", title="Night train")
        await anna.order("annas-key-2", title="Summer drive")
        path = "/api/suggestions?command=shelf&option=name&typed=night"
        assert await anna.ask("GET", path) == {"values": ["Night train"]}
        assert await ben.ask("GET", path) == {"values": []}
        assert await anna.ask("GET", "/api/suggestions") == {"values": []}


@pytest.mark.parametrize("action", ["", "x" * 61, "é" * 31])
async def test_a_press_of_no_button_is_refused(browser: Browser, action: str) -> None:
    await press(browser, action, status=400)


async def test_nobody_changes_a_strangers_message(sidecar: Sidecar) -> None:
    async with sidecar.browser() as anna, sidecar.browser() as ben:
        await collect(anna, "one.mp3")
        upload = await anna.upload("mine.mp3", b"mine")
        before = await anna.messages()
        told = only(await press(ben, "tray.last", message=str(before[0]["key"])))
        assert told["text"] != "1 tracks."
        await press(ben, "tray.options", values={}, files={"cover": [upload]}, status=404)
        assert await anna.messages() == before


async def test_links_to_our_own_pages_work_under_any_name(
    sidecar: Sidecar, browser: Browser
) -> None:
    await browser.send(text="hello")
    me = whose(browser)
    place = Place("web", me)
    buttons = (
        Button("Library", link=await sidecar.links.enter(me)),
        Button("Elsewhere", link="https://example.org/x"),
    )
    asker = Asker(identity=me, place=place, home=place)
    await sidecar.chat.show(Reply("Look.", buttons=(buttons,)), asker)
    rows = (await browser.messages())[-1]["buttons"]
    assert isinstance(rows, list)
    own, other = listed(rows[0])
    assert own["link"].startswith("/enter/")
    assert other["link"] == "https://example.org/x"
