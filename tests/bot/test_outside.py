"""The fetcher as the product wires it, which no setting and no link brings into the house."""

from pathlib import Path

import pytest

from bot.app import open_fetcher
from config.settings import Settings
from core.errors import UserError
from core.links import Medium, Want
from core.ports import Fetcher

_INSIDE = (
    "http://127.0.0.1/song.mp3",
    "http://[::ffff:127.0.0.1]/song.mp3",
    "http://169.254.169.254/latest/meta-data/",
    "https://localhost/song.mp3",
    "http://router.local/",
    # Sites of yt-dlp's list, as they are not.
    "http://www.youtube.com@127.0.0.1/watch?v=aaaaaaaaaaa",
    "http://127.0.0.1/www.youtube.com/watch?v=aaaaaaaaaaa",
    "http://127.0.0.1#.youtube.com/watch?v=aaaaaaaaaaa",
    "http://127.0.0.1\\.youtube.com/watch?v=aaaaaaaaaaa",
    "http://2130706433/?.youtube.com",
    "file://www.youtube.com/etc/passwd",
)


@pytest.fixture
def fetcher(tmp_path: Path) -> Fetcher:
    return open_fetcher(Settings(data=tmp_path / "data"))


@pytest.mark.parametrize("link", _INSIDE)
async def test_the_product_goes_to_no_address_of_the_house(
    link: str, fetcher: Fetcher, tmp_path: Path
) -> None:
    folder = tmp_path / "job"
    folder.mkdir()

    with pytest.raises(UserError) as looked:
        await fetcher.look(link)
    with pytest.raises(UserError):
        await fetcher.fetch(Want(url=link, medium=Medium.AUDIO), folder, report=lambda done: None)

    assert str(looked.value).endswith(".")
    assert list(folder.iterdir()) == []
