"""`tapedeck video` with services that see and play: theirs when they are well, ours when not."""

from pathlib import Path

import pytest

from tests.adapters.film.pictures import COFFEE
from tests.bot.terminal.program import Shell
from tests.doubles.muses import claude, elevenlabs
from tests.doubles.muses.claude import claude_double
from tests.doubles.muses.elevenlabs import elevenlabs_double


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    settings = {
        "TAPEDECK_DATA": str(tmp_path / "data"),
        "TAPEDECK_SOUNDFONT": "off",
        "TAPEDECK_LOG_LEVEL": "debug",
        "TAPEDECK_ANTHROPIC_KEY": claude.KEY,
        "TAPEDECK_ELEVENLABS_KEY": elevenlabs.KEY,
    }
    return Shell(tmp_path, settings)


async def make(shell: Shell, *, seeing: str, playing: str) -> dict[str, object]:
    ended = await shell.run(
        "video", str(COFFEE), "--length", "6", "--seed", "3", "--out", "films", "--json",
        TAPEDECK_ANTHROPIC_URL=seeing, TAPEDECK_ELEVENLABS_URL=playing,
    )  # fmt: skip
    return ended.result


async def test_what_services_see_and_play_becomes_the_video(shell: Shell) -> None:
    async with claude_double() as seeing, elevenlabs_double() as playing:
        result = await make(shell, seeing=seeing.url, playing=playing.url)
    assert (result["by"], result["provider"], result["notes"]) == ("claude", "ElevenLabs", [])
    assert (result["title"], result["duration"]) == ("Harbour Lights", 6.0)
    assert result["lyrics"] == claude.SCENE["lyrics"]
    (order,) = playing.asked
    assert "electric piano" in order["prompt"] and order["music_length_ms"] == 6000
    log = (shell.data / "tapedeck.log").read_text()
    assert claude.KEY not in log and elevenlabs.KEY not in log
    assert "base64" not in log, "no photo is ever written down"


async def test_services_that_fail_are_told_and_the_video_is_made(shell: Shell) -> None:
    async with claude_double("refuses") as seeing, elevenlabs_double("busy") as playing:
        result = await make(shell, seeing=seeing.url, playing=playing.url)
    assert (result["by"], result["provider"]) == ("colours", "Tapedeck's composer")
    assert result["notes"] == [
        "Claude would not describe this photo. So only colours and light were looked at.",
        "ElevenLabs has too much to do. Tapedeck's composer made the music instead.",
    ]
