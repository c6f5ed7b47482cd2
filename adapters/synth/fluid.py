"""libfluidsynth, through ctypes: plays a MIDI file with a SoundFont, block by block.

The library is found at run time; where it or a SoundFont is missing, our own studio plays.
"""

import ctypes
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.measuring import Samples

_BLOCK = 16_384
_FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/soundfonts", "/usr/local/share/soundfonts")
_PREFERRED = ("FluidR3_GM.sf2", "default-GM.sf2")
_GAIN = 0.5
# By name, because asking the system for the name starts a compiler where there is one.
_NAMES = ("libfluidsynth.so.3", "libfluidsynth.so.2", "libfluidsynth.so", "libfluidsynth.dylib")


class FluidError(Exception):
    """libfluidsynth refused: it says why on its standard error."""


def find_soundfont(setting: str = "") -> str:
    """The SoundFont to play with: the setting's, else one where systems keep them, else none.

    `off` is none. Raises `UserError` when the setting names no file.
    """
    if setting == "off":
        return ""
    if setting:
        if not Path(setting).is_file():
            raise UserError(
                f"TAPEDECK_SOUNDFONT names {setting}, which is not a file. Correct it, or set it "
                "to off to use the instruments that came along."
            )
        return setting
    for folder in map(Path, _FOLDERS):
        found = [folder / name for name in _PREFERRED] + sorted(folder.glob("*.sf[23]"))
        for path in found:
            if path.is_file():
                return str(path)
    return ""


def load_library() -> ctypes.CDLL:
    """The library, wherever the system has it. Raises `FluidError` when it has none."""
    for name in _NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise FluidError("libfluidsynth is not installed")


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    library = load_library()
    pointer, text, whole = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    signatures: dict[str, tuple[object, list[object]]] = {
        "new_fluid_settings": (pointer, []),
        "fluid_settings_setint": (whole, [pointer, text, whole]),
        "fluid_settings_setnum": (whole, [pointer, text, ctypes.c_double]),
        "fluid_settings_setstr": (whole, [pointer, text, text]),
        "new_fluid_synth": (pointer, [pointer]),
        "fluid_synth_sfload": (whole, [pointer, text, whole]),
        "fluid_synth_write_float": (
            whole, [pointer, whole, pointer, whole, whole, pointer, whole, whole],
        ),
        "new_fluid_player": (pointer, [pointer]),
        "fluid_player_add": (whole, [pointer, text]),
        "fluid_player_play": (whole, [pointer]),
        "delete_fluid_player": (None, [pointer]),
        "delete_fluid_synth": (None, [pointer]),
        "delete_fluid_settings": (None, [pointer]),
    }  # fmt: skip
    for function, (gives, takes) in signatures.items():
        called = getattr(library, function)
        called.restype, called.argtypes = gives, takes
    return library


def play_midi(midi: Path, soundfont: str, *, rate: int, frames: int) -> Iterator[Samples]:
    """So many frames of the file in stereo, in blocks of shape (frames, 2).

    Raises `FluidError` when the SoundFont or the file cannot be read.
    """
    library = _library()
    settings = library.new_fluid_settings()
    library.fluid_settings_setnum(settings, b"synth.sample-rate", float(rate))
    library.fluid_settings_setnum(settings, b"synth.gain", _GAIN)
    library.fluid_settings_setint(settings, b"synth.lock-memory", 0)
    # A SoundFont has 150 MB, a piece needs a tenth of it.
    library.fluid_settings_setint(settings, b"synth.dynamic-sample-loading", 1)
    # Its chorus turns one side of what is stereo already against the other.
    library.fluid_settings_setint(settings, b"synth.chorus.active", 0)
    # By the samples that were written, not by the clock on the wall.
    library.fluid_settings_setstr(settings, b"player.timing-source", b"sample")
    synth = library.new_fluid_synth(settings)
    player = None
    try:
        if library.fluid_synth_sfload(synth, soundfont.encode(), 1) < 0:
            raise FluidError(f"{soundfont} is no SoundFont that can be read")
        player = library.new_fluid_player(synth)
        if library.fluid_player_add(player, str(midi).encode()) != 0:
            raise FluidError("the MIDI file cannot be read")
        library.fluid_player_play(player)
        yield from _write(library, synth, frames)
    finally:
        if player is not None:
            library.delete_fluid_player(player)
        library.delete_fluid_synth(synth)
        library.delete_fluid_settings(settings)


def _write(library: ctypes.CDLL, synth: int, frames: int) -> Iterator[Samples]:
    buffer = np.zeros((_BLOCK, 2), np.float32)
    place = buffer.ctypes.data_as(ctypes.c_void_p)
    while frames > 0:
        count = min(frames, _BLOCK)
        if library.fluid_synth_write_float(synth, count, place, 0, 2, place, 1, 2) != 0:
            raise FluidError("libfluidsynth stopped playing")
        yield buffer[:count].copy()
        frames -= count
