"""Groups: commands and answers in privacy mode, other people's buttons, other people's files."""

from collections.abc import Callable

import pytest

from tests.adapters.telegram.house import House
from tests.adapters.telegram.test_talking import song
from tests.doubles.telegram import Message, Person, Telegram
from tests.doubles.telegram.users import User
from tests.toys import until


def has(label: str) -> Callable[[Message], bool]:
    return lambda message: label in message.labels


async def test_a_command_in_answer_to_a_file_takes_it(
    house: House, telegram: Telegram, anna: Person
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", bob, anna)
    file = await bob.send_audio(group, song(1), name="gift.mp3")
    asked = await anna.write(group, "/tray@tapedeck_bot", reply_to=file)
    tray = await anna.hears(group, has("Mix"), after=asked)
    assert "gift" in tray.plain
    again = await anna.write(group, "/mixtape no-video", reply_to=file)
    running = await anna.hears(group, has("Cancel"), after=again)
    assert running.reply_to == again.id


async def test_files_of_a_group_are_its_own_unless_they_are_for_us(
    house: House, telegram: Telegram, anna: Person
) -> None:
    group = telegram.supergroup("Band", anna, bot="administrator")
    await anna.send_audio(group, song(1), name="private.mp3")
    await anna.write(group, "what do you think of it?")
    await anna.write(group, "/other@other_bot")
    await anna.write(group, "/unknown")
    meant = await anna.send_audio(
        group, song(2), name="meant.mp3", caption="for @tapedeck_bot please"
    )
    tray = await anna.hears(group, has("Mix"), after=meant)
    assert "1 track" in tray.plain
    assert "private" not in tray.plain
    assert house.shown(anna, group) == [tray]


async def test_a_file_in_answer_to_the_bot_goes_on_the_tray(
    house: House, telegram: Telegram, anna: Person
) -> None:
    group = telegram.supergroup("Band", anna)
    asked = await anna.write(group, "/tray")
    empty = await anna.hears(group, after=asked)
    sent = await anna.send_audio(group, song(1), reply_to=empty)
    tray = await anna.hears(group, has("Mix"), after=sent)
    assert "1 track" in tray.plain


@pytest.mark.parametrize("caption", ["/tray", "for @tapedeck_bot"])
async def test_what_of_an_album_a_group_hides_is_told(
    house: House, telegram: Telegram, anna: Person, caption: str
) -> None:
    quiet = telegram.supergroup("Band", anna)
    await anna.send_album(quiet, [song(1), song(2)], caption=caption)
    tray = await anna.hears(quiet, has("Mix"))
    told = await anna.hears(quiet, after=tray)
    assert "1 track" in tray.plain and "answer each with /tray" in told.plain
    open_to_us = telegram.supergroup("Studio", anna, bot="administrator")
    await anna.send_album(open_to_us, [song(3), song(4)], caption=caption)
    tray = await anna.hears(open_to_us, has("Mix"))
    assert "3 tracks" in tray.plain
    assert house.shown(anna, open_to_us) == [tray]


async def test_other_people_of_a_group_cannot_press_somebodys_buttons(
    house: House, telegram: Telegram, anna: Person
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", anna, bob)
    caption = "/tray@tapedeck_bot"
    await anna.send_audio(group, song(1), caption=caption)
    tray = await anna.hears(group, has("Mix"))
    for label in tray.labels:
        press = await bob.press(tray, label)
        assert "someone else’s" in await bob.answered(press)
    await anna.answered(await anna.press(tray, "Options"))
    form = await anna.hears(group, has("Save"))
    for label in form.labels:
        press = await bob.press(form, label)
        assert "somebody else's" in await bob.answered(press)
    assert form.now == form
    assert house.shown(bob, group) == [tray, form]


async def test_only_administrators_manage_a_group(
    house: House, telegram: Telegram, anna: Person
) -> None:
    bob = telegram.user("Bob")
    group = telegram.supergroup("Band", anna, bob)
    asked = await anna.write(group, "/settings")
    owner = await anna.hears(group, after=asked)
    asked = await bob.write(group, "/settings")
    member = await bob.hears(group, after=asked)
    assert len(owner.labels) > len(member.labels)


async def test_answers_stay_in_the_topic(house: House, telegram: Telegram, anna: Person) -> None:
    group = telegram.supergroup("Forum", anna, topics=("Music",))
    (topic,) = group.topics
    asked = await anna.write(group, "/help", topic=topic)
    answer = await anna.hears(group, after=asked)
    assert answer.topic == topic


async def test_a_group_that_becomes_a_supergroup_is_followed(
    house: House, telegram: Telegram, anna: Person
) -> None:
    group = telegram.group("Band", anna)
    await anna.send_audio(group, song(1), caption="/mixtape")
    await anna.hears(group, has("Cancel"))
    moved = telegram.upgrade(group)
    await telegram.until(lambda: house.telegram.calls("getUpdates"))
    job = await house.job_of(anna)
    await house.deliver(house.finish(job.id))
    assert [each.kind for each in house.shown(anna, moved)][-2:] == ["audio", "text"]


async def test_a_groups_rules_move_along(house: House, telegram: Telegram, anna: Person) -> None:
    bob = telegram.user("Bob")
    group = telegram.group("Band", anna, bob)
    asked = await anna.write(group, f"/settings person-jobs=2 channels={group.id}")
    await anna.hears(group, after=asked)
    moved = telegram.upgrade(group)
    servers = house.counter.servers

    async def there() -> bool:
        return bool(await servers.rules(f"telegram:{moved.id}"))

    await until(there, what="the rules moved")
    assert await servers.rules(f"telegram:{group.id}") == {}
    assert dict(await servers.rules(f"telegram:{moved.id}")) == {
        "channels": str(moved.id),
        "person-jobs": "2",
    }
    asked = await bob.write(moved, "/tray")
    assert "Your tray is empty" in (await bob.hears(moved, after=asked)).plain


async def test_a_bot_that_was_thrown_out_is_quiet(
    house: House, telegram: Telegram, anna: Person
) -> None:
    group = telegram.supergroup("Band", anna)
    telegram.faults.delay(0.2, method="getChatMember")
    await anna.write(group, "/help")
    anna.kick_bot(group)
    private = telegram.private(anna)
    started = await anna.start()
    await anna.hears(private, after=started)
    assert house.shown(anna, group) == [] or telegram.calls("sendMessage", chat=group)


async def test_who_writes_in_the_groups_name_is_told_why_nothing_is_made(
    house: House, telegram: Telegram, anna: Person
) -> None:
    nobody = telegram.user("Group")
    nobody.user = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
    group = telegram.supergroup("Band", anna, nobody)
    await nobody.write(group, "/unknown")
    asked = await nobody.write(group, "/mixtape")
    await telegram.until(lambda: len(group.messages) > 2, what="an answer")
    (told,) = [each for each in anna.sees(group) if each.id > asked.id]
    assert "under your own name" in told.plain and told.reply_to == asked.id
