"""Replies as Discord's messages, within its limits whatever they hold."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.drawing import (
    Drawn,
    draw,
    escape,
    fit,
    make_mark,
    plainly,
    read_button,
    size_of,
)
from core.screens import Button, Reply, Tone
from tests.doubles.discord.rules.messages import check_message, check_not_empty

TEXTS = st.text(max_size=6000)
LABELS = st.text(min_size=1, max_size=200).filter(lambda text: bool(text.strip()))
ACTIONS = st.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}:[a-z0-9|:]{0,40}", fullmatch=True)
BUTTONS = st.builds(
    Button, LABELS, ACTIONS, st.sampled_from(Tone), opens_form=st.booleans()
) | st.builds(
    Button, LABELS, link=st.just("https://deck.test/") | st.just("https://d/" + "x" * 900)
)
ROWS = st.lists(st.lists(BUTTONS, max_size=7).map(tuple), max_size=8).map(tuple)
REPLIES = st.builds(
    Reply,
    TEXTS.filter(lambda text: bool(text.strip())),
    title=st.text(max_size=600),
    lines=st.lists(st.text(max_size=400), max_size=250).map(tuple),
    buttons=ROWS,
)


def body(drawn: Drawn) -> dict[str, Any]:
    """What would be sent."""
    view = drawn.view()
    return {
        "content": drawn.content,
        "embeds": [embed.to_dict() for embed in drawn.embeds()],
        "components": view.to_components() if view else [],
    }


@given(REPLIES, st.sampled_from([0, 123]), st.booleans())
@settings(max_examples=150, deadline=None)
async def test_any_reply_is_taken_by_discord(reply: Reply, mention: int, plain: bool) -> None:
    drawn = draw(reply, mention=mention, mark=make_mark("delivery", "0"))
    sent = body(plainly(drawn) if plain else drawn)
    check_message(sent, files=[], layout=False)
    check_not_empty(sent, files=[])
    texts = [sent["content"], *(each.get("description") or "" for each in sent["embeds"])]
    assert all(size_of(text) <= 4096 for text in texts)


@given(st.text(max_size=300), st.integers(20, 100))
def test_what_is_cut_is_never_longer_than_it_may_be(text: str, most: int) -> None:
    assert size_of(fit(text, most)) <= most


def test_peoples_text_is_no_markup() -> None:
    assert escape("**loud** _x_ ~~y~~ `z` ||w||") == (
        r"\*\*loud\*\* \_x\_ \~\~y\~\~ \`z\` \|\|w\|\|"
    )
    assert escape("[click](https://evil.test) <@123>") == r"\[click\](https://evil.test) \<@123\>"
    assert escape("# big\n- list\n> quote") == "\\# big\n\\- list\n\\> quote"
    assert escape("1. Song – two, #music, it's 3-4 (live)") == (
        "1. Song – two, #music, it's 3-4 (live)"
    )


def test_long_lists_are_counted() -> None:
    drawn = draw(Reply("Tracks:", title="T", lines=tuple(f"{at} " + "x" * 95 for at in range(99))))
    shown = drawn.text.split("\n")
    assert shown[-1] == f"… and {99 - (len(shown) - 3)} more"
    assert size_of(drawn.text) <= 4000


async def test_a_button_says_all_in_its_id() -> None:
    rows = ((Button("Up", "tray.move:m:i:-1"), Button("Top", "tray.move:m:i:-1")),)
    view = draw(Reply("x", buttons=rows), mark="m" * 20).view()
    assert view is not None
    ids = [str(item.to_component_dict()["custom_id"]) for item in view.children]
    assert len(set(ids)) == 2 and max(map(len, ids)) <= 100
    assert {read_button(each).action for each in ids} == {"tray.move:m:i:-1"}
    assert read_button("flibrary.page:m:1:a|b|3").action == "library.page:m:1:a|b"
    assert read_button("fx.y:|0").opens_form and not read_button("bx.y:|0").opens_form


def test_plain_words_stay_plain_and_headings_survive_without_embeds() -> None:
    assert draw(Reply("Only words.")) == Drawn("Only words.")
    shown = draw(Reply("Text.", title="A*B", lines=("one", "two")), mention=5)
    assert plainly(shown).content == "<@5>\n**A\\*B**\nText.\n\none\ntwo"
