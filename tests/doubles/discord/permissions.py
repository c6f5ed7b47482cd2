"""Permission bits, and what a member may do in a channel."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    ADD_REACTIONS = 1 << 6
    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    USE_EXTERNAL_APPS = 1 << 50


NOTHING = Permission(0)
ALL = Permission(sum(Permission))
ORDINARY = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.USE_EXTERNAL_APPS
)
_NEED_SENDING = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE


@dataclass(slots=True)
class Overwrite:
    """What a channel takes from, and gives to, one role or one member."""

    of: str
    is_member: bool
    allow: Permission = NOTHING
    deny: Permission = NOTHING


def compute(
    *,
    everyone: tuple[str, Permission],
    roles: Iterable[tuple[str, Permission]],
    overwrites: Iterable[Overwrite],
    member: str,
    is_owner: bool,
) -> Permission:
    """Discord's order: roles, then the channel's overwrites for everyone, roles and the member.

    Source: Discord's documentation, "Permission Overwrites" and "Implicit Permissions".
    """
    held = list(roles)
    allowed = everyone[1]
    for _, given in held:
        allowed |= given
    if is_owner or Permission.ADMINISTRATOR in allowed:
        return ALL
    own = {role for role, _ in held}
    changes = list(overwrites)
    for group in (
        [each for each in changes if each.of == everyone[0]],
        [each for each in changes if each.of in own],
        [each for each in changes if each.is_member and each.of == member],
    ):
        for each in group:
            allowed &= ~each.deny
        for each in group:
            allowed |= each.allow
    if Permission.VIEW_CHANNEL not in allowed:
        return NOTHING
    return allowed if Permission.SEND_MESSAGES in allowed else allowed & ~_NEED_SENDING
