"""Plain links to media: files that stand somewhere on the web, fetched without trusting anybody."""

from adapters.plain.bringing import Bounds
from adapters.plain.fetching import PlainFetcher
from adapters.plain.guard import Guard

__all__ = ["Bounds", "Guard", "PlainFetcher"]
