"""A site of the shape of YouTube, for the real yt-dlp, with its media on loopback.

`site.py` has it and `videos.py` what can be on it. `child.py` is the product's child for links
with this site in the place of the real ones; it starts often, so nothing is imported here.
"""
