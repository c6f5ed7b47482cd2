"""Titles for pieces that nobody named: two words that feel as the mood does."""

from core.music.chance import Chance
from core.music.moods import Mood

_FIRST = {
    (1, 1): "Golden Bright Sunlit Open Quick Flying Summer Silver Orange Dancing Paper Electric",
    (1, 0): "Quiet Slow Soft Warm Sleeping Early Gentle Velvet Amber Drifting Honey Low",
    (0, 1): "Iron Broken Burning Black Restless Red Hollow Sharp Breaking Crooked Cold Last",
    (0, 0): "Empty Grey Fading Distant Winter Lost Pale Unsent Northern Silent Blue Late",
}
_SECOND = {
    (1, 1): "Streets Parade Kites Rooftops Avenue Morning Carousel Postcards Horizon Lanterns "
    "Bicycles Weekend",
    (1, 0): "Harbour Garden Windows Tides Sunday Lamplight Meadow Clouds Orchard Veranda Moss "
    "Terrace",
    (0, 1): "Alarm Engines Siege Static Wolves Wires Storm Verdict Tunnel Fever Sirens Edge",
    (0, 0): "Station Letters Rooms Shoreline Snow Photographs Rain Bridges Mirrors Platform "
    "Embers Orbit",
}


def invent_title(mood: Mood, seed: int) -> str:
    """A title for a mood; the same seed gives the same one."""
    chance = Chance(seed, "title")
    corner = (int(mood.valence >= 0), int(mood.arousal >= 0))
    return f"{chance.pick(_FIRST[corner].split())} {chance.pick(_SECOND[corner].split())}"
