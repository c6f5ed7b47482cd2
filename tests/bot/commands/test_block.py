"""/block: operators keep people out, and let them in again."""

from tests.bot.chatting import Chat
from tests.fakes_people import Someone, sound

ANNA, OPERATOR = Someone("anna"), Someone("operator")


async def test_who_is_blocked_is_told_why_until_it_is_lifted() -> None:
    chat = Chat()
    done = await chat.say(OPERATOR.here, "block", person="toy:anna", reason="Spam.")
    assert done.text == "toy:anna is blocked. They are told: Spam."
    refused = await chat.say(ANNA.here, "jobs")
    assert refused.text == "The operator has blocked you here. The reason: Spam."
    lifted = await chat.say(OPERATOR.here, "block", person="toy:anna", lift="yes")
    assert lifted.text == "toy:anna may use me again."
    assert "blocked" not in (await chat.say(ANNA.here, "jobs")).text


async def test_a_block_holds_for_every_linked_chat() -> None:
    chat = Chat()
    await chat.people.join(ANNA.person, await chat.people.offer(Someone("phone").person))
    await chat.say(OPERATOR.here, "block", person="toy:anna")
    assert "No reason was given" in (await chat.say(Someone("phone").here, "jobs")).text


async def test_a_mention_names_who_is_blocked_where_it_is_typed() -> None:
    chat, eve = Chat(), Someone("123")
    for mention in ("<@123>", " <@!123> "):
        done = await chat.say(OPERATOR.here, "block", person=mention)
        assert done.text.startswith("toy:123 is blocked.")
    assert "blocked you" in (await chat.say(eve.here, "jobs")).text
    assert (await chat.say(OPERATOR.here, "block", person="<@123>", lift=True)).text == (
        "toy:123 may use me again."
    )


async def test_who_is_blocked_may_still_have_everything_erased_and_stop_a_job() -> None:
    chat = Chat()
    job = await chat.say(ANNA.here, "mixtape", tracks=[sound("a.mp3")])
    await chat.say(OPERATOR.here, "block", person="toy:anna")
    assert "is cancelled" in (await chat.press(ANNA.here, f"cancel.job:{job.job}")).text
    shown = await chat.say(ANNA.at_home, "privacy")
    asked = await chat.tap(ANNA.at_home, shown, "Erase")
    assert "without your name. If the operator has blocked you, that stays" in asked.text
    await chat.tap(ANNA.at_home, asked, "Erase everything")
    assert chat.privacy.erased == [ANNA.person]
    assert "blocked you" in (await chat.say(ANNA.here, "library")).text


async def test_only_operators_block_and_not_themselves() -> None:
    chat = Chat()
    for asker in (ANNA.here, Someone("boss", manages=True).here):
        assert "run this bot" in (await chat.say(asker, "block", person="toy:otto")).text
    assert "yourself" in (await chat.say(OPERATOR.here, "block", person="toy:operator")).text
    assert "such as discord:123" in (await chat.say(OPERATOR.here, "block", person="anna")).text
    assert await chat.people.blocked(Someone("otto").person) == ""
