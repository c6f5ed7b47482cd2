"""The world in Discord's JSON: what the gateway sends and what the HTTP API answers."""

from tests.doubles.discord.clock import stamp
from tests.doubles.discord.layouts import Sign, component_payload, embed_payload
from tests.doubles.discord.refusals import Payload
from tests.doubles.discord.world import (
    DM,
    GROUP,
    TEXT,
    Attachment,
    Channel,
    Guild,
    Member,
    Message,
    Origin,
    Role,
    User,
)  # fmt: skip


def user_payload(user: User) -> Payload:
    return {
        "id": user.id, "username": user.name, "discriminator": "0", "global_name": None,
        "avatar": None, "bot": user.bot, "system": False, "public_flags": 0, "flags": 0,
        "primary_guild": None,
    }  # fmt: skip


def own_user_payload(user: User) -> Payload:
    """The bot's own account, which tells a little more."""
    return user_payload(user) | {
        "mfa_enabled": False, "locale": user.locale, "verified": True, "email": None,
    }  # fmt: skip


def member_payload(member: Member, *, with_user: bool = True) -> Payload:
    payload: Payload = {
        "roles": [role.id for role in member.roles], "joined_at": stamp(member.joined),
        "nick": None, "avatar": None, "banner": None, "premium_since": None, "pending": False,
        "deaf": False, "mute": False, "flags": 0, "communication_disabled_until": None,
    }  # fmt: skip
    return payload | {"user": user_payload(member.user)} if with_user else payload


def role_payload(role: Role, position: int) -> Payload:
    return {
        "id": role.id, "name": role.name, "permissions": str(int(role.permissions)),
        "position": position, "color": 0, "hoist": False, "managed": False, "mentionable": False,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "icon": None, "unicode_emoji": None, "flags": 0, "description": None,
    }  # fmt: skip


def channel_payload(channel: Channel, *, bot: User | None = None) -> Payload:
    last = next(reversed(channel.messages), None)
    payload: Payload = {
        "id": channel.id, "type": channel.kind, "last_message_id": last, "flags": 0,
    }  # fmt: skip
    if channel.kind == TEXT and channel.guild is not None:
        return payload | {
            "guild_id": channel.guild.id, "name": channel.name, "topic": None, "nsfw": False,
            "position": channel.guild.channels.index(channel), "parent_id": None,
            "rate_limit_per_user": 0,
            "permission_overwrites": [
                {
                    "id": each.of, "type": int(each.is_member),
                    "allow": str(int(each.allow)), "deny": str(int(each.deny)),
                }
                for each in channel.overwrites
            ],
        }  # fmt: skip
    others = [user for user in channel.recipients if user is not bot]
    payload["recipients"] = [user_payload(user) for user in others]
    if channel.kind == GROUP:
        payload |= {"name": channel.name, "icon": None, "owner_id": channel.recipients[0].id}
    return payload


def guild_payload(guild: Guild, *, bot: User, bots_only: bool) -> Payload:
    """GUILD_CREATE; without the members intent only the bot's own membership is told."""
    members = [each for each in guild.members.values() if not bots_only or each.user is bot]
    return {
        "id": guild.id, "name": guild.name, "owner_id": guild.owner.id, "icon": None,
        "splash": None, "discovery_splash": None, "banner": None, "description": None,
        "roles": [role_payload(r, i) for i, r in enumerate([guild.everyone, *guild.roles])],
        "members": [member_payload(each) for each in members],
        "channels": [channel_payload(channel) for channel in guild.channels],
        "member_count": len(guild.members), "large": False, "unavailable": False,
        "joined_at": stamp(guild.members[bot.id].joined), "premium_tier": guild.tier,
        "premium_subscription_count": (0, 2, 7, 14)[guild.tier], "features": [],
        "premium_progress_bar_enabled": False, "preferred_locale": guild.owner.locale,
        "emojis": [], "stickers": [], "threads": [], "presences": [], "voice_states": [],
        "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        "nsfw_level": 0, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "mfa_level": 0, "afk_timeout": 300, "afk_channel_id": None,
        "system_channel_id": None, "system_channel_flags": 0, "application_id": None,
        "rules_channel_id": None, "public_updates_channel_id": None, "vanity_url_code": None,
        "safety_alerts_channel_id": None, "incidents_data": None, "hub_type": None,
        "region": "deprecated",
    }  # fmt: skip


def attachment_payload(attachment: Attachment, sign: Sign) -> Payload:
    url = sign(attachment)
    payload: Payload = {
        "id": attachment.id, "filename": attachment.filename, "size": attachment.size, "url": url,
        "proxy_url": url, "content_type": attachment.content_type,
    }  # fmt: skip
    if attachment.title:
        payload["title"] = attachment.title
    if attachment.description:
        payload["description"] = attachment.description
    if attachment.ephemeral:
        payload["ephemeral"] = True
    return payload


def message_payload(message: Message, sign: Sign) -> Payload:
    """A message as the HTTP API answers it."""
    files = {each.filename: each for each in message.attachments}
    payload: Payload = {
        "id": message.id, "channel_id": message.channel.id, "type": message.kind,
        "author": user_payload(message.author), "content": message.content,
        "timestamp": stamp(message.created), "tts": False, "pinned": False,
        "edited_timestamp": stamp(message.edited) if message.edited else None,
        "flags": message.flags, "mention_everyone": message.mention_everyone,
        "mentions": [user_payload(user) for user in message.mentions],
        "mention_roles": list(message.mention_roles),
        "attachments": [attachment_payload(each, sign) for each in message.attachments],
        "embeds": [embed_payload(embed, files, sign) for embed in message.embeds],
        "components": [component_payload(each, files, sign) for each in message.components],
    }  # fmt: skip
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    if message.reference:
        payload["message_reference"] = {
            "type": 0, "channel_id": message.channel.id, "message_id": message.reference,
        }  # fmt: skip
        original = message.channel.messages.get(message.reference)
        payload["referenced_message"] = message_payload(original, sign) if original else None
    if message.origin:
        payload |= _origin_payload(message.origin)
    if message.author.bot:
        payload["application_id"] = message.author.id
        if message.origin:
            payload["webhook_id"] = message.author.id
    return payload


def message_event(message: Message, sign: Sign) -> Payload:
    """A message as the gateway sends it: with the guild, and the author as its member."""
    payload = message_payload(message, sign) | {"channel_type": message.channel.kind}
    guild = message.channel.guild
    if guild is None:
        return payload
    payload["guild_id"] = guild.id
    member = guild.members.get(message.author.id)
    if member is not None:
        payload["member"] = member_payload(member, with_user=False)
    for mentioned in payload["mentions"]:
        known = guild.members.get(mentioned["id"])
        if known is not None:
            mentioned["member"] = member_payload(known, with_user=False)
    return payload


def redact(payload: Payload, *, bot: User) -> Payload:
    """What the app sees of a guild's message without MESSAGE_CONTENT: not its own, not mentions."""
    mentioned = any(each["id"] == bot.id for each in payload["mentions"])
    if mentioned or payload["author"]["id"] == bot.id or payload.get("channel_type") == DM:
        return payload
    return payload | {"content": "", "attachments": [], "embeds": [], "components": []}


def _origin_payload(origin: Origin) -> Payload:
    metadata: Payload = {
        "id": origin.id, "type": origin.kind, "user": user_payload(origin.user),
        "authorizing_integration_owners": origin.owners,
    }  # fmt: skip
    if origin.kind == 3:
        metadata["interacted_message_id"] = origin.message_id
    if origin.kind == 5:
        metadata["triggering_interaction_metadata"] = metadata | {"type": 2}
    payload: Payload = {"interaction_metadata": metadata}
    if origin.kind == 2:
        payload["interaction"] = {
            "id": origin.id, "type": 2, "name": origin.name, "user": user_payload(origin.user),
        }  # fmt: skip
    return payload
