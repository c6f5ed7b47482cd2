"""What glasses send, and what bridges ask about it: each with the token of a pair of glasses."""

from adapters.web.glasses.endpoints import Glasses

__all__ = ["Glasses"]
