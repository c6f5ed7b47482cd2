"""Forms as modals, and back."""

from adapters.discord.catalogue import Chosen
from adapters.discord.forms import draw_form, read_action, read_form
from bot.clipping import Sheet, new_draft
from bot.screens.clip import open_fix, open_form, open_options
from core.names import PersonId
from core.options import Kind, Option
from core.rules import EACH
from core.screens import Form
from tests.bot.chatting import WORDS
from tests.doubles.discord.rules.modals import check_modal

FORM = Form(
    action="tray.options:" + "x" * 40,
    title="How to mix it, in a title that is far too long for Discord",
    options=(
        Option(name="title", kind=Kind.TEXT, summary="What to call it", most=200),
        Option(name="cross-fade", kind=Kind.NUMBER, summary="Overlap", least=0, most=30, unit="s"),
        Option(name="video", kind=Kind.FLAG, summary="An MP4 too"),
        Option(name="order", kind=Kind.CHOICE, summary="Order", choices=("given", "name")),
        Option(name="tracks", kind=Kind.FILES, summary="Tracks", most=200, required=True),
    ),
    values={"title": "Late", "cross-fade": "6", "video": "yes", "order": "name"},
)


async def test_a_form_is_a_modal_that_discord_takes() -> None:
    modal = draw_form(FORM).to_dict()
    check_modal(modal)
    assert read_action(modal["custom_id"]) == FORM.action
    title, fade, video, order, tracks = [each["component"] for each in modal["components"]]
    labels = [each["label"] for each in modal["components"]]
    assert labels == ["Title", "Cross fade", "Video", "Order", "Tracks"]
    assert modal["components"][1]["description"] == "Overlap: 0 to 30 s"
    assert (title["value"], fade["value"]) == ("Late", "6")
    assert [each["value"] for each in video["options"] if each["default"]] == ["yes"]
    assert [each["label"] for each in order["options"]] == ["Given", "Name"]
    assert (tracks["type"], tracks["min_values"], tracks["max_values"]) == (19, 1, 10)


def test_a_large_range_is_written_out() -> None:
    form = Form(action="settings.each", title="Limits", options=EACH)
    described = [each["description"] for each in draw_form(form).to_dict()["components"]]
    assert described[0] == "Jobs at once, per person; 0 is no limit: 0 to 1000000"


def test_what_was_filled_in_comes_back_by_name() -> None:
    def field(kind: int, name: str, **given: object) -> dict[str, object]:
        return {"type": 18, "component": {"type": kind, "custom_id": name, **given}}

    sent: list[dict[str, object]] = [
        {"type": 10, "id": 1},
        field(4, "title", value="Late"),
        field(3, "video", values=["no"]),
        field(3, "order", values=[]),
        field(19, "tracks", values=["11", "22"]),
    ]
    assert read_form(sent) == Chosen(
        {"title": "Late", "video": "no", "order": ""}, {"tracks": ("11", "22")}
    )


async def test_the_tables_of_clips_are_modals_that_discord_takes() -> None:
    say, rows = WORDS.to("en"), "https://youtu.be/abc,1:00,1:30,Intro\n" * 100
    draft = new_draft(PersonId("toy:anna"), [Sheet("", rows)], [], {"title": "Best of"})
    checked = draft.check(most_seconds=36_000)
    for reply in (
        open_form(draft.person, say),
        open_fix(draft, checked, say),
        open_options(draft, say, defaults={}),
    ):
        assert reply.form is not None
        modal = draw_form(reply.form).to_dict()
        check_modal(modal)
        if "rows" in reply.form.values:
            field = modal["components"][0]["component"]
            assert (field["style"], field["value"]) == (2, reply.form.values["rows"])
