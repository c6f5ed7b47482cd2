"""What /glasses shows: the list, one pair, and a new one with its token."""

from collections.abc import Sequence

from bot.amounts import say_ago
from bot.buttons import cut_label, owned
from bot.words import Say
from core.calls import Asker
from core.glasses import Pair
from core.names import PersonId
from core.screens import Button, Reply, Tone

_LABEL = 30
_IN_A_ROW = 5


def show_pairs(
    pairs: Sequence[Pair], person: PersonId, say: Say, *, now: float, edits: bool
) -> Reply:
    """All pairs of a person, each with a button that leads to it."""
    new = Button(say("button-pair"), owned(person, "glasses.pair"), Tone.MAIN)
    each = [
        Button(cut_label(pair.name, most=_LABEL), owned(person, "glasses.show", pair.id))
        for pair in pairs
    ]
    rows = [tuple(each[at : at + _IN_A_ROW]) for at in range(0, len(each), _IN_A_ROW)]
    return Reply(
        say("glasses-intro") if pairs else say("glasses-none"),
        title=say("glasses-title"),
        lines=tuple(f"{pair.name} · {_say_last(pair, say, now=now)}" for pair in pairs),
        buttons=(*rows, (new,)),
        edits=edits,
        alone=True,
    )


def show_one(pair: Pair, asker: Asker, say: Say, *, now: float, note: str, edits: bool) -> Reply:
    """One pair, with what can be done about it."""
    person = pair.person

    def button(key: str, action: str, tone: Tone = Tone.PLAIN) -> Button:
        return Button(say(key), owned(person, f"glasses.{action}", pair.id), tone)

    moves = []
    if asker.place not in (pair.place, asker.home) and asker.posts:
        moves.append(button("button-videos-here", "here"))
    if pair.place != asker.home:
        moves.append(button("button-videos-dm", "dm"))
    return Reply(
        note,
        title=pair.name,
        lines=(
            _say_place(pair, asker, say),
            say("glasses-burst", seconds=f"{pair.burst:g}"),
            _say_last(pair, say, now=now),
        ),
        buttons=(
            (button("button-test", "test"), *moves),
            (
                button("button-unpair", "unpair", Tone.DANGER),
                Button(say("button-back"), owned(person, "glasses.list")),
            ),
        ),
        edits=edits,
        alone=True,
    )


def show_token(pair: Pair, token: str, say: Say, *, url: str, local: bool) -> Reply:
    """What to enter on the glasses' side. It is shown this once."""
    return Reply(
        say("glasses-token-local") if local else say("glasses-token"),
        title=say("glasses-paired", name=pair.name),
        lines=(say("glasses-url", url=url), say("glasses-secret", token=token)),
        alone=True,
        fleeting=True,
    )


def ask_unpair(pair: Pair, person: PersonId, say: Say) -> Reply:
    """The question before a pair's token becomes worthless."""
    now = owned(person, "glasses.forget", pair.id)
    keep = owned(person, "glasses.show", pair.id)
    return Reply(
        say("glasses-unpair", name=pair.name),
        buttons=(
            (Button(say("button-unpair"), now, Tone.DANGER), Button(say("button-keep"), keep)),
        ),
        alone=True,
    )


def _say_place(pair: Pair, asker: Asker, say: Say) -> str:
    if pair.place == pair.home:
        return say("glasses-to", place="dm")
    return say("glasses-to", place="here" if pair.place == asker.place else "there")


def _say_last(pair: Pair, say: Say, *, now: float) -> str:
    if pair.used is None:
        return say("glasses-unused", ago=say_ago(now - pair.created, say))
    return say("glasses-used", ago=say_ago(now - pair.used, say))
