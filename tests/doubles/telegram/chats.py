"""Chats, who is in them, and what the bot may do there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.doubles.telegram.entities import Json
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.refusals import ApiError, bad_request, forbidden
from tests.doubles.telegram.users import User

ChatKind = Literal["private", "group", "supergroup"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]

_ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
RIGHTS: Mapping[str, str] = {
    "text": "text messages",
    "audio": "music",
    "video": "videos",
    "document": "documents",
    "photo": "photos",
    "voice": "voice notes",
    "animation": "animations",
}
"""What a chat can forbid, with Telegram's word for it."""


@dataclass(eq=False, slots=True)
class Chat:
    """A conversation as the server knows it. `forbidden`: the kinds that a bot may not send."""

    id: int
    kind: ChatKind
    title: str = ""
    username: str = ""
    forum: bool = False
    members: dict[int, tuple[User, Status]] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    started: bool = False
    """Whether the person of a private chat ever wrote to the bot."""
    blocked: bool = False
    moved_to: int = 0
    """The supergroup that this group became."""

    @property
    def person(self) -> User:
        """Whose private chat it is."""
        return next(user for user, _ in self.members.values() if not user.is_bot)

    def status(self, user: int) -> Status:
        return self.members[user][1] if user in self.members else "left"

    def admins(self) -> list[User]:
        return [
            user for user, status in self.members.values() if status in ("creator", "administrator")
        ]

    def to_json(self) -> Json:
        if self.kind == "private":
            person = self.person
            named: Json = {"id": self.id, "type": "private", "first_name": person.first_name}
            return named | ({"username": person.username} if person.username else {})
        shown: Json = {"id": self.id, "type": self.kind, "title": self.title}
        if self.username:
            shown["username"] = self.username
        if self.forum:
            shown["is_forum"] = True
        return shown

    def member_json(self, user: User) -> Json:
        """A ChatMember."""
        status = self.status(user.id)
        shown: Json = {"status": status, "user": user.to_json()}
        match status:
            case "creator":
                shown["is_anonymous"] = False
            case "administrator":
                shown |= {"can_be_edited": False, "is_anonymous": False}
                shown |= dict.fromkeys(_ADMIN_RIGHTS, True)
            case "kicked":
                shown["until_date"] = 0
        return shown

    def check_writable(self, bot: int) -> None:
        """Refuse, in Telegram's words, when the bot may not write here."""
        if self.kind == "private":
            if self.blocked:
                raise forbidden("bot was blocked by the user")
            if not self.started:
                raise forbidden("bot can't initiate conversation with a user")
            return
        if self.moved_to:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, words, {"migrate_to_chat_id": self.moved_to})
        match self.status(bot):
            case "kicked":
                raise forbidden(f"bot was kicked from the {self.kind} chat")
            case "left":
                raise forbidden(f"bot is not a member of the {self.kind} chat")

    def check_allowed(self, kind: str, bot: int) -> None:
        """Refuse what the chat forbids its members; administrators may."""
        if kind in self.forbidden and self.status(bot) == "member":
            raise bad_request(f"not enough rights to send {RIGHTS[kind]} to the chat")

    def check_topic(self, topic: int) -> None:
        if topic and (self.forum or self.kind == "private") and topic not in self.topics:
            raise bad_request("message thread not found")
