"""What is said of a picture is looked at before it is believed."""

import copy
from typing import Any

import jsonschema
import pytest

from core.scenes import Mood, Scene, Verse
from core.seeing import describe_scene, read_scene

ANSWER: dict[str, Any] = {
    "title": "Harbour Lights",
    "mood": {"valence": 0.4, "arousal": -0.3},
    "words": "Boats lie still at dusk.",
    "palette": ["#203050", "#E0A060"],
    "captions": ["Boats at rest"],
    "lyrics": [{"section": "Chorus", "lines": ["Stay with me, harbour"]}],
    "direction": "Warm lo-fi.",
    "tempo": 84,
}


def changed(**values: Any) -> dict[str, Any]:
    return {**copy.deepcopy(ANSWER), **values}


def test_an_answer_becomes_a_scene_and_comes_through_json() -> None:
    scene = read_scene(ANSWER, by="claude")
    assert scene == Scene(
        title="Harbour Lights",
        mood=Mood(0.4, -0.3),
        words="Boats lie still at dusk.",
        palette=("#203050", "#e0a060"),
        captions=("Boats at rest",),
        lyrics=(Verse("chorus", ("Stay with me, harbour",)),),
        direction="Warm lo-fi.",
        tempo=84.0,
        by="claude",
    )
    assert Scene.from_json(scene.as_json()) == scene


def test_the_schema_describes_what_is_read() -> None:
    jsonschema.Draft202012Validator.check_schema(describe_scene())
    jsonschema.validate(ANSWER, describe_scene())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(changed(extra=1), describe_scene())


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "a scene",
        changed(title=None),
        changed(title="  \u202e "),
        changed(mood="happy"),
        changed(mood={"valence": 0.1}),
        changed(mood={"valence": True, "arousal": 0}),
        changed(mood={"valence": float("nan"), "arousal": 0}),
        changed(palette="#203050"),
        changed(palette=["blue", "#12", "url(x)"]),
        changed(captions=[1]),
        changed(lyrics=[["line"]]),
        changed(lyrics=[{"section": "verse", "lines": "one"}]),
        changed(direction=""),
        changed(tempo="fast"),
        changed(tempo=float("inf")),
        {name: ANSWER[name] for name in ANSWER if name != "words"},
    ],
)
def test_a_wrong_answer_is_no_scene(wrong: object) -> None:
    with pytest.raises(ValueError):
        read_scene(wrong, by="claude")


def test_numbers_come_into_their_range() -> None:
    scene = read_scene(changed(mood={"valence": 9, "arousal": -3}, tempo=900), by="claude")
    assert (scene.mood, scene.tempo) == (Mood(1.0, -1.0), 200.0)


def test_texts_are_one_line_within_bounds() -> None:
    long = "line\nwith\x00 marks\u202e " * 500
    scene = read_scene(
        changed(
            title=long,
            words=long,
            captions=[long] * 100,
            direction=long,
            palette=[f"#{number:06x}" for number in range(100)],
            lyrics=[{"section": long, "lines": [long] * 100}] * 100,
        ),
        by="claude",
    )
    lines = [line for verse in scene.lyrics for line in verse.lines]
    texts = [scene.title, scene.words, scene.direction, *scene.captions, *lines]
    texts += [verse.section for verse in scene.lyrics]
    assert not any(mark in text for text in texts for mark in "\n\0\u202e")
    assert (len(scene.title), len(scene.words), len(scene.direction)) <= (60, 240, 600)
    assert (len(scene.captions), len(scene.palette), len(scene.lyrics)) == (8, 6, 12)
    assert max(map(len, lines)) <= 100 and max(len(verse.lines) for verse in scene.lyrics) == 8
