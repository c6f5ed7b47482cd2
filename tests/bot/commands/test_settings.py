"""/settings keeps what people usually want, and what managers rule for a server."""

from dataclasses import replace

import pytest

from core.screens import Reply
from tests.bot.chatting import Chat, buttons_of, find_button
from tests.fakes_people import Someone, sound

ANNA = Someone("anna")
BOSS = Someone("boss", manages=True)
REFUSED = "Only those who manage this server can set its rules."


@pytest.fixture
def chat() -> Chat:
    return Chat()


def value_of(reply: Reply, name: str) -> str:
    (found,) = (line for line in reply.lines if line.startswith(f"{name}: "))
    return found.removeprefix(f"{name}: ")


async def test_shows_what_is_usual(chat: Chat) -> None:
    reply = await chat.say(ANNA.here, "settings")
    assert reply.alone and reply.lines == (
        "Crossfade: 6 seconds",
        "Order: as given",
        "Loudness: -14 LUFS",
        "Video: yes",
        "Results: where you ask for them",
        "Too large for the chat: in parts",
        "Language: English",
    )


async def test_keeps_what_is_given_and_leaves_the_rest(chat: Chat) -> None:
    await chat.say(ANNA.here, "settings", crossfade=1, where="dm")
    reply = await chat.say(ANNA.here, "settings", loudness="off", delivery="link")
    assert reply.text == "Saved."
    assert value_of(reply, "Crossfade") == "1 second"
    assert value_of(reply, "Results") == "as a direct message"
    assert value_of(reply, "Loudness") == "as it is"
    assert value_of(reply, "Too large for the chat") == "as a link"
    assert await chat.people.settings(ANNA.person) == {
        "crossfade": "1", "where": "dm", "loudness": "off", "delivery": "link",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"crossfade": 31}, "“crossfade” must be a number from 0 to 30 seconds, not 31."),
        ({"loudness": "loud"}, "“loudness” must be a number from -30 to -8 LUFS or off"),
        ({"language": "xx"}, "“language” must be one of en, not “xx”."),
        ({"delivery": "mail"}, "“delivery” must be one of parts, link, not “mail”."),
    ],
)
async def test_what_cannot_be_is_told_and_not_kept(
    chat: Chat, given: dict[str, object], sentence: str
) -> None:
    reply = await chat.say(ANNA.here, "settings", video="no", **given)
    assert reply.text.startswith(sentence)
    assert not await chat.people.settings(ANNA.person)


async def test_forms_begin_with_what_is_and_keep_what_is_sent(chat: Chat) -> None:
    settings = await chat.say(ANNA.here, "settings", crossfade=9)
    form = (await chat.tap(ANNA.here, settings, "Mixing")).form
    assert form is not None and len(form.options) <= 5
    assert form.values == {"crossfade": "9", "order": "given", "loudness": "-14", "video": "yes"}
    after = await chat.press(
        ANNA.here, form.action, {**form.values, "order": "name", "crossfade": ""}
    )
    assert after.edits and value_of(after, "Order") == "by name"
    assert value_of(after, "Crossfade") == "6 seconds"


async def test_how_results_come_is_a_form_of_its_own(chat: Chat) -> None:
    settings = await chat.say(ANNA.here, "settings")
    form = (await chat.tap(ANNA.here, settings, "Results")).form
    assert form is not None
    assert form.values == {"where": "here", "private": "no", "delivery": "parts", "language": "en"}
    after = await chat.press(ANNA.here, form.action, {**form.values, "private": "yes"})
    assert value_of(after, "Results") == "in private, seen by nobody else"
    order = (await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")])).job
    assert order is not None and chat.jobs.orders[order].private


async def test_reset_forgets_all(chat: Chat) -> None:
    settings = await chat.say(ANNA.here, "settings", crossfade=9, where="dm", language="en")
    await chat.tap(ANNA.here, settings, "Reset")
    assert not await chat.people.settings(ANNA.person)


async def test_only_managers_see_the_server(chat: Chat) -> None:
    for asker in (ANNA.here, BOSS.at_home):
        labels = [button.label for button in buttons_of(await chat.say(asker, "settings"))]
        assert labels == ["Mixing", "Results", "Reset"]
    find_button(await chat.say(BOSS.here, "settings"), "This server")


async def test_a_manager_rules_channels_roles_and_limits(chat: Chat) -> None:
    server = await chat.tap(BOSS.here, await chat.say(BOSS.here, "settings"), "This server")
    assert server.lines[:3] == (
        "Channels: all", "Roles: everyone", "Jobs at once, all together: no limit",
    )  # fmt: skip
    one = await chat.tap(BOSS.here, server, "Allow this channel only")
    assert value_of(one, "Channels") == "only this one"
    channels = (await chat.tap(BOSS.here, one, "Channels")).form
    assert channels is not None and channels.values == {"channels": "1001"}
    two = await chat.press(BOSS.here, channels.action, {"channels": "<#1001> and <#2002>"})
    assert value_of(two, "Channels") == "only 2, and this is one of them"
    roles = (await chat.tap(BOSS.here, two, "Roles")).form
    assert roles is not None
    await chat.press(BOSS.here, roles.action, {"roles": "<@&77>"})
    each = (await chat.tap(BOSS.here, two, "Limits per person")).form
    assert each is not None and len(each.options) == 3
    await chat.press(BOSS.here, each.action, {"person-jobs": "2", "person-minutes": "0"})
    assert await chat.servers.rules("toy:server") == {
        "channels": "1001,2002", "roles": "77", "person-jobs": "2",
    }  # fmt: skip
    last = await chat.tap(BOSS.here, two, "Disallow this channel")
    assert value_of(last, "Channels") == "only one, and not this one"
    assert value_of(last, "Jobs at once, per person") == "2"
    own = await chat.tap(BOSS.here, last, "← Back")
    assert own.title == "Your settings"


async def test_rules_can_be_given_as_options(chat: Chat) -> None:
    reply = await chat.say(BOSS.here, "settings", channels="3003", jobs=5)
    assert reply.title == "This server" and reply.text == "Saved."
    assert await chat.servers.rules("toy:server") == {"channels": "3003", "jobs": "5"}
    refused = await chat.say(BOSS.here, "settings", jobs=1.5, channels="4004")
    assert refused.text == "“jobs” must be a whole number, not 1.5."
    many = await chat.say(BOSS.here, "settings", megabytes=1_000_000)
    assert many.text == "Saved."
    assert (await chat.servers.rules("toy:server"))["megabytes"] == "1000000"


async def test_a_rule_holds_for_members_from_then_on(chat: Chat) -> None:
    await chat.say(BOSS.here, "settings", channels="3003")
    reply = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")])
    assert reply.job is None and not chat.jobs.orders
    assert (await chat.say(ANNA.at_home, "mixtape", tracks=[sound("a.mp3")])).job is not None


async def test_members_rule_nothing(chat: Chat) -> None:
    server = await chat.tap(BOSS.here, await chat.say(BOSS.here, "settings"), "This server")
    assert (await chat.say(ANNA.here, "settings", channels="1", crossfade=3)).text == REFUSED
    assert not await chat.people.settings(ANNA.person)
    mine = find_button(await chat.say(ANNA.here, "settings"), "Reset").action.split(":")[1]
    for button in buttons_of(server):
        action = button.action.partition(":")[0]
        if action != "settings.show":
            reply = await chat.press(ANNA.here, f"{action}:{mine}", {"channels": "1"})
            assert reply.text == REFUSED
    assert not await chat.servers.rules("toy:server")
    assert (await chat.say(BOSS.at_home, "settings", jobs=1)).text.startswith(
        "Rules are for servers"
    )


async def test_the_button_of_a_channel_says_what_it_does(chat: Chat) -> None:
    server = await chat.tap(BOSS.here, await chat.say(BOSS.here, "settings"), "This server")
    only = await chat.tap(BOSS.here, server, "Allow this channel only")
    every = await chat.tap(BOSS.here, only, "Allow all channels")
    assert value_of(every, "Channels") == "all"
    elsewhere = await chat.say(BOSS.here, "settings", channels="3003")
    both = await chat.tap(BOSS.here, elsewhere, "Allow this channel too")
    assert value_of(both, "Channels") == "only 2, and this is one of them"


async def test_a_group_without_channels_has_limits_only(chat: Chat) -> None:
    group = replace(BOSS.here, channel="")
    server = await chat.tap(group, await chat.say(group, "settings"), "This server")
    labels = [button.label for button in buttons_of(server)]
    assert labels == ["Limits for all", "Limits per person", "← Back"] and len(server.lines) == 6
