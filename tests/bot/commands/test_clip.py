"""/clip: a table is checked before anything is fetched, mended in a form, and run."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.buttons import mark_of
from bot.showing import show_result
from core.jobs import Job, Outcome
from core.names import JobId
from core.options import Attachment
from core.screens import LONGEST_ACTION, Reply
from tests.bot.chatting import WORDS, Chat, buttons_of, find_button
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna"), Someone("bert")
A, B = "https://youtu.be/aaa", "https://youtu.be/bbb"
TABLE = f"url,start,end,label\n{A},1:00,1:30,Intro\n{B},2:00,1:00,Wrong\n{B},5,+10,Chorus\n"
MP3 = (b"\xff\xfb\x90\x00" + b"\0" * 413) * 3


def attach(folder: Path, name: str, content: bytes | str) -> Attachment:
    path = folder / name.replace("/", "_")
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Attachment(path, name, path.stat().st_size)


def labels(reply: Reply) -> list[str]:
    return [button.label for button in buttons_of(reply)]


def request_of(chat: Chat, reply: Reply) -> Any:
    assert reply.job is not None, reply.text
    return chat.jobs.orders[reply.job].request


async def test_the_preview_tells_every_rows_fate() -> None:
    reply = await Chat().say(ANNA.here, "clip", rows=TABLE)
    assert reply.text == (
        "2 clips are good, 0:40 in all. 1 row is wrong.\nAn MP3, crossfades of 3 seconds, -14 LUFS."
    )
    assert reply.lines == (
        "✓ 1. youtu.be/aaa · 1:00–1:30 · Intro",
        "✗ Line 3 · end: I read “1:00”. A clip ends after its start at 2:00: write a later time, "
        "+30 for 30 seconds, or nothing for all of the rest.",
        "✓ 2. youtu.be/bbb · 0:05–0:15 · Chorus",
    )
    assert labels(reply) == ["Run the 2 good rows", "Fix", "Options", "Discard"]
    assert all(len(each.action.encode()) <= LONGEST_ACTION for each in buttons_of(reply))
    assert reply.job is None


async def test_the_good_rows_run_and_the_wrong_one_is_remembered() -> None:
    chat = Chat()
    preview = await chat.say(ANNA.here, "clip", rows=TABLE, title="Best of", loudness="-16")
    reply = await chat.tap(ANNA.here, preview, "Run the 2 good rows")
    assert reply.text == "Cutting 2 clips." and reply.edits
    request = request_of(chat, reply)
    assert [(each["url"], each["start"], each["end"]) for each in request["rows"]] == [
        (A, 60, 90), (B, 5, 15),
    ]  # fmt: skip
    assert request["wrong"][0]["source"] == "Line 3"
    assert request["wrong"][0]["reason"].startswith("is wrong. End: I read “1:00”.")
    assert (request["title"], request["loudness"], request["crossfade"]) == ("Best of", -16, 3)
    gone = await chat.tap(ANNA.here, preview, "Run the 2 good rows")
    assert gone.job is None and "no longer here" in gone.text


async def test_fix_opens_the_form_with_what_was_entered() -> None:
    chat = Chat()
    preview = await chat.say(ANNA.here, "clip", rows=TABLE)
    opened = await chat.tap(ANNA.here, preview, "Fix")
    assert opened.form is not None
    assert opened.form.values["rows"] == TABLE.strip()
    mended = TABLE.replace("2:00,1:00", "2:00,3:00")
    fixed = await chat.press(ANNA.here, opened.form.action, {"rows": mended})
    assert fixed.edits and labels(fixed) == ["Run", "Edit", "Options", "Discard"]
    assert "3 clips are good" in fixed.text
    ran = await chat.tap(ANNA.here, fixed, "Run")
    assert len(request_of(chat, ran)["rows"]) == 3


async def test_of_a_table_that_is_too_long_for_a_form_the_wrong_rows_are_mended(
    tmp_path: Path,
) -> None:
    chat = Chat()
    many = "".join(f"{A}?part={n},{n},{n + 1},Label {n}\n" for n in range(150))
    wrong = many.replace(",70,71,", ",70,7,").replace(",20,21,", ",20,soon,")
    table = attach(tmp_path, "clips.csv", "url,start,end,label\n" + wrong)
    preview = await chat.say(ANNA.here, "clip", files=[table])
    assert "148 clips are good" in preview.text and len(preview.lines) == 150
    opened = await chat.tap(ANNA.here, preview, "Fix")
    assert opened.form is not None
    text = opened.form.values["rows"]
    assert len(text.splitlines()) == 3
    fixed = await chat.press(
        ANNA.here,
        opened.form.action,
        {"rows": text.replace("soon", "21").replace("70, 7,", "70, 71,")},
    )
    assert "150 clips are good" in fixed.text
    rows = request_of(chat, await chat.tap(ANNA.here, fixed, "Run"))["rows"]
    assert [each["start"] for each in rows] == list(range(150))


async def test_nothing_opens_a_table_to_fill_in() -> None:
    chat = Chat()
    reply = await chat.say(ANNA.here, "clip")
    assert labels(reply) == ["Fill in a table"] and find_button(reply, "Fill in a table").opens_form
    form = (await chat.tap(ANNA.here, reply, "Fill in a table")).form
    assert form is not None and len(form.options) <= 5
    assert form.values["rows"].startswith("url, start, end, label")
    filled = form.values["rows"] + f"{A}, 1:00, 1:30, Intro"
    preview = await chat.press(
        ANNA.here, form.action, {"rows": filled, "result": "video", "captions": "yes"}
    )
    assert "A video with the labels in it" in preview.text
    assert request_of(chat, await chat.tap(ANNA.here, preview, "Run"))["video"] is True


async def test_options_change_and_stay() -> None:
    chat = Chat()
    preview = await chat.say(ANNA.here, "clip", rows=TABLE, where="dm")
    opened = await chat.tap(ANNA.here, preview, "Options")
    assert opened.form is not None and opened.form.values["crossfade"] == "3"
    given = {**opened.form.values, "crossfade": "0", "result": "video", "loudness": "off"}
    changed = await chat.press(ANNA.here, opened.form.action, given)
    assert "A video, no crossfade, loudness as it is." in changed.text
    reply = await chat.tap(ANNA.here, changed, "Run the 2 good rows")
    assert "comes to you as a direct message" in reply.text
    assert request_of(chat, reply)["loudness"] is None


async def test_personal_settings_count_where_they_mean_the_same() -> None:
    chat = Chat()
    await chat.say(ANNA.here, "settings", crossfade=9, loudness="-18", private=True)
    preview = await chat.say(ANNA.here, "clip", rows=TABLE)
    assert "crossfades of 3 seconds, -18 LUFS" in preview.text
    reply = await chat.tap(ANNA.here, preview, "Run the 2 good rows")
    assert reply.alone and chat.jobs.orders[reply.job or JobId("")].private


async def test_tables_and_the_files_that_they_name_come_along(tmp_path: Path) -> None:
    chat = Chat()
    files = [
        attach(tmp_path, "clips.tsv", "file\tstart\tend\nSea.mp3\t0:10\t0:20\nsky.mp3\t0\t5\n"),
        attach(tmp_path, "more.json", json.dumps({"urls": [{"url": A, "start": 1, "end": 2}]})),
        attach(tmp_path, "Sea.mp3", MP3),
    ]
    preview = await chat.say(ANNA.here, "clip", files=files)
    assert [line[:30] for line in preview.lines] == [
        "✓ 1. Sea.mp3 · 0:10–0:20",
        "✗ clips.tsv, line 3 · source: ",
        "✓ 2. youtu.be/aaa · 0:01–0:02",
    ]
    request = request_of(chat, await chat.tap(ANNA.here, preview, "Run the 2 good rows"))
    assert request["files"] == [{"path": str(files[2].path), "label": "Sea.mp3"}]
    assert [each["file"] for each in request["rows"]] == [0, None]


async def test_files_without_a_table_are_clips_as_they_are(tmp_path: Path) -> None:
    chat = Chat()
    files = [attach(tmp_path, "My sea.mp3", MP3), attach(tmp_path, "b.mp3", MP3)]
    preview = await chat.say(ANNA.here, "clip", files=files)
    assert preview.lines == ("✓ 1. My sea.mp3 · 0:00–end", "✓ 2. b.mp3 · 0:00–end")
    assert "0:00 and what is open" in preview.text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is a picture"),
        ("a.exe", b"\x7fELF\0\0" + b"\0" * 50, "is a program"),
        ("a.csv", b"x" * 300_000, "too large for a table"),
        ("a.json", b'{"urls": [', "a.json: The JSON cannot be read"),
    ],
)
async def test_what_is_neither_is_told(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    reply = await Chat().say(ANNA.here, "clip", files=[attach(tmp_path, name, content)])
    assert words in reply.text and not reply.buttons


async def test_files_that_are_gone_are_told(tmp_path: Path) -> None:
    chat = Chat()
    file = attach(tmp_path, "a.mp3", MP3)
    preview = await chat.say(ANNA.here, "clip", rows="a.mp3 0:10 0:20", files=[file])
    file.path.unlink()
    assert "no longer here" in (await chat.tap(ANNA.here, preview, "Run")).text


async def test_a_list_that_is_all_wrong_cannot_run() -> None:
    preview = await Chat().say(ANNA.here, "clip", rows=f"{A},9,3")
    assert labels(preview) == ["Fix", "Options", "Discard"]


async def test_discarded_is_gone() -> None:
    chat = Chat()
    preview = await chat.say(ANNA.here, "clip", rows=TABLE)
    assert (await chat.tap(ANNA.here, preview, "Discard")).text == "The list is discarded."
    assert "no longer here" in (await chat.tap(ANNA.here, preview, "Fix")).text


async def test_a_strangers_list_is_theirs() -> None:
    chat = Chat()
    preview = await chat.say(ANNA.here, "clip", rows=TABLE)
    for button in buttons_of(preview):
        reply = await chat.press(BERT.here, button)
        assert "someone else" in reply.text and reply.form is None and reply.job is None
        forged = button.action.replace(mark_of(ANNA.person), mark_of(BERT.person))
        assert "no longer here" in (await chat.press(BERT.here, forged)).text


async def finished(chat: Chat, again: list[int]) -> Job:
    preview = await chat.say(ANNA.here, "clip", rows=TABLE, title="Best of", private=True)
    reply = await chat.tap(ANNA.here, preview, "Run the 2 good rows")
    details: Any = {
        "title": "Best of",
        "duration": 40.0,
        "clips": 1,
        "tracks": [{"title": "Intro", "artist": "", "start": 0.0}],
        "rejected": [
            {"source": "Line 3", "reason": "is wrong."},
            {"source": "Line 4", "reason": "failed. YouTube does not answer."},
        ],
        "again": again,
    }
    return chat.jobs.finish(reply.job or JobId(""), Outcome("“Best of” is ready.", (), details))


async def test_the_result_names_what_is_missing_and_retries_only_that() -> None:
    chat = Chat()
    job = await finished(chat, [1])
    shown = show_result(job, [], WORDS.to("en"), alone=True)
    assert "2 rows are missing:\nLine 3 is wrong.\nLine 4 failed. YouTube does not" in shown.text
    assert shown.text.startswith("1 clip, 0:40.")
    reply = await chat.tap(ANNA.here, shown, "Retry what is missing")
    request = request_of(chat, reply)
    assert [(each["url"], each["start"], each["label"]) for each in request["rows"]] == [
        (B, 5, "Chorus")
    ]
    order = chat.jobs.orders[reply.job or JobId("")]
    assert order.private and reply.job != job.id
    second = await chat.tap(ANNA.here, shown, "Retry what is missing")
    assert second.job not in (None, reply.job)


async def test_the_rows_of_a_result_can_be_edited_and_run_again() -> None:
    chat = Chat()
    job = await finished(chat, [])
    shown = show_result(job, [], WORDS.to("en"), alone=True)
    assert "Retry what is missing" not in labels(shown)
    preview = await chat.tap(ANNA.here, shown, "Edit rows")
    assert [line.split(" · ")[0] for line in preview.lines] == [
        "✓ 1. youtu.be/aaa", "✗ Line 3", "✓ 2. youtu.be/bbb",
    ]  # fmt: skip
    assert preview.title == "Best of"
    for action in (f"clip.job:{job.id}", f"clip.retry:{job.id}"):
        assert "not yours" in (await chat.press(BERT.here, action)).text


async def test_a_table_that_came_as_one_line_is_read(tmp_path: Path) -> None:
    rows = f"{A} 1:00 1:30 Intro {B} 0:05 0:15 Chorus"
    preview = await Chat().say(replace(ANNA.here, language="en"), "clip", rows=rows)
    assert len(preview.lines) == 2 and "2 clips are good" in preview.text
