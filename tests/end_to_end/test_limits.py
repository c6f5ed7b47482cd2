"""Limits of the operator's, at the running program."""

import asyncio
from pathlib import Path

from tests.adapters.web.sidecar import Browser, listed
from tests.end_to_end.deck import Deck
from tests.media import Sound, make


async def ask(browser: Browser, key: str, command: str = "jobs") -> str:
    answer = await browser.send(command, key=key)
    return str(listed(answer["messages"])[1]["text"])


async def test_one_who_asks_too_often_is_told_and_their_files_are_taken(tmp_path: Path) -> None:
    deck = Deck(tmp_path)
    await asyncio.to_thread(deck.start, TAPEDECK_PERSON_MINUTE_CALLS="2", until_ready=False)
    try:
        async with deck.person() as busy, deck.person() as other:
            said = [await ask(busy, f"key-number-{at}") for at in range(3)]
            assert said[0] == said[1] != said[2]
            assert said[2].startswith("That was fast: 2 commands and presses a minute")
            assert "nothing to cancel" in await ask(busy, "key-cancel", "cancel")
            assert await ask(other, "key-other") == said[0]
            upload = await busy.upload("one.mp3", make("mp3", Sound(seconds=1)).read_bytes())
            dropped = await busy.send(key="key-dropped", files={"files": [upload]})
            assert dropped["taken"] and "1 track" in str(listed(dropped["messages"])[1])
    finally:
        await asyncio.to_thread(deck.stop)
