"""yt-dlp behind the port: sites of the tests, the real machinery."""
