"""Who is hired follows from the keys, and nobody's library is loaded before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.ffmpeg.pool import Pool
from bot.hiring import hire_eyes, hire_soundtracks
from config.settings import Settings, load
from core.ports import Musician
from tests.media import ffmpeg

KEYS = {
    "TAPEDECK_ELEVENLABS_KEY": "el",
    "TAPEDECK_GEMINI_KEY": "gem",
    "TAPEDECK_SUNOLIKE_URL": "https://music.example",
}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAPEDECK_SOUNDFONT", "off")


def musicians(settings: Settings) -> list[Musician]:
    hired = hire_soundtracks(settings, ffmpeg=ffmpeg(), pool=Pool(1))
    assert hired.composer.terms.title == "Tapedeck's composer"
    return list(hired.hire())


def test_without_keys_there_are_the_composer_and_colours() -> None:
    assert musicians(load()) == []
    eyes = hire_eyes(load())
    assert list(eyes.hire()) == [] and eyes.last.name == "colours"


def test_every_key_hires_one_and_the_order_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    titles = [musician.terms.title for musician in musicians(load())]
    assert titles == ["ElevenLabs", "Lyria", "The music service"]


@pytest.mark.parametrize("name", list(KEYS))
def test_one_key_is_enough(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, KEYS[name])
    assert len(musicians(load())) == 1


def test_prices_and_the_limit_reach_who_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPEDECK_ELEVENLABS_KEY", "el")
    monkeypatch.setenv("TAPEDECK_ELEVENLABS_CENTS", "80.5")
    monkeypatch.setenv("TAPEDECK_SOUNDTRACK_CENTS", "20")
    settings = load()
    (band,) = musicians(settings)
    assert band.terms.cents == 80.5
    hired = hire_soundtracks(settings, ffmpeg=ffmpeg(), pool=Pool(1))
    assert hired.most_cents == 20


def test_a_key_for_claude_hires_claude(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAPEDECK_ANTHROPIC_KEY", "sk")
    eyes = hire_eyes(load())
    (claude,) = eyes.hire()
    assert claude.name == "Claude" and eyes.hire()[0] is claude


def test_nobodys_library_is_loaded_before_it_is_needed() -> None:
    vendors = ("anthropic", "elevenlabs", "google.genai", "httpx", "httpx2")
    script = f"import sys, bot.app\nprint([name for name in {vendors} if name in sys.modules])"
    printed = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={"TAPEDECK_ANTHROPIC_KEY": "sk", **KEYS},
    )
    assert printed.stdout.strip() == b"[]"
