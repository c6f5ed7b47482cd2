"""A double of the Telegram Bot API over real sockets, for bots that know nothing of it."""

from tests.doubles.telegram.bots import TOKEN
from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.double import Telegram, telegram_double
from tests.doubles.telegram.files import MEGABYTE, Limits
from tests.doubles.telegram.floods import FloodLimits
from tests.doubles.telegram.messages import Button, Message
from tests.doubles.telegram.person import Person
from tests.doubles.telegram.world import Answered, Press

__all__ = [
    "MEGABYTE",
    "TOKEN",
    "Answered",
    "Button",
    "Chat",
    "FloodLimits",
    "Limits",
    "Message",
    "Person",
    "Press",
    "Telegram",
    "telegram_double",
]
