"""A mixtape in progress: the tracks that a person gathers over several messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import UserError
from core.names import PersonId
from core.options import Attachment


@dataclass(frozen=True, slots=True)
class Item:
    """One track on a tray. `id` stays the same wherever it moves."""

    id: str
    file: Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """What one person has gathered. `options` are texts, as `read_values` takes them."""

    person: PersonId
    items: tuple[Item, ...] = ()
    cover: Attachment | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def moved(self, item: str, by: int) -> "tuple[Item, ...]":
        """The items with one of them `by` places further down, or up when negative.

        Raises `UserError` when it is no longer there.
        """
        at = self.index(item)
        rest = [each for each in self.items if each.id != item]
        to = min(max(at + by, 0), len(rest))
        return (*rest[:to], self.items[at], *rest[to:])

    def index(self, item: str) -> int:
        """Where an item is. Raises `UserError` when it is no longer there."""
        for at, each in enumerate(self.items):
            if each.id == item:
                return at
        raise UserError("That track is no longer on the tray. Look at the list again.")
