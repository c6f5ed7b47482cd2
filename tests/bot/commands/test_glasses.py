"""/glasses: pairing shows the token once and to one person, and videos go where one said."""

from dataclasses import replace

import pytest

from core.glasses import Pair
from core.names import Place
from core.picture_sizes import measure_picture
from core.pictures import name_picture
from tests.bot.chatting import Chat, buttons_of
from tests.fakes_people import Someone

ANNA, BERT = Someone("anna"), Someone("bert")
SHY = Someone("anna", discreet=False)


@pytest.fixture
def chat() -> Chat:
    return Chat()


async def pairs_of(chat: Chat, someone: Someone) -> list[Pair]:
    return list(await chat.pairs.listed(someone.person))


async def test_pairing_shows_address_and_token_to_one_person(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "glasses", action="pair", name="Sunday")
    assert reply.alone and reply.fleeting and reply.title == "“Sunday” are paired"
    assert reply.lines == (
        "Address: http://127.0.0.1:8321/glasses/photos",
        "Token: tdg_1",
    )
    assert "TAPEDECK_PUBLIC_URL" in reply.text
    (pair,) = await pairs_of(chat, ANNA)
    assert (pair.place, pair.home, pair.server, pair.burst) == (
        ANNA.here.home,
        ANNA.here.home,
        "",
        0,
    )


async def test_a_token_is_not_shown_where_others_read(chat: Chat) -> None:
    for given in ({"action": "pair"}, {"action": "pair", "where": "here"}):
        reply = await chat.say(SHY.here, "glasses", **given)
        assert reply.text.startswith("That is for your eyes only.")
    assert await pairs_of(chat, ANNA) == []
    assert (await chat.say(SHY.at_home, "glasses", action="pair")).lines[1] == "Token: tdg_1"


async def test_a_list_tells_no_token(chat: Chat) -> None:
    none = await chat.say(ANNA.here, "glasses")
    assert none.text.startswith("You have not paired any glasses yet.")
    assert [button.label for button in buttons_of(none)] == ["Pair"]
    first = await chat.tap(ANNA.here, none, "Pair")
    assert first.lines[1] == "Token: tdg_1" and not first.edits
    await chat.say(ANNA.here, "glasses", action="pair", name="Work")
    listed = await chat.say(ANNA.here, "glasses", action="list")
    assert [line.partition(" · ")[0] for line in listed.lines] == ["Glasses 1", "Work"]
    assert "tdg_" not in repr(listed)
    assert (await chat.say(BERT.here, "glasses")).lines == ()


async def test_two_pairs_have_two_names(chat: Chat) -> None:
    await chat.say(ANNA.here, "glasses", action="pair", name="Work")
    reply = await chat.say(ANNA.here, "glasses", action="pair", name="work")
    assert reply.text == "You have glasses that are called “work” already. Choose another name."
    assert len(await pairs_of(chat, ANNA)) == 1


async def test_videos_go_to_a_channel_and_home_again(chat: Chat) -> None:
    await chat.say(ANNA.here, "glasses", action="pair", name="Work")
    moved = await chat.say(ANNA.here, "glasses", where="here", burst=20)
    assert moved.text == "Saved."
    assert moved.lines[:2] == (
        "Videos go to this channel.",
        "Photos within 20 seconds of each other become one video.",
    )
    (pair,) = await pairs_of(chat, ANNA)
    assert (pair.place, pair.server, pair.burst) == (ANNA.here.place, "toy:server", 20.0)
    home = await chat.tap(ANNA.here, moved, "Videos to me")
    assert home.edits and home.lines[0] == "Videos go to you alone."
    (pair,) = await pairs_of(chat, ANNA)
    assert (pair.place, pair.server) == (ANNA.here.home, "")
    again = await chat.tap(ANNA.here, home, "Videos here")
    assert again.lines[0] == "Videos go to this channel."


async def test_a_group_is_chosen_although_the_token_is_not_shown_there(chat: Chat) -> None:
    await chat.say(SHY.at_home, "glasses", action="pair")
    await chat.say(SHY.here, "glasses", where="here")
    assert (await pairs_of(chat, ANNA))[0].place == SHY.here.place


async def test_a_channel_in_which_one_may_not_write_is_refused(chat: Chat) -> None:
    mute = replace(ANNA.here, posts=False)
    for given in ({"action": "pair", "where": "here"}, {"where": "here"}):
        reply = await chat.say(mute, "glasses", **given)
        await chat.say(mute, "glasses", action="pair", name="Work")
    assert reply.text.startswith("You may not write in this channel")
    (pair,) = await pairs_of(chat, ANNA)
    assert pair.place == ANNA.here.home
    shown = await chat.tap(mute, await chat.say(mute, "glasses"), "Work")
    assert "Videos here" not in [button.label for button in buttons_of(shown)]
    forged = f"glasses.here:{buttons_of(shown)[0].action.partition(':')[2]}"
    assert (await chat.press(mute, forged)).text.startswith("You may not write")


async def test_unpairing_is_asked_first(chat: Chat) -> None:
    await chat.say(ANNA.here, "glasses", action="pair", name="Work")
    asked = await chat.say(ANNA.here, "glasses", action="unpair")
    assert asked.text.startswith("Unpair “Work”?")
    assert len(await pairs_of(chat, ANNA)) == 1
    kept = await chat.tap(ANNA.here, asked, "Keep")
    assert kept.title == "Work"
    done = await chat.tap(ANNA.here, asked, "Unpair")
    assert done.text == "“Work” are unpaired. Their token is worthless now." and done.edits
    assert await chat.pairs.find("tdg_1") is None
    assert (await chat.tap(ANNA.here, asked, "Unpair")).text.startswith("These glasses are not")


async def test_which_glasses_are_meant_is_asked(chat: Chat) -> None:
    assert (await chat.say(ANNA.here, "glasses", action="test")).text.startswith("You have not")
    for name in ("Work", "Workshop"):
        await chat.say(ANNA.here, "glasses", action="pair", name=name)
    which = await chat.say(ANNA.here, "glasses", action="unpair")
    assert which.text == "Which ones? Add their name. You have paired: Work, Workshop."
    exact = await chat.say(ANNA.here, "glasses", action="unpair", name="work")
    assert exact.text.startswith("Unpair “Work”?")
    assert await chat.suggest(ANNA.here, "glasses", "name", "shop") == ["Workshop"]
    assert await chat.suggest(BERT.here, "glasses", "name", "") == []


async def test_a_test_goes_the_way_of_a_photo(chat: Chat) -> None:
    await chat.say(ANNA.here, "glasses", action="pair", name="Work")
    reply = await chat.say(ANNA.here, "glasses", action="test")
    assert reply.text.startswith("A photo of the sea is on its way, as if “Work” had taken it.")
    ((pair, shot, content),) = chat.darkroom.accepted
    assert pair.name == "Work" and shot.label == "Test photo.png"
    assert name_picture(content) == "PNG" and measure_picture(content, "PNG") == (960, 720)
    await chat.say(ANNA.here, "glasses", action="test")
    assert len(chat.darkroom.accepted) == 2, "each test is a photo of its own"


async def test_what_one_chat_paired_another_may_move_to_itself(chat: Chat) -> None:
    await chat.say(ANNA.here, "glasses", action="pair", name="Work")
    chat.people.accounts[BERT.person] = ANNA.person
    await chat.say(BERT.here, "glasses", where="dm")
    (pair,) = await pairs_of(chat, ANNA)
    assert (pair.identity, pair.place, pair.home) == (
        BERT.person,
        Place("toy", "dm-bert"),
        Place("toy", "dm-bert"),
    )
