"""What a link stands for, in the words of the real yt-dlp, from a site of the tests' own."""

from pathlib import Path

import pytest

from adapters.ytdlp import YtDlp
from core.errors import ServiceError, UserError
from core.links import Heading
from tests.adapters.ytdlp.conftest import MakeFetcher
from tests.doubles.tube.site import Tube
from tests.doubles.tube.videos import Album, Playlist, Song, State, Trouble, Video


async def test_tells_title_length_qualities_and_chapters(fetcher: YtDlp, tube: Tube) -> None:
    video = Video(
        id="looked-at-1", title="Late\u202e night", chapters=(("One", 0.0), ("Two", 4.0)), seconds=9
    )
    found = await fetcher.look(tube.add(video) + "&t=3")
    assert (found.title, found.artist, found.seconds) == ("Late night", "A channel", 9.0)
    assert (found.site, found.id, found.url) == ("youtube", video.id, tube.url(video.id))
    assert (found.video, found.heights, found.start) == (True, (720, 360), 3.0)
    assert found.chapters == (
        Heading(title="One", start=0.0, end=4.0),
        Heading(title="Two", start=4.0, end=9.0),
    )
    sizes = tube.sizes(video.id)
    assert found.sizes["best"] == sizes[136] + max(sizes[140], sizes[251])


async def test_a_song_has_its_own_title_and_artist(fetcher: YtDlp, tube: Tube) -> None:
    song = Song(title="Kvällen", artist="Ida", album="Nätter")
    found = await fetcher.look(tube.add(Video(id="looked-at-2", title="x", song=song)))
    assert (found.title, found.artist, found.album) == ("Kvällen", "Ida", "Nätter")


async def test_a_list_has_its_entries_in_order(fetcher: YtDlp, tube: Tube) -> None:
    for number in (1, 2):
        tube.add(Video(id=f"listed-no-{number}", title=f"Number {number}", seconds=10.0))
    url = tube.add_playlist(
        Playlist(id="PLall", title="All", videos=("listed-no-2", "listed-no-1"))
    )
    found = await fetcher.look(url)
    assert found.title == "All" and not found.heights
    assert [entry.title for entry in found.entries] == ["Number 2", "Number 1"]
    assert [entry.url for entry in found.entries] == [
        tube.url("listed-no-2"),
        tube.url("listed-no-1"),
    ]
    assert [entry.seconds for entry in found.entries] == [10.0, 10.0]


async def test_an_album_of_another_site_is_a_list(fetcher: YtDlp, tube: Tube) -> None:
    found = await fetcher.look(
        tube.add_album(Album(id="nights", title="Nights", artist="Ida", tracks=("One", "Two")))
    )
    assert [entry.title for entry in found.entries] == ["One", "Two"]


async def test_a_page_is_asked_for_once(fetcher: YtDlp, tube: Tube) -> None:
    url = tube.add(Video(id="asked--once"))
    await fetcher.look(url)
    before = len(tube.asked)
    await fetcher.look(url)
    assert len(tube.asked) == before


async def test_what_is_live_says_so(fetcher: YtDlp, tube: Tube) -> None:
    assert (await fetcher.look(tube.add(Video(id="live-on-air", state=State.LIVE)))).live


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.PRIVATE, "to its members or to invited people only"),
        (State.MEMBERS, "to its members or to invited people only"),
        (State.REMOVED, "YouTube has nothing at that link"),
        (State.AGE, "only to adults who have signed in"),
        (State.GEO, "not show that in the country"),
        (State.UPCOMING, "has not begun yet"),
        (State.PROTECTED, "protects that with DRM"),
    ],
    ids=lambda value: value.name if isinstance(value, State) else "",
)
async def test_what_cannot_be_had_says_why(
    fetcher: YtDlp, tube: Tube, state: State, words: str
) -> None:
    with pytest.raises(UserError, match=words):
        await fetcher.look(tube.add(Video(id="cannot--had", state=state)))


async def test_a_site_that_wants_proof_is_left_alone_at_once(fetcher: YtDlp, tube: Tube) -> None:
    url = tube.add(Video(id="a-bot-check", state=State.BOT))
    with pytest.raises(ServiceError, match=r"proof that I am no robot.*TAPEDECK_SOURCE_COOKIES"):
        await fetcher.look(url)
    before = len(tube.asked)
    with pytest.raises(ServiceError, match=r"leave it alone.*Try again in 1 minute"):
        await fetcher.look(tube.add(Video(id="another-one")))
    assert len(tube.asked) == before


@pytest.mark.parametrize(
    ("trouble", "words", "asked"),
    [
        (Trouble.PAGE_LIMITED, "asked for too much lately", 1),
        (Trouble.PAGE_BROKEN, "changed in a way that I do not understand", 1),
        (Trouble.PAGE_FAILING, "could not be reached", 3),
    ],
)
async def test_trouble_of_a_site_is_told_and_tried_again_only_where_that_helps(
    fetcher: YtDlp, tube: Tube, trouble: Trouble, words: str, asked: int
) -> None:
    url = tube.add(Video(id="in-troubles", trouble=trouble))
    before = len(tube.asked)
    with pytest.raises(ServiceError, match=words):
        await fetcher.look(url)
    assert len(tube.asked) - before >= asked
    assert asked > 1 or len(tube.asked) - before < 3


@pytest.mark.parametrize(
    "url", ["https://x.org/watch?v=aaaaaaaaaaa", "https://youtube.com.x.org/watch?v=aaaaaaaaaaa"]
)
async def test_an_unknown_site_is_refused_before_it_is_asked(
    fetcher: YtDlp, tube: Tube, url: str
) -> None:
    before = len(tube.asked)
    with pytest.raises(UserError, match="I do not know what is at that link"):
        await fetcher.look(url)
    assert len(tube.asked) == before


async def test_a_page_of_a_site_without_a_piece_is_refused(fetcher: YtDlp) -> None:
    with pytest.raises(UserError, match="I do not know what is at that link"):
        await fetcher.look("https://archive.org/about/")


async def test_the_operators_cookies_are_copied_and_never_written_to(
    make_fetcher: MakeFetcher, tube: Tube, tmp_path: Path
) -> None:
    cookies = tmp_path / "cookies.txt"
    text = "# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t2147483647\tSID\tsecret\n"
    cookies.write_text(text)
    cookies.chmod(0o400)
    await make_fetcher(cookies=cookies).look(tube.add(Video(id="signed-in-1")))
    assert cookies.read_text() == text
    kept = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert kept and not any(b"secret" in path.read_bytes() for path in kept)
