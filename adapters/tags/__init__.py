"""mutagen: what files say of themselves, and what our own MP3 says."""

from adapters.tags.reading import read_tags
from adapters.tags.writing import write_mp3_tags

__all__ = ["read_tags", "write_mp3_tags"]
