"""What can be made again is what says so on its button."""

from bot.remakes import REMAKES
from bot.showing import AGAIN_KINDS


def test_every_kind_with_the_button_can_be_made_again() -> None:
    assert REMAKES.keys() == AGAIN_KINDS


def test_every_form_fits_in_a_modal() -> None:
    assert all(1 <= len(remake.fields) <= 5 for remake in REMAKES.values())
