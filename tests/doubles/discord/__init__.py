"""A Discord of our own: HTTP API, gateway and content network on loopback.

An unmodified discord.py talks to it over real sockets. It is as strict as Discord where the bot
could go wrong, and a test plays the people:

    async with discord_double() as discord:
        anna = discord.user("anna")
        guild = discord.guild("Studio", anna)
        channel = discord.channel(guild)
        async with a_client_of_the_test(discord.token):
            await discord.ready()
            exchange = await anna.use(channel, "mixtape", track1=Path("one.mp3"), title="Late")
            message = await anna.awaits(channel, "ready")
            await anna.press(message, "Delete")
"""

from tests.doubles.discord.cdn import LIFE_SECONDS
from tests.doubles.discord.double import TOKEN, Discord, discord_double
from tests.doubles.discord.exchange import Exchange
from tests.doubles.discord.intents import Intent
from tests.doubles.discord.people import Person
from tests.doubles.discord.permissions import ORDINARY, Permission
from tests.doubles.discord.refusals import RefusalError
from tests.doubles.discord.rest import Request
from tests.doubles.discord.uploads import Upload
from tests.doubles.discord.world import Attachment, Channel, Guild, Message

__all__ = [
    "LIFE_SECONDS",
    "ORDINARY",
    "TOKEN",
    "Attachment",
    "Channel",
    "Discord",
    "Exchange",
    "Guild",
    "Intent",
    "Message",
    "Permission",
    "Person",
    "RefusalError",
    "Request",
    "Upload",
    "discord_double",
]
