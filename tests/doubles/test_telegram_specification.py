"""Requests and answers are held to the specification, where it is."""

import json
from collections.abc import Mapping

import pytest
from telegram import Bot
from telegram.error import EndPointNotFound

from tests.doubles.telegram import telegram_double
from tests.doubles.telegram.specification import Specification, read_specification

MIX = {"text": "Mix", "callback_data": "mix"}


@pytest.fixture
def specification() -> Specification:
    read = read_specification()
    if read is None:
        pytest.skip("TAPEDECK_SPECS names no folder with telegram-bot-api.json")
    return read


def _keyboard(button: Mapping[str, object]) -> str:
    return json.dumps({"inline_keyboard": [[button]]})


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("sendMessage", {"chat_id": "12", "text": "hi", "reply_markup": _keyboard(MIX)}),
        ("sendMessage", {"chat_id": "@band", "text": "hi", "reply_markup": '{"force_reply":true}'}),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"all_private_chats"}'}),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"chat","chat_id":"@band"}'}),
        ("sendAudio", {"chat_id": "12", "audio": "attach://a", "duration": "12"}),
        (
            "sendMediaGroup",
            {"chat_id": "12", "media": '[{"type":"photo","media":"attach://a"}]'},
        ),
        (
            "sendMediaGroup",
            {
                "chat_id": "12",
                "media": '[{"type":"photo","media":"a"},{"type":"video","media":"b","width":9}]',
            },
        ),
        ("setMessageReaction", {
            "chat_id": "12", "message_id": "1", "reaction": '[{"type":"emoji","emoji":"👍"}]',
        }),
    ],
)  # fmt: skip
def test_a_good_request_passes(
    specification: Specification, method: str, words: Mapping[str, str]
) -> None:
    assert specification.check_request(method, words, []) == []


@pytest.mark.parametrize(
    ("method", "words", "wrong"),
    [
        ("sendMixtape", {}, "the specification has no such method"),
        ("sendMessage", {"chat_id": "12"}, "sendMessage: text is required"),
        ("sendMessage", {"chat_id": "1", "text": "x", "colour": "red"}, "no parameter colour"),
        ("getUpdates", {"timeout": "soon"}, "getUpdates.timeout: 'soon' is no Integer"),
        ("sendMessage", {"chat_id": "1", "text": "x", "protect_content": "maybe"}, "no Boolean"),
        (
            "sendMessage",
            {"chat_id": "1", "text": "x", "reply_markup": _keyboard(MIX | {"color": "red"})},
            "inline_keyboard[0][0]: InlineKeyboardButton has no color",
        ),
        (
            "sendMessage",
            {"chat_id": "1", "text": "x", "reply_markup": _keyboard({"callback_data": "mix"})},
            "InlineKeyboardButton needs text",
        ),
        ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": "{"}, "is no JSON"),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"everybody"}'}, "must be"),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"chat"}'}, "needs chat_id"),
        (
            "sendMediaGroup",
            {"chat_id": "1", "media": '[{"type":"audio","media":"a","duration":"long"}]'},
            "'long' is no Integer",
        ),
        (
            "sendMessage",
            {"chat_id": "1", "text": "x", "entities": '[{"type":"bold","offset":0}]'},
            "MessageEntity needs length",
        ),
    ],
)
def test_a_bad_request_is_named(
    specification: Specification, method: str, words: Mapping[str, str], wrong: str
) -> None:
    found = specification.check_request(method, words, [])
    assert any(wrong in each for each in found), found


def test_an_uploaded_file_counts_as_its_parameter(specification: Specification) -> None:
    assert specification.check_request("sendAudio", {"chat_id": "1"}, ["audio"]) == []
    assert specification.check_request("sendAudio", {"chat_id": "1"}, []) == [
        "sendAudio: audio is required"
    ]


def test_an_answer_of_the_double_is_checked_too(specification: Specification) -> None:
    good = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "x"}
    assert specification.check_answer("sendMessage", good) == []
    assert specification.check_answer("sendMessage", good | {"txt": "x"}) != []


async def test_a_violation_fails_the_test_at_its_end(specification: Specification) -> None:
    with pytest.raises(AssertionError, match="no parameter colour"):
        async with telegram_double() as telegram:
            await telegram.user("Anna").start()
            async with Bot(telegram.token, base_url=telegram.base_url) as bot:
                person = next(iter(telegram.world.chats))
                await bot.send_message(person, "x", api_kwargs={"colour": "red"})


async def test_a_failure_of_the_test_itself_comes_first() -> None:
    with pytest.raises(LookupError, match="the test's own"):
        async with telegram_double() as telegram:
            telegram.violations.append("something else")
            raise LookupError("the test's own")


async def test_without_the_specification_the_double_still_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TAPEDECK_SPECS", raising=False)
    read_specification.cache_clear()
    async with telegram_double() as telegram:
        await telegram.user("Anna").start()
        async with Bot(telegram.token, base_url=telegram.base_url) as bot:
            sent = await bot.send_message(next(iter(telegram.world.chats)), "hello")
            assert sent.text == "hello"
            with pytest.raises(EndPointNotFound):
                await bot.do_api_request("sendMixtape")
        assert telegram.violations == ["the double does not know sendMixtape yet"]
        telegram.violations.clear()
    read_specification.cache_clear()
