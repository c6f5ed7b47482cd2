"""One program for the tests of a file: it takes seconds to start."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.deck import Deck


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deck]:
    deck = Deck(tmp_path_factory.mktemp("deck"))
    deck.start()
    yield deck
    assert deck.stop() == 0
    assert deck.processes() == []
