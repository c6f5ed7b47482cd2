"""The site of the shape of YouTube, as the real yt-dlp finds it."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.doubles.tube.site import Tube
from tests.doubles.tube.timecode import (
    Beep,
    beeps,
    count_seconds,
    hear,
    hear_file,
    read_pictures,
)
from tests.doubles.tube.videos import Album, Playlist, Song, State, Trouble, Video

_SONG = Song(title="The Song", artist="The Band", album="The Album")
_CHAPTERS = (("Intro", 0.0), ("Middle", 2.0))
_TALE = Video(id="tale0000000", title="A tale", channel="Teller", seconds=5, chapters=_CHAPTERS)
_REFUSED = {
    State.PRIVATE: "Private video. Sign in if you've been granted access",
    State.REMOVED: "Video unavailable. This video has been removed by the uploader",
    State.UNKNOWN: "Video unavailable. This video is unavailable",
    State.TERMINATED: "has been terminated",
    State.COPYRIGHT: "on copyright grounds",
    State.AGE: "Sign in to confirm your age",
    State.BOT: "Sign in to confirm you\u2019re not a bot",
    State.GEO: "not made this video available in your country",
    State.MEMBERS: "Join this channel to get access to members-only content",
    State.LIMITED: "rate-limited by YouTube for up to an hour",
    State.UPCOMING: "Premieres in 2 hours",
    State.PROTECTED: "This video is DRM protected",
}
_FAILS = {
    Trouble.PAGE_LIMITED: "HTTP Error 429",
    Trouble.PAGE_FAILING: "HTTP Error 500",
    Trouble.PAGE_BROKEN: "please report this issue",
    Trouble.PAGE_CUT: "Error reading response",
    Trouble.LIMITED: "HTTP Error 429",
    Trouble.FORBIDDEN: "HTTP Error 403",
    Trouble.GONE: "HTTP Error 404",
    Trouble.CUT: "more expected",
    Trouble.STALLED: "timed out",
}
_SUCCEEDS = (Trouble.FAILING_ONCE, Trouble.CUT_ONCE, Trouble.NO_RANGES, Trouble.MOVED)


@pytest.fixture(scope="module")
def tube() -> Iterator[Tube]:
    with Tube() as site:
        yield site


@pytest.fixture(scope="module")
def told(tube: Tube, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """What yt-dlp says of everything that there is, asked in one process."""
    asked = {"tale": {"url": tube.add(_TALE), "format": "140"}}
    for state in State:
        id = f"s-{state.name:.8}".ljust(11, "_")
        asked[f"state {state.name}"] = {
            "url": tube.add(Video(id=id, seconds=3, heights=(), state=state))
        }
    for trouble in [*_FAILS, *_SUCCEEDS]:
        id = f"t-{trouble.name:.9}".ljust(11, "_")
        url = tube.add(Video(id=id, seconds=3, heights=(), opus=False, trouble=trouble))
        asked[f"trouble {trouble.name}"] = {"url": url, "format": "140"}
    asked["song"] = {"url": tube.add(Video(id="song0000000", seconds=3, heights=(), song=_SONG))}
    asked["absent"] = {"url": tube.url("absent00000")}
    videos = ("tale0000000", "song0000000", "absent00000")
    asked["list"] = {"url": tube.add_playlist(Playlist(id="PLlist", title="A list", videos=videos))}
    asked["in list"] = {"url": f"{tube.url('song0000000')}&list=PLlist"}
    asked["no list"] = {"url": "https://www.youtube.com/playlist?list=PLabsent"}
    album = Album(id="record", title="A record", artist="A band", tracks=("One", "Two"))
    asked["album"] = {"url": tube.add_album(album)}
    asked["elsewhere"] = {"url": "https://vimeo.com/12345"}
    folder = tmp_path_factory.mktemp("tube")
    command = [sys.executable, "-m", "tests.doubles.tube.ask", tube.address, str(folder)]
    done = subprocess.run(
        command, input=json.dumps(list(asked.values())), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(asked, json.loads(done.stdout), strict=True))


def test_a_video_is_told_with_its_channel_chapters_and_length(told: Mapping[str, Any]) -> None:
    tale = told["tale"]

    assert (tale["extractor_key"], tale["title"], tale["channel"]) == (
        "Youtube",
        "A tale",
        "Teller",
    )
    assert tale["duration"] == 5
    assert [(each["title"], each["start_time"]) for each in tale["chapters"]] == [*_CHAPTERS]
    assert tale["live_status"] == "not_live"


def test_a_video_has_sound_and_pictures_apart_and_together(
    told: Mapping[str, Any], tube: Tube
) -> None:
    formats = {each["format_id"]: each for each in told["tale"]["formats"]}

    assert formats.keys() == {"140", "251", "134", "136", "18"}
    assert {int(id): each["filesize"] for id, each in formats.items()} == tube.sizes(_TALE.id)
    assert formats["136"]["height"] == 720
    assert formats["136"]["acodec"] == formats["140"]["vcodec"] == "none"
    assert "none" not in (formats["18"]["acodec"], formats["18"]["vcodec"])


def test_a_song_is_told_as_youtube_music_does(told: Mapping[str, Any]) -> None:
    song = told["song"]

    assert (song["track"], song["artist"], song["album"]) == (
        _SONG.title,
        _SONG.artist,
        _SONG.album,
    )


@pytest.mark.parametrize("state", _REFUSED)
def test_what_does_not_play_is_refused_in_yt_dlps_words(
    state: State, told: Mapping[str, Any]
) -> None:
    assert _REFUSED[state] in told[f"state {state.name}"]["error"]


def test_a_country_is_refused_by_an_error_of_its_own(told: Mapping[str, Any]) -> None:
    assert told["state GEO"]["kind"] == "GeoRestrictedError"


def test_what_is_live_says_so(told: Mapping[str, Any]) -> None:
    live = told["state LIVE"]

    assert live["is_live"] is True
    assert live["formats"][0]["protocol"] == "m3u8_native"


def test_what_is_not_there_is_unavailable(told: Mapping[str, Any]) -> None:
    assert "Video unavailable" in told["absent"]["error"]


@pytest.mark.parametrize("trouble", sorted(_FAILS))
def test_what_goes_wrong_on_the_wire_is_told(trouble: Trouble, told: Mapping[str, Any]) -> None:
    assert _FAILS[trouble] in told[f"trouble {trouble.name}"]["error"]


@pytest.mark.parametrize("trouble", _SUCCEEDS)
def test_what_goes_wrong_once_is_got_over(
    trouble: Trouble, told: Mapping[str, Any], tube: Tube
) -> None:
    file = Path(told[f"trouble {trouble.name}"]["files"][0])

    assert file.read_bytes() == tube.paths(told[f"trouble {trouble.name}"]["id"])[140].read_bytes()


def test_a_playlist_has_its_videos_in_order(told: Mapping[str, Any]) -> None:
    found = told["list"]

    assert (found["extractor_key"], found["title"]) == ("YoutubeTab", "A list")
    assert [(each["id"], each["title"], each["duration"]) for each in found["entries"]] == [
        ("tale0000000", "A tale", 5),
        ("song0000000", "A video", 3),
        ("absent00000", "[Private video]", None),
    ]


def test_a_video_in_the_light_of_a_playlist_is_a_video(told: Mapping[str, Any]) -> None:
    assert told["in list"]["track"] == _SONG.title


def test_a_playlist_that_is_not_there_is_told(told: Mapping[str, Any]) -> None:
    assert "The playlist does not exist" in told["no list"]["error"]


def test_an_album_is_sound_alone_with_its_tags(told: Mapping[str, Any]) -> None:
    tracks = told["album"]["entries"]

    assert [(each["track"], each["artist"], each["album"]) for each in tracks] == [
        ("One", "A band", "A record"),
        ("Two", "A band", "A record"),
    ]


def test_other_sites_are_not_reached(told: Mapping[str, Any]) -> None:
    assert "No suitable extractor" in told["elsewhere"]["error"]


def test_bytes_are_counted_by_video(told: Mapping[str, Any], tube: Tube) -> None:
    assert tube.sent[_TALE.id] == tube.sizes(_TALE.id)[140]
    assert tube.sent["song0000000"] == 0


@pytest.mark.parametrize("itag", [140, 251, 18])
def test_the_sound_of_every_format_says_where_it_is(
    itag: int, told: Mapping[str, Any], tube: Tube
) -> None:
    heard = hear_file(tube.paths(_TALE.id)[itag])

    assert [beep.second for beep in heard][-4:] == [1, 2, 3, 4]
    assert all(abs(beep.at - beep.second) < 0.001 for beep in heard)


@pytest.mark.parametrize("itag", [134, 136, 18])
def test_every_picture_says_which_it_is(itag: int, told: Mapping[str, Any], tube: Tube) -> None:
    path = tube.paths(_TALE.id)[itag]

    assert read_pictures(path) == list(range(125))
    assert count_seconds(path) == pytest.approx(5.0, abs=0.05)


def test_beeps_are_heard_wherever_they_are_moved_to() -> None:
    sound = beeps(200.0)
    cut = np.concatenate([np.zeros(777, np.float32), sound[round(83.5 * 44100) :]]) * 0.1

    heard = hear(cut)

    assert [beep.second for beep in heard] == list(range(84, 200))
    assert heard[0] == Beep((777 + round(0.5 * 44100)) / 44100, 84)
