"""mutagen: what files say of themselves, and what our own MP3 says."""

from adapters.tags.own import read_card, write_mp3_card, write_ogg_card
from adapters.tags.reading import read_tags
from adapters.tags.writing import read_mp3_chapters, write_mp3_tags

__all__ = [
    "read_card",
    "read_mp3_chapters",
    "read_tags",
    "write_mp3_card",
    "write_mp3_tags",
    "write_ogg_card",
]
