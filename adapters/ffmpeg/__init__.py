"""ffmpeg: found, started with limits, listened to, and its findings put into our words."""
