"""What ffmpeg complains about, in a person's words."""

from collections.abc import Sequence

from adapters.process import ProgramError, ProgramTimeoutError

_MEANINGS = (
    ("(drms", "is protected (DRM), so only its shop's own player can open it."),
    ("drm protected", "is protected (DRM), so only its shop's own player can open it."),
    ("(enca", "is encrypted, so I cannot open it. Send a copy without protection."),
    ("no space left on device", "could not be worked on: the disk is full."),
    ("matches no streams", "has no sound in it."),
    ("does not contain any stream", "has no sound in it."),
    ("moov atom not found", "is cut off: its index is missing. Send it again."),
    ("cannot allocate memory", "needs far more memory than a song should. It may be damaged."),
    ("unknown decoder", "uses a coding that I cannot read. Send it as MP3, FLAC or WAV."),
    ("unsupported codec", "uses a coding that I cannot read. Send it as MP3, FLAC or WAV."),
    ("decoder (codec", "uses a coding that I cannot read. Send it as MP3, FLAC or WAV."),
    ("end of file", "is cut off or damaged. Send it again."),
)


def explain(lines: Sequence[str]) -> str:
    """The end of a sentence that begins with a file's name, from the lines of ffmpeg."""
    text = "\n".join(lines).lower()
    for mark, meaning in _MEANINGS:
        if mark in text:
            return meaning
    return "is damaged and cannot be played. Send it again, or as another format."


def explain_failure(error: ProgramError) -> str:
    """The same, from how the child ended."""
    if isinstance(error, ProgramTimeoutError):
        return "took far too long to read. It is probably damaged."
    return explain(error.lines)
