"""A child that is guarded connects to public addresses only, whatever library does it."""

import socket
import subprocess
import sys

import pytest

PROGRAM = """
import socket, sys, urllib.request
from adapters.ytdlp.guard import watch_connections
watch_connections()
try:
    {attempt}
except OSError as error:
    print(getattr(error, "reason", error))
"""
ATTEMPTS = {
    "a socket": "socket.create_connection(('127.0.0.1', {port}), 2)",
    "a bare socket": "socket.socket().connect(('127.0.0.1', {port}))",
    "a socket of IPv6": "socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', {port}))",
    "a name": "socket.create_connection(('localhost', {port}), 2)",
    "urllib": "urllib.request.urlopen('http://127.0.0.1:{port}/', timeout=2)",
    "a socket of the machine": "socket.socket(socket.AF_UNIX).connect('/run/docker.sock')",
    "yt-dlp": "import yt_dlp; yt_dlp.YoutubeDL({{'quiet': True}}, auto_init=False)"
    ".urlopen('http://127.0.0.1:{port}/')",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_a_private_address_is_never_reached(attempt: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        port = server.getsockname()[1]
        program = PROGRAM.format(attempt=attempt.format(port=port))
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
        )
        assert "an address that is not public" in done.stdout + done.stderr, done.stderr
        with pytest.raises(TimeoutError):
            server.accept()
