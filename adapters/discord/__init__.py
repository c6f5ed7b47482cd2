"""Discord: slash commands, menus of messages, buttons, forms, and results as messages."""

from adapters.discord.chat import Discord

__all__ = ["Discord"]
