"""How we write down where something is on Telegram, and how to get there again."""

from dataclasses import dataclass

import telegram

from core.names import PersonId, Place

PLATFORM = "telegram"


@dataclass(frozen=True, slots=True)
class Spot:
    """A chat, and the topic in it where a group has topics."""

    chat: int
    topic: int | None = None

    @property
    def private(self) -> bool:
        """Telegram counts groups downwards from zero; a private chat has its person's id."""
        return self.chat > 0


def place_of(spot: Spot) -> Place:
    topic = f"/{spot.topic}" if spot.topic else ""
    return Place(PLATFORM, f"{spot.chat}{topic}")


def spot_of(place: Place) -> Spot:
    chat, _, topic = place.conversation.partition("/")
    return Spot(int(chat), int(topic) if topic else None)


def spot_of_message(message: telegram.Message) -> Spot:
    topic = message.message_thread_id if message.is_topic_message else None
    return Spot(message.chat.id, topic)


def identity_of(user: int) -> PersonId:
    return PersonId(f"{PLATFORM}:{user}")


def server_of(chat: int) -> str:
    """A group, as the rules of servers know it."""
    return f"{PLATFORM}:{chat}"


def home_of(user: int) -> Place:
    return place_of(Spot(user))
