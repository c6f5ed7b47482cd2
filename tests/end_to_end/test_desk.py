"""What the desk sees to, at the running program: limits, and what a command cannot do without."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.adapters.web.sidecar import Browser, listed
from tests.end_to_end.deck import Deck
from tests.media import Sound, make


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deck]:
    """A program where a person may do two things a minute."""
    deck = Deck(tmp_path_factory.mktemp("deck"))
    deck.start(TAPEDECK_PERSON_MINUTE_CALLS="2", until_ready=False)
    yield deck
    deck.stop()


async def ask(browser: Browser, key: str, command: str = "jobs") -> dict[str, Any]:
    answer = await browser.send(command, key=key)
    return dict(listed(answer["messages"])[1])


async def test_one_who_asks_too_often_is_told_and_their_files_are_taken(deck: Deck) -> None:
    async with deck.person() as busy, deck.person() as other:
        said = [(await ask(busy, f"key-number-{at}"))["text"] for at in range(3)]
        assert said[0] == said[1] != said[2]
        assert said[2].startswith("That was fast: 2 commands and presses a minute")
        assert "nothing to cancel" in (await ask(busy, "key-cancel", "cancel"))["text"]
        assert (await ask(other, "key-other"))["text"] == said[0]
        upload = await busy.upload("one.mp3", make("mp3", Sound(seconds=1)).read_bytes())
        dropped = await busy.send(key="key-dropped", files={"files": [upload]})
        assert dropped["taken"] and "1 track" in str(listed(dropped["messages"])[1])


async def test_what_a_command_needs_is_asked_for_in_a_form_that_runs_it(deck: Deck) -> None:
    async with deck.person() as anna:
        asked = await ask(anna, "key-asked", "download")
        assert asked["text"].startswith("“link” is missing")
        form = asked["form"]
        assert (form["action"], form["options"][0]["name"]) == ("download", "link")
        body = {
            "key": "key-sent",
            "action": form["action"],
            "message": "",
            "values": {"link": "no address at all"},
        }
        sent = await anna.ask("POST", "/api/presses", body, 200)
        assert sent["form"] is None
        [answer] = listed(sent["messages"])
        assert "link" in answer["text"] and "missing" not in answer["text"]
