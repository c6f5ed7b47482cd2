"""A site for the tests of a module, and a fetcher that is led to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tenacity import wait_none

from adapters.ytdlp import Bounds, YtDlp
from tests.doubles.tube.site import Tube
from tests.media import ffmpeg

MEGABYTE = 1_000_000
MakeFetcher = Callable[..., YtDlp]


@pytest.fixture(scope="module")
def tube() -> Iterator[Tube]:
    with Tube() as site:
        yield site


@pytest.fixture
def make_fetcher(tube: Tube, tmp_path: Path) -> MakeFetcher:
    def make(
        *,
        seconds: float = 3600,
        size: int = 100 * MEGABYTE,
        patience: float = 60,
        cookies: Path | None = None,
    ) -> YtDlp:
        bounds = Bounds(
            seconds=seconds,
            bytes=size,
            kept_bytes=100 * MEGABYTE,
            patience_seconds=patience,
        )
        return YtDlp(
            ffmpeg(),
            tmp_path / "kept",
            bounds,
            cookies=cookies,
            command=tube.child,
            wait=wait_none(),
        )

    return make


@pytest.fixture
def fetcher(make_fetcher: MakeFetcher) -> YtDlp:
    return make_fetcher()


@pytest.fixture
def job(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir()
    return folder
