"""`tapedeck`, sent to a double of Discord: `DOUBLE_API` and `DOUBLE_GATEWAY` say where it is."""

import os
import sys

import discord.gateway
import discord.http
import yarl

from bot.__main__ import main


def redirect() -> None:
    discord.http.Route.BASE = os.environ["DOUBLE_API"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DOUBLE_GATEWAY"])


if __name__ == "__main__":
    redirect()
    sys.exit(main())
