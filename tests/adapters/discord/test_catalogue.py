"""Our commands as Discord's own definitions, within its limits."""

from dataclasses import dataclass
from typing import Any

import pytest

from adapters.discord.catalogue import Chosen, assign, complete, fingerprint, read_chosen, register
from core.calls import Audience, Call, Entry
from core.options import Kind, Option
from core.screens import Reply
from tests.bot.chatting import Chat
from tests.doubles.discord.rules.commands import check_commands

TRACKS = Option(
    name="tracks", kind=Kind.FILES, summary="The tracks", required=True, least=2, most=200
)
COVER = Option(name="cover", kind=Kind.FILE, summary="A picture", accepts="image")


@dataclass(frozen=True)
class Command:
    entry: Entry

    async def run(self, call: Call) -> Reply:
        return Reply(call.command)


def define(*options: Option, **changes: Any) -> list[dict[str, Any]]:
    entry = Entry(name="toy", summary="Play", options=options, **changes)
    return register([Command(entry)])


def test_every_command_of_ours_is_taken_by_discord() -> None:
    definitions = register(Chat().desk.commands)
    check_commands(definitions)
    assert {each["name"] for each in definitions} >= {"mixtape", "tray", "Make mixtape"}
    assert all(each["contexts"] == [0, 1, 2] for each in definitions)
    assert all(each["integration_types"] == [0, 1] for each in definitions)


def test_a_list_of_files_becomes_ten_attachments_the_needed_ones_first() -> None:
    title = Option(name="title", kind=Kind.TEXT, summary="Its name", most=200)
    [drawn] = define(title, TRACKS, COVER)
    names = [each["name"] for each in drawn["options"]]
    assert names == ["track1", "track2", "title", *(f"track{at}" for at in range(3, 11)), "cover"]
    assert [each["required"] for each in drawn["options"][:3]] == [True, True, False]
    assert (drawn["options"][2]["type"], drawn["options"][2]["max_length"]) == (3, 200)


def test_files_make_room_for_other_options() -> None:
    others = [Option(name=f"o{at}", kind=Kind.FLAG, summary="It") for at in range(20)]
    [drawn] = define(TRACKS, *others)
    assert len(drawn["options"]) == 25
    assert sum(each["name"].startswith("track") for each in drawn["options"]) == 5
    with pytest.raises(ValueError, match="Discord takes 25"):
        define(*others, *[Option(name=f"p{at}", kind=Kind.FLAG, summary="It") for at in range(6)])


def test_ranges_choices_and_completion_are_told() -> None:
    number = Option(
        name="fade", kind=Kind.NUMBER, summary="How long", least=0, most=30, unit="seconds"
    )
    few = Option(name="few", kind=Kind.CHOICE, summary="One", choices=("a", "b"))
    many = Option(
        name="many", kind=Kind.CHOICE, summary="One", choices=tuple(f"c{n}" for n in range(30))
    )
    typed = Option(name="job", kind=Kind.TEXT, summary="Which", suggests=True)
    fade, two, lots, job = define(number, few, many, typed)[0]["options"]
    assert (fade["min_value"], fade["max_value"]) == (0, 30)
    assert fade["description"] == "How long (seconds)"
    assert [each["value"] for each in two["choices"]] == ["a", "b"]
    assert lots["autocomplete"] and job["autocomplete"] and "choices" not in lots
    assert complete(many, " C2") == ["c2", *(f"c{n}" for n in range(20, 30))]


def test_managers_commands_are_shown_to_managers() -> None:
    [drawn] = define(audience=Audience.MANAGERS)
    assert drawn["default_member_permissions"] == str(1 << 5)


def test_a_sixth_menu_is_refused_at_the_start() -> None:
    commands = [Command(Entry(name=f"c{at}", summary="It", menu=f"Do {at}")) for at in range(6)]
    with pytest.raises(ValueError, match="takes 5 commands in a message's menu"):
        register(commands)


def test_numbered_attachments_are_gathered_in_their_order() -> None:
    entry = Entry(name="toy", summary="Play", options=(TRACKS, COVER))
    options = [
        {"name": "track3", "value": "33"}, {"name": "cover", "value": "9"},
        {"name": "track1", "value": "11"}, {"name": "title", "value": "Late"},
    ]  # fmt: skip
    assert read_chosen(entry, options) == Chosen(
        {"title": "Late"}, {"tracks": ("11", "33"), "cover": ("9",)}
    )


def test_of_a_messages_files_the_first_picture_becomes_the_cover() -> None:
    entry = Entry(name="toy", summary="Play", options=(TRACKS, COVER))
    kinds = {"1": "audio/mpeg", "2": "image/png", "3": "audio/ogg", "4": "image/jpeg"}
    assert assign(entry, kinds) == {"cover": ("2",), "tracks": ("1", "3")}
    alone = Entry(name="toy", summary="Play", options=(TRACKS,))
    assert assign(alone, kinds) == {"tracks": ("1", "2", "3", "4")}


def test_only_a_change_changes_the_fingerprint() -> None:
    assert fingerprint(define(COVER)) == fingerprint(define(COVER))
    assert fingerprint(define(COVER)) != fingerprint(define(TRACKS))
