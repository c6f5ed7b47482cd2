"""The instruments: an additive and wavetable set of our own, all numpy."""

from core.voices.kit import KITS, Drum
from core.voices.programs import Instrument, find_instrument
from core.voices.waves import Sound

__all__ = ["KITS", "Drum", "Instrument", "Sound", "find_instrument"]
