"""Names that people gave to files: shown and offered, never trusted."""

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import quote

# Joiners shape emoji and scripts; every other invisible character can only deceive.
_JOINERS = {"\u200c", "\u200d"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def tidy(text: str, *, most: int = 300) -> str:
    """One line without control or direction marks, at most `most` characters, cut at the end."""
    shown = "".join(
        character
        if character in _JOINERS or unicodedata.category(character) not in _HIDDEN
        else " "
        for character in unicodedata.normalize("NFC", text[: most * 8])
    )
    line = re.sub(r"\s+", " ", shown).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def tidy_name(name: str, *, most: int = 120) -> str:
    """A file's own name without folders; a long one loses its middle and keeps its ending."""
    last = PurePosixPath(PureWindowsPath(name[:4096]).name).name
    line = tidy(last, most=4096).strip(". ") or "file"
    if len(line) <= most:
        return line
    tail = line[-16:].lstrip()
    return f"{line[: most - len(tail) - 1].rstrip()}…{tail}"


def disposition(name: str, *, inline: bool) -> str:
    """A Content-Disposition header for `name`, in both forms of RFC 6266."""
    clean = re.sub(r'[/\\:*?"<>|]', "_", tidy_name(name))
    ascii_name = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", ascii_name).strip("._ ") or "file"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
