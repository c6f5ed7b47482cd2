"""Keeps a child away from private addresses, whatever a site leads it to."""

import errno
import socket
import sys
from typing import Any

from core.addresses import is_public


def is_reachable(address: str) -> bool:
    """Whether the child may connect to an IP address."""
    return is_public(address)


def watch_connections() -> None:
    """From now on, this process connects to public addresses only. It cannot be undone.

    The check sits where a connection is opened, after names were looked up and redirects
    followed, so that no library and no name that changes its address gets around it.
    """
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    connection, address = arguments
    internet = connection.family in (socket.AF_INET, socket.AF_INET6)
    if not internet or not is_reachable(str(address[0])):
        raise PermissionError(errno.EACCES, "an address that is not public")
