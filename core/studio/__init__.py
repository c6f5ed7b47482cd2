"""The studio: a score is played, mixed in stereo, put in a room, and measured, block by block."""
