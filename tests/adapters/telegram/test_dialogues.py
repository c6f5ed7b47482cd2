"""Forms as dialogues: choices, flags and numbers by buttons, texts by an answer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.forms import Step, about, draw_field, draw_form, list_choices, read_step
from core.mixtape import CROSSFADE, LOUDNESS, ORDER, TITLE, VIDEO
from core.options import Kind, Option, read_values
from core.rules import EACH
from core.screens import LONGEST_ACTION, Form
from tests.adapters.telegram.house import House, open_house
from tests.adapters.telegram.test_talking import has, song
from tests.doubles.telegram import Chat, Message, Person, Telegram

FIELDS = (TITLE, CROSSFADE, ORDER, LOUDNESS, VIDEO)


async def open_form(anna: Person, chat: Chat) -> tuple[Message, Message]:
    await anna.send_audio(chat, song(1))
    tray = await anna.hears(chat, has("Mix"))
    await anna.answered(await anna.press(tray, "Options"))
    return tray, await anna.hears(chat, has("Save"))


async def tap(house: House, anna: Person, message: Message, label: str) -> None:
    """Press a button of a form, and wait until the form has changed, or is gone."""
    before = message.now
    found = next(each for each in before.labels if each.startswith(label))
    await anna.answered(await anna.press(message, found))
    there = message.chat.messages
    await house.telegram.until(lambda: message.id not in there or message.now != before)


def test_a_large_range_is_written_out() -> None:
    assert about(EACH[0]) == "Jobs at once, per person; 0 is no limit: 0 to 1000000"


async def test_options_are_chosen_without_typing(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    tray, form = await open_form(anna, chat)
    await tap(house, anna, form, "Crossfade")
    await tap(house, anna, form, "12")
    await tap(house, anna, form, "Order")
    await tap(house, anna, form, "shuffle")
    await tap(house, anna, form, "Video")
    assert "Video: no" in form.now.plain
    await tap(house, anna, form, "Save")
    assert form.id not in chat.messages
    await telegram.until(lambda: "12 seconds" in tray.now.plain)
    assert "12 seconds" in tray.now.plain
    assert "no video" in tray.now.plain or "without" in tray.now.plain


async def test_a_text_is_asked_for_and_checked(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    tray, form = await open_form(anna, chat)
    await anna.answered(await anna.press(form, "Title: –"))
    question = await anna.hears(chat, lambda m: "What to call it" in m.plain, after=form)
    assert question.markup == {
        "force_reply": True,
        "selective": True,
        "input_field_placeholder": "Title",
    }
    await anna.write(chat, "x" * 300, reply_to=question)
    told = await anna.hears(chat, lambda m: "too long" in m.plain, after=question)
    again = await anna.hears(chat, lambda m: "What to call it" in m.plain, after=told)
    await anna.write(chat, "Late night", reply_to=again)
    await telegram.until(lambda: "Title: Late night" in form.now.plain)
    await tap(house, anna, form, "Save")
    shown = await anna.hears(chat, lambda m: m.plain.startswith("Late night"))
    assert "Mix" in shown.labels
    await telegram.until(lambda: tray.id == shown.id or tray.id not in chat.messages)


async def test_a_wrong_value_is_told_and_the_form_stays(
    house: House, telegram: Telegram, anna: Person, chat: Chat
) -> None:
    _, form = await open_form(anna, chat)
    await anna.answered(await anna.press(form, "Loudness: -14"))
    question = await anna.hears(chat, lambda m: "LUFS" in m.plain and not m.buttons, after=form)
    await anna.write(chat, "very loud", reply_to=question)
    await telegram.until(lambda: "very loud" in form.now.plain)
    said = await anna.answered(await anna.press(form, "Save"))
    assert "loudness" in said.lower()
    assert "Save" in form.now.labels


async def test_a_form_goes_on_after_a_restart_and_can_be_cancelled(
    telegram: Telegram, anna: Person, chat: Chat, tmp_path: Path
) -> None:
    async with open_house(telegram, tmp_path / "house") as house:
        tray, form = await open_form(anna, chat)
        await tap(house, anna, form, "Crossfade")
    async with open_house(telegram, tmp_path / "house") as house:
        await tap(house, anna, form, "0")
        assert "Crossfade: 0 seconds" in form.now.plain
        await tap(house, anna, form, "Cancel")
        assert form.id not in chat.messages
        assert "6 seconds" in tray.now.plain


@pytest.mark.parametrize("option", [CROSSFADE, ORDER, VIDEO])
def test_what_can_be_picked_is_what_the_option_takes(option: Option) -> None:
    choices = list_choices(option)
    assert 2 <= len(choices) <= 12
    for choice in choices:
        read_values((option,), {option.name: choice})


@given(st.floats(0, 500), st.floats(0, 500), st.none() | st.floats(0, 500))
def test_typical_numbers_are_in_the_range(a: float, b: float, default: float | None) -> None:
    least, most = min(a, b), max(a, b)
    known = default is not None and least <= default <= most
    option = Option(
        name="n",
        kind=Kind.NUMBER,
        summary="How much",
        least=float(f"{least:.6g}"),
        most=float(f"{most:.6g}"),
        default=default if known else None,
    )
    for choice in list_choices(option)[1:-1]:
        assert least - 1 <= float(choice) <= most + 1


def test_every_button_of_a_form_is_short_enough() -> None:
    form = Form(action="x", title="T", options=FIELDS)
    replies = [draw_form(form, {}), *(draw_field(form, at, {}) for at in range(len(FIELDS)))]
    for reply in replies:
        for row in reply.buttons:
            for button in row:
                assert len(button.action.encode()) <= LONGEST_ACTION
                assert read_step(button.action) is not None


@pytest.mark.parametrize("action", ["tray.mix:a", "~open:x", "~open:1:2:3", ""])
def test_other_buttons_are_none_of_a_form(action: str) -> None:
    assert read_step(action) is None


def test_a_step_is_read_as_it_was_written() -> None:
    assert read_step("~set:2:7") == Step("set", 2, 7)
