"""Downloads, opened as players open them: codings, lengths, tags, covers, chapters."""

import asyncio
import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from PIL import Image

from adapters.ffmpeg.pool import Pool
from adapters.ytdlp import Bounds, YtDlp
from bot.pipelines.download import DownloadPipeline
from core.errors import ServiceError, UserError
from core.jobs import Json, Outcome, Product
from core.links import Fetched, Found, Heading, Span, Want
from core.ports import Fetcher
from tests.bot.pipelines.running import Running
from tests.doubles.tube.site import Tube
from tests.doubles.tube.timecode import hear_file
from tests.doubles.tube.videos import Video
from tests.fakes import FakeFetcher
from tests.media import MUSIC, ffmpeg, make

LINK = "https://tube.test/watch?v=1"
MUCH = replace(MUSIC, seconds=20.0)
PIECE = Found(
    url=LINK,
    site="tube",
    id="1",
    title="Späte Nacht",
    artist="Ida Sólveig",
    album="Nächte",
    seconds=20.0,
    video=True,
    chapters=(
        Heading(title="First", start=0.0, end=8.0),
        Heading(title="Second = 2;", start=8.0, end=20.0),
    ),
)


class Tagged(FakeFetcher):
    """The fake, with a cover beside what it brings; a part, when `held` says which one."""

    def __init__(
        self,
        files: Mapping[str, tuple[Found, Path]],
        *,
        pages: tuple[Found, ...] = (),
        troubles: Mapping[str, Exception] | None = None,
        cover: bool = True,
        held: Span | None = None,
    ) -> None:
        super().__init__(files, pages=pages, troubles=troubles)
        self._cover = cover
        self._held = held

    async def fetch(self, want: Want, folder: Path, *, report) -> Fetched:  # type: ignore[no-untyped-def]  # as the fake's
        fetched = await super().fetch(want, folder, report=report)
        cover = folder / "cover"
        if self._cover:
            Image.new("RGB", (640, 360), (200, 30, 30)).save(cover, "WEBP")
        return replace(
            fetched, cover=cover if self._cover else None, span=self._held or fetched.span
        )


def download(
    folder: Path, fetcher: Fetcher, *, quality: str = "original", **request: Json
) -> Outcome:
    pipeline = DownloadPipeline(ffmpeg=ffmpeg(), pool=Pool(2), fetcher=fetcher)
    asked: dict[str, Json] = {
        "link": LINK, "quality": quality, "start": None, "end": None, "entries": "", "title": "",
    }  # fmt: skip
    run = Running(folder / "job", asked | request)
    run.folder.mkdir()
    outcome = asyncio.run(pipeline.make(run))
    json.dumps(outcome.details)
    assert run.told and all(0.0 <= fraction <= 1.0 for fraction in run.told)
    return outcome


def sound_of(outcome: Outcome) -> Product:
    return next(each for each in outcome.products if each.role in ("audio", "video"))


def streams(path: str) -> str:
    said = subprocess.run([ffmpeg(), "-hide_banner", "-i", path], capture_output=True, text=True)
    return said.stderr


def packets(path: str) -> str:
    """A digest of the coded sound: the same when it was copied."""
    command = [ffmpeg(), "-v", "error", "-i", path, "-map", "0:a:0", "-c", "copy"]
    done = subprocess.run([*command, "-f", "md5", "-"], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize(
    ("form", "quality", "ending", "codec", "copied"),
    [
        ("m4a", "original", ".m4a", "aac", True),
        ("webm", "original", ".ogg", "opus", True),
        ("mp3", "original", ".mp3", "mp3", True),
        ("flac", "original", ".flac", "flac", True),
        ("ogg", "original", ".ogg", "vorbis", True),
        ("mp3", "mp3", ".mp3", "mp3", True),
        ("m4a", "mp3", ".mp3", "mp3", False),
        ("m4a", "opus", ".ogg", "opus", False),
        ("opus", "opus", ".ogg", "opus", True),
        ("webm", "m4a", ".m4a", "aac", False),
        ("mp4", "m4a", ".m4a", "aac", True),
    ],
)
def test_sound_is_copied_where_its_container_allows_and_encoded_once_where_not(
    tmp_path: Path, form: str, quality: str, ending: str, codec: str, copied: bool
) -> None:
    source = make(form, MUCH)
    outcome = download(tmp_path, Tagged({LINK: (PIECE, source)}), quality=quality)
    made = sound_of(outcome)
    assert made.label == f"ida-solveig-spate-nacht{ending}" and made.role == "audio"
    assert f"Audio: {codec}" in streams(made.path)
    assert made.seconds == pytest.approx(20.0, abs=0.15)
    if ending != ".flac":
        assert (packets(made.path) == packets(str(source))) is copied


def test_an_mp3_has_tags_cover_chapters_and_where_it_is_from(tmp_path: Path) -> None:
    outcome = download(tmp_path, Tagged({LINK: (PIECE, make("m4a", MUCH))}), quality="mp3")
    tags = ID3(sound_of(outcome).path)
    assert (str(tags["TIT2"]), str(tags["TPE1"]), str(tags["TALB"])) == (
        "Späte Nacht", "Ida Sólveig", "Nächte",
    )  # fmt: skip
    assert tags.getall("WOAS")[0].url == LINK
    assert tags.getall("APIC")[0].data[:2] == b"\xff\xd8"
    marks = sorted((each.start_time, str(each.sub_frames["TIT2"])) for each in tags.getall("CHAP"))
    assert marks == [(0, "First"), (8000, "Second = 2;")]


def test_an_m4a_has_them_too(tmp_path: Path) -> None:
    outcome = download(tmp_path, Tagged({LINK: (PIECE, make("m4a", MUCH))}))
    file = MP4(sound_of(outcome).path)
    assert file.tags is not None and file.chapters is not None
    assert file.tags["\xa9nam"] == ["Späte Nacht"] and file.tags["\xa9cmt"] == [LINK]
    assert bytes(file.tags["covr"][0])[:2] == b"\xff\xd8"
    assert [(mark.start, mark.title) for mark in file.chapters] == [
        (0.0, "First"), (8.0, "Second = 2;"),
    ]  # fmt: skip


def test_an_opus_has_them_too(tmp_path: Path) -> None:
    outcome = download(tmp_path, Tagged({LINK: (PIECE, make("webm", MUCH))}))
    tags = OggOpus(sound_of(outcome).path)
    assert tags["TITLE"] == ["Späte Nacht"] and tags["COMMENT"] == [LINK]
    assert tags["CHAPTER001"] == ["00:00:08.000"] and "METADATA_BLOCK_PICTURE" in tags


def test_a_flac_has_its_tags_and_cover(tmp_path: Path) -> None:
    outcome = download(tmp_path, Tagged({LINK: (PIECE, make("flac", MUCH))}))
    file = FLAC(sound_of(outcome).path)
    assert file["title"] == ["Späte Nacht"] and file.pictures[0].data[:2] == b"\xff\xd8"


def test_a_piece_without_a_cover_or_artist_is_still_the_piece(tmp_path: Path) -> None:
    bare = Found(url=LINK, site="link", id="1", title="noise.mp3")
    outcome = download(tmp_path, Tagged({LINK: (bare, make("mp3", MUCH))}, cover=False))
    assert [each.role for each in outcome.products] == ["audio"]
    assert sound_of(outcome).label == "noise-mp3.mp3"


@pytest.mark.parametrize("form", ["mp4", "mkv", "mov"])
def test_a_video_becomes_an_mp4_with_its_picture_as_it_is(tmp_path: Path, form: str) -> None:
    outcome = download(tmp_path, Tagged({LINK: (PIECE, make(form, MUCH))}), quality="best")
    made = sound_of(outcome)
    said = streams(made.path)
    assert made.label.endswith(".mp4") and made.role == "video"
    assert "Video: h264" in said and "Audio: aac" in said and "Second = 2;" in said
    assert made.seconds == pytest.approx(20.0, abs=0.15)


def test_a_video_that_no_mp4_can_hold_stays_as_it_is(tmp_path: Path) -> None:
    outcome = download(tmp_path, Tagged({LINK: (PIECE, make("webm", MUCH))}), quality="best")
    assert sound_of(outcome).label.endswith(".mkv")
    assert "Video: vp8" in streams(sound_of(outcome).path)


@pytest.mark.parametrize("quality", ["original", "mp3", "opus", "best"])
def test_a_part_has_its_length_and_the_chapters_in_it(tmp_path: Path, quality: str) -> None:
    fetcher = Tagged({LINK: (PIECE, make("mp4", MUCH))})
    outcome = download(tmp_path, fetcher, quality=quality, start=5.0, end=12.5)
    made = sound_of(outcome)
    slack = 0.6 if quality == "best" else 0.1
    assert made.seconds == pytest.approx(7.5, abs=slack)
    assert fetcher.fetched[0].span == Span(5.0, 12.5)
    if quality == "mp3":
        marks = sorted(each.start_time for each in ID3(made.path).getall("CHAP"))
        assert marks == [0, 3000]


def test_a_part_that_came_by_itself_is_cut_from_where_it_begins(tmp_path: Path) -> None:
    # The file is what is between 100 and 120 s of the source.
    fetcher = Tagged({LINK: (PIECE, make("mka", MUCH))}, held=Span(100.0, 120.0))
    outcome = download(tmp_path, fetcher, quality="mp3", start=105.0, end=110.0)
    assert sound_of(outcome).seconds == pytest.approx(5.0, abs=0.1)


def playlist(count: int) -> Found:
    entries = tuple(
        replace(PIECE, url=f"{LINK}{number}", id=str(number), title=f"Piece {number}", chapters=())
        for number in range(1, count + 1)
    )
    return Found(url=LINK, site="tube", id="list", title="All of it", entries=entries)


def test_chosen_entries_of_a_list_come_in_the_order_given(tmp_path: Path) -> None:
    page, source = playlist(4), make("m4a", MUCH)
    fetcher = Tagged({each.url: (each, source) for each in page.entries}, pages=(page,))
    outcome = download(tmp_path, fetcher, entries="3, 1")
    labels = [each.label for each in outcome.products if each.role == "audio"]
    assert labels == ["ida-solveig-piece-3.m4a", "ida-solveig-piece-1.m4a"]
    assert outcome.details["title"] == "All of it"
    assert outcome.details["duration"] == pytest.approx(40.0, abs=0.3)


def test_an_entry_that_cannot_be_had_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    page, source = playlist(3), make("m4a", MUCH)
    files = {each.url: (each, source) for each in page.entries}
    files[f"{LINK}3"] = (page.entries[2], make("wav", replace(MUSIC, seconds=0.3), to=tmp_path))
    files[f"{LINK}3"][1].write_bytes(b"RIFF" + bytes(100))
    troubles = {f"{LINK}2": ServiceError("The site is away.")}
    outcome = download(tmp_path, Tagged(files, pages=(page,), troubles=troubles))
    rejected = outcome.details["rejected"]
    assert isinstance(rejected, list)
    assert [each["source"] for each in rejected] == ["Piece 2", "Piece 3"]
    assert rejected[0]["reason"] == "– The site is away."
    assert len([each for each in outcome.products if each.role == "audio"]) == 1


def test_a_link_that_cannot_be_had_fails_with_its_own_sentence(tmp_path: Path) -> None:
    fetcher = Tagged({}, troubles={LINK: ServiceError("The site is away.")})
    with pytest.raises(ServiceError, match="The site is away"):
        download(tmp_path, fetcher)


def test_asking_for_the_picture_of_sound_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="What is at that link has no moving picture"):
        download(tmp_path, Tagged({LINK: (PIECE, make("m4a", MUCH))}), quality="720p")


@pytest.mark.parametrize("quality", ["mp3", "720p"])
def test_a_part_of_a_sites_video_comes_out_exact(tmp_path: Path, quality: str) -> None:
    """The real yt-dlp, a site of the tests' own, and the file as a player hears it."""
    with Tube() as tube:
        url = tube.add(Video(id="from-a-site", title="Beeps", seconds=60.0))
        bounds = Bounds(seconds=600, bytes=50_000_000, kept_bytes=50_000_000)
        fetcher = YtDlp(ffmpeg(), tmp_path / "kept", bounds, command=tube.child)
        outcome = download(tmp_path, fetcher, link=url, quality=quality, start=31.37, end=37.5)
        assert tube.sent["from-a-site"] < sum(tube.sizes("from-a-site").values()) * 0.2
    made = sound_of(outcome)
    slack = 0.05 if quality == "mp3" else 0.6
    assert made.seconds == pytest.approx(6.13, abs=slack)
    beeps = hear_file(Path(made.path))
    assert {beep.second for beep in beeps} >= {32, 33, 34, 35, 36}
    for beep in beeps:
        # An MP3 begins with what its encoder needs to start; players know how much.
        assert beep.at + 31.37 == pytest.approx(beep.second, abs=0.03)


def test_two_of_one_name_do_not_take_each_others_place(tmp_path: Path) -> None:
    page, source = playlist(2), make("m4a", MUCH)
    page = replace(page, entries=tuple(replace(each, title="Same") for each in page.entries))
    fetcher = Tagged({each.url: (each, source) for each in page.entries}, pages=(page,))
    labels = [each.label for each in download(tmp_path, fetcher).products if each.role == "audio"]
    assert labels == ["ida-solveig-same.m4a", "ida-solveig-same-2.m4a"]
