"""Accounts and the codes that link chats: what a code looks like, and how long it is good."""

import secrets

CODE_SECONDS = 600.0
"""How long a code may be used."""
MOST_TRIES = 5
"""Wrong codes that one identity may try within `CODE_SECONDS`."""
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
_LENGTH = 8


def make_code() -> str:
    """A new code for people to type, such as `K7QM-2XRD`: one of 850 billion."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return f"{text[:4]}-{text[4:]}"


def read_code(typed: str) -> str:
    """A code as people type it, without what does not count."""
    return "".join(mark for mark in typed.upper() if mark.isalnum())


def platform_of(identity: str) -> str:
    """The platform of `<platform>:<id there>`."""
    return identity.partition(":")[0]
