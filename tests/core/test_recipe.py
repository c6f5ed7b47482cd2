"""The recipe: all that is needed to make the same mix again, as JSON."""

import json
from collections.abc import Mapping

from core.jobs import Json
from core.recipe import list_tracks, write_recipe
from core.timeline import Timeline, plan_timeline
from core.tracks import Tags
from tests.core.tapes import track

REQUEST: Mapping[str, Json] = {
    "crossfade": 4.0,
    "order": "shuffle",
    "seed": 7,
    "loudness": -14.0,
    "tracks": ["secret"],
}


def timeline() -> Timeline:
    one = track(60, name="/home/ann/a.mp3", tags=Tags(title="Rain", artist="Vela"), loudness=-20)
    return plan_timeline([one, track(30, name="b_side.mp3")], title="T", crossfade=4, target=-16)


def test_tracks_are_listed_in_seconds_and_decibels() -> None:
    assert list_tracks(timeline()) == [
        {
            "title": "Rain", "artist": "Vela", "source": "/home/ann/a.mp3",
            "start": 0.0, "end": 60.0, "crossfade": 0.0, "gain": 4.0,
        },
        {
            "title": "b side", "artist": "", "source": "b_side.mp3",
            "start": 56.0, "end": 86.0, "crossfade": 4.0, "gain": -2.0,
        },
    ]  # fmt: skip


def test_a_recipe_is_json_with_hashes_frames_and_versions() -> None:
    recipe = write_recipe(
        timeline(), request=REQUEST, cover={"drawn": True}, ceiling=-2.2,
        versions={"numpy": "2"}, encoders={"mp3": "-q:a 0"},
    )  # fmt: skip
    again = json.loads(json.dumps(recipe))
    assert again == recipe
    assert (again["order"], again["seed"], again["crossfade"]) == ("shuffle", 7, 4.0)
    assert (again["rate"], again["frames"], again["ceiling"]) == (44100, 86 * 44100, -2.2)
    assert again["versions"] == {"numpy": "2"} and again["encoders"] == {"mp3": "-q:a 0"}
    assert again["sources"][1] == {
        "source": "b_side.mp3", "sha256": "d" * 64, "title": "b side", "artist": "",
        "start": 56 * 44100, "skip": 0, "length": 30 * 44100, "fade": 4 * 44100, "gain": -2.0,
    }  # fmt: skip


def test_paths_of_ours_are_not_told() -> None:
    recipe = write_recipe(
        timeline(), request=REQUEST, cover=None, ceiling=-2, versions={}, encoders={}
    )
    assert "/job/" not in json.dumps(recipe) and "secret" not in json.dumps(recipe)
