"""All that people are told, by key and language: one Project Fluent file for each language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

from core.calls import Entry

ENGLISH = "en"
TEXTS = Path(__file__).parent / "texts"

Fact = str | int | float


class Words:
    """The texts of every language that has a file in the folder. English has all of them."""

    def __init__(self, folder: Path = TEXTS) -> None:
        self._bundles = {file.stem: _read(file) for file in sorted(folder.glob("*.ftl"))}
        if ENGLISH not in self._bundles:
            raise FileNotFoundError(f"{folder / ENGLISH}.ftl is not there")

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags of the languages that there are, English first."""
        return (ENGLISH, *(tag for tag in self._bundles if tag != ENGLISH))

    def __call__(self, key: str, language: str = ENGLISH, /, **facts: Fact) -> str:
        """The text of a key. What a language lacks is said in English.

        Raises `KeyError` for a key that English lacks, `ValueError` for facts that it misses.
        """
        for bundle in (self._bundles[self.nearest(language)], self._bundles[ENGLISH]):
            text, errors = _format(bundle, key, facts)
            if text is not None and not errors:
                return text
        if text is None:
            raise KeyError(key)
        raise ValueError(f"{key}: {errors[0]}")

    def find(self, key: str, language: str, default: str) -> str:
        """A text that only other languages need: English says `default` itself."""
        text, errors = _format(self._bundles[self.nearest(language)], key, {})
        return default if text is None or errors else text

    def nearest(self, language: str) -> str:
        """The language that comes closest to a tag: `de-AT` finds `de`, and all else English."""
        tag = language.replace("_", "-").lower()
        known = {each.lower(): each for each in self._bundles}
        return known.get(tag) or known.get(tag.partition("-")[0]) or ENGLISH

    def to(self, language: str) -> "Say":
        """The words for one listener."""
        return Say(self, self.nearest(language))


@dataclass(frozen=True, slots=True)
class Say:
    """The words in one language: `say("tray-count", count=3)`."""

    words: Words
    language: str

    def __call__(self, key: str, /, **facts: Fact) -> str:
        return self.words(key, self.language, **facts)

    def find(self, key: str, default: str) -> str:
        return self.words.find(key, self.language, default)

    def entry(self, entry: Entry) -> Entry:
        """A menu entry in this language: its keys are `entry-tray` and `entry-tray.title`."""
        key = f"entry-{entry.name}"
        options = tuple(
            replace(option, summary=self.find(f"{key}.{option.name}", option.summary))
            for option in entry.options
        )
        return replace(entry, summary=self.find(key, entry.summary), options=options)


def _read(file: Path) -> FluentBundle:
    # Isolating marks around each fact would end up in file names and searches.
    bundle = FluentBundle([file.stem], use_isolating=False)
    bundle.add_resource(FluentResource(file.read_text("utf-8")))
    return bundle


def _format(
    bundle: FluentBundle, key: str, facts: Mapping[str, Fact]
) -> tuple[str | None, list[Any]]:
    name, _, attribute = key.partition(".")
    if not bundle.has_message(name):
        return None, []
    message = bundle.get_message(name)
    pattern = message.attributes.get(attribute) if attribute else message.value
    if pattern is None:
        return None, []
    text, errors = bundle.format_pattern(pattern, dict(facts))
    return str(text), list(errors)
