"""What people do in a chat, and what they get: the real client over real sockets."""

from tests.adapters.telegram.house import House, words_of
from tests.doubles.telegram import Chat, Person, Telegram
from tests.media import Sound, make


async def test_help_is_answered(house: House, anna: Person, chat: Chat) -> None:
    asked = await anna.write(chat, "/help")
    answer = await anna.hears(chat, after=asked)
    print(words_of(answer))
    assert "/mixtape" in answer.plain


async def test_two_tracks_are_mixed(house: House, anna: Person, chat: Chat) -> None:
    paths = [make("mp3", Sound(wave="music", seconds=2.0, seed=at)) for at in (1, 2)]
    await anna.send_album(chat, paths)
    tray = await anna.hears(chat, lambda message: "Mix" in message.labels)
    print(words_of(tray))
    press = await anna.press(tray, "Mix")
    await anna.answered(press)
    running = await anna.hears(chat, lambda message: "Cancel" in message.labels)
    print(words_of(running))
    job = house.finish((await house.job_of(anna)).id)
    await house.deliver(job)
    for each in house.shown(anna, chat):
        print("---", each.id); print(words_of(each))
    assert False
