"""Drum patterns: one for each style, metre and level, and the fills that lead over.

A line has a mark for each sixteenth of a bar: X loud, x usual, g a ghost that is hardly heard.
"""

from collections.abc import Mapping

Lines = Mapping[str, str]

KEYS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "floor": 41, "hat": 42, "low": 45,
    "pedal": 44, "open": 46, "mid": 47, "crash": 49, "high": 50, "ride": 51, "bell": 53,
    "tambourine": 54, "shaker": 70, "triangle": 81,
}  # fmt: skip
"""General MIDI's percussion keys."""

GROOVES: Mapping[str, Mapping[str, tuple[Lines, Lines, Lines]]] = {
    "pop": {
        "4/4": (
            {"kick": "X.......x.......", "rim": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."},
            {"kick": "X.......x.x.....", "snare": "....X.......X...", "hat": "X.x.X.x.X.x.X.x."},
            {"kick": "X..x....x.x...x.", "snare": "....X..g....X..g", "hat": "X.x.X.x.X.x.X...",
             "open": "..............x.", "tambourine": "....x.......x...",
             "shaker": "xgxgxgxgxgxgxgxg"},
        ),
        "3/4": (
            {"kick": "X...........", "hat": "x.x.x.x.x.x."},
            {"kick": "X...........", "snare": "....x...x...", "hat": "X.x.X.x.X.x."},
            {"kick": "X.....x.....", "snare": "....X...X..g", "hat": "X.x.X.x.X.x.",
             "shaker": "xgxgxgxgxgxg"},
        ),
        "6/8": (
            {"kick": "X...........", "rim": "......x.....", "hat": "x.x.x.x.x.x."},
            {"kick": "X.........x.", "snare": "......X.....", "hat": "X.x.x.X.x.x."},
            {"kick": "X...x.....x.", "snare": "......X....g", "hat": "X.x.x.X.x.x.",
             "tambourine": "......x....."},
        ),
    },
    "rock": {
        "4/4": (
            {"kick": "X.......X.......", "hat": "X.x.X.x.X.x.X.x."},
            {"kick": "X.....x.X.x.....", "snare": "....X.......X...", "hat": "X.x.X.x.X.x.X.x."},
            {"kick": "X.x...x.X.x...x.", "snare": "....X.......X...", "open": "X.x.X.x.X.x.X.x."},
        ),
        "3/4": (
            {"kick": "X...........", "hat": "X.x.X.x.X.x."},
            {"kick": "X.....x.....", "snare": "....X...X...", "hat": "X.x.X.x.X.x."},
            {"kick": "X.x...x...x.", "snare": "....X...X...", "open": "X...X...X..."},
        ),
        "6/8": (
            {"kick": "X...........", "hat": "X.x.x.X.x.x."},
            {"kick": "X...x.....x.", "snare": "......X.....", "hat": "X.x.x.X.x.x."},
            {"kick": "X.x.x.....x.", "snare": "......X.....", "open": "X.....X....."},
        ),
    },
    "lo-fi": {
        "4/4": (
            {"hat": "x.x.x.x.x.x.x.x.", "rim": "....x.......x..."},
            {"kick": "X......x..x.....", "snare": "....x.......x...", "hat": "x.g.x.g.x.g.x.gg"},
            {"kick": "X......x..x..x..", "snare": "....X..g....X...", "hat": "X.g.x.g.X.g.x.gg",
             "open": "......x.........", "shaker": "..x...x...x...x."},
        ),
        "3/4": (
            {"hat": "x.g.x.g.x.g."},
            {"kick": "X.....x.....", "snare": "........x...", "hat": "x.g.x.g.x.g."},
            {"kick": "X.....x..x..", "snare": "....g...X...", "hat": "X.g.x.g.x.gg"},
        ),
        "6/8": (
            {"hat": "x.g.g.x.g.g."},
            {"kick": "X.........x.", "snare": "......x.....", "hat": "x.g.g.x.g.g."},
            {"kick": "X...g.....x.", "snare": "......X...g.", "hat": "x.g.g.x.g.g."},
        ),
    },
    "jazz": {
        "4/4": (
            {"ride": "x...x...x...x...", "pedal": "....x.......x..."},
            {"ride": "X...x.x.X...x.x.", "pedal": "....x.......x...", "kick": "g.......g......."},
            {"ride": "X...X.x.X...X.x.", "pedal": "....X.......X...", "kick": "g.....g.g.......",
             "snare": "......g.......x."},
        ),
        "3/4": (
            {"ride": "x...x...x...", "pedal": "....x......."},
            {"ride": "X...x.x.x...", "pedal": "....x...x...", "kick": "g..........."},
            {"ride": "X...X.x.x...", "pedal": "....x...x...", "kick": "x.........g.",
             "snare": "......g....."},
        ),
        "6/8": (
            {"ride": "x.....x....."},
            {"ride": "X...x.x...x.", "pedal": "......x....."},
            {"ride": "X...x.X...x.", "pedal": "......x.....", "snare": "....g.....g."},
        ),
    },
    "orchestral": {
        "4/4": (
            {"kick": "x..............."},
            {"kick": "X.......x.......", "triangle": "....x.......x..."},
            {"kick": "X.......X.....x.", "snare": "x..xx.x.x..xx.xx"},
        ),
        "3/4": (
            {"kick": "x..........."},
            {"kick": "X...........", "triangle": "....x...x..."},
            {"kick": "X...........", "snare": "x...x.x.x.xx"},
        ),
        "6/8": (
            {"kick": "x..........."},
            {"kick": "X.....x.....", "triangle": "....x.....x."},
            {"kick": "X.....X.....", "snare": "x..xx.x..xx."},
        ),
    },
    "ambient": {
        "4/4": (
            {"shaker": "....g.......g..."},
            {"kick": "x...............", "shaker": "..g...g...g...g."},
            {"kick": "x.........g.....", "rim": "............g...", "shaker": "g.g.g.g.g.g.g.g."},
        ),
        "3/4": (
            {"shaker": "....g...g..."},
            {"kick": "x...........", "shaker": "....g...g..."},
            {"kick": "x...........", "shaker": "g.g.g.g.g.g."},
        ),
        "6/8": (
            {"shaker": "......g....."},
            {"kick": "x...........", "shaker": "....g.....g."},
            {"kick": "x...........", "shaker": "g.g.g.g.g.g."},
        ),
    },
    "electronic": {
        "4/4": (
            {"kick": "X...X...X...X...", "hat": "..x...x...x...x."},
            {"kick": "X...X...X...X...", "clap": "....X.......X...", "open": "..x...x...x...x."},
            {"kick": "X...X...X...X...", "clap": "....X.......X..x", "open": "..X...X...X...X.",
             "hat": "xx.xxx.xxx.xxx.x", "shaker": "xgxgxgxgxgxgxgxg"},
        ),
        "3/4": (
            {"kick": "X...X...X...", "hat": "..x...x...x."},
            {"kick": "X...X...X...", "clap": "........X...", "open": "..x...x...x."},
            {"kick": "X...X...X...", "clap": "........X..x", "open": "..X...X...X.",
             "hat": "xx.xxx.xxx.x"},
        ),
        "6/8": (
            {"kick": "X.....X.....", "hat": "..x.x...x.x."},
            {"kick": "X.....X.....", "clap": "......X.....", "open": "....x.....x."},
            {"kick": "X.....X...x.", "clap": "......X.....", "hat": "x.x.x.x.x.x.",
             "open": "....x.....x."},
        ),
    },
    "folk": {
        "4/4": (
            {"shaker": "x.g.x.g.x.g.x.g."},
            {"kick": "x.......x.......", "shaker": "x.g.X.g.x.g.X.g.", "rim": "....x.......x..."},
            {"kick": "X.......x.x.....", "tambourine": "....X.......X...",
             "shaker": "xgxgXgxgxgxgXgxg", "rim": "....x.......x..."},
        ),
        "3/4": (
            {"shaker": "x.g.x.g.x.g."},
            {"kick": "x...........", "shaker": "x.g.x.g.x.g.", "rim": "....g...x..."},
            {"kick": "X...........", "tambourine": "....x...X...", "shaker": "x.g.x.g.x.g."},
        ),
        "6/8": (
            {"shaker": "x.g.g.x.g.g."},
            {"kick": "X.....x.....", "shaker": "x.g.g.X.g.g."},
            {"kick": "X.....X...x.", "tambourine": "......X.....", "shaker": "x.g.g.X.g.g."},
        ),
    },
}  # fmt: skip

FILLS: Mapping[str, tuple[Lines, ...]] = {
    "4/4": (
        {"snare": "............xxXX", "kick": "X...X...X......."},
        {"snare": "........x.x.x...", "mid": ".............x..", "floor": "..............xX"},
        {"high": "............xx..", "mid": "..............x.", "floor": "...............X",
         "snare": "....X...X.x....."},
        {"snare": "..............xX", "kick": "X.......x.x....."},
    ),
    "3/4": (
        {"snare": "........xxXX", "kick": "X..........."},
        {"high": "........x...", "mid": ".........x..", "floor": "..........xX"},
        {"snare": "..........xX", "kick": "X.....x....."},
    ),
    "6/8": (
        {"snare": "........x.xX", "kick": "X.....x....."},
        {"high": "......x.....", "mid": "........x...", "floor": "..........xX"},
        {"snare": "..........xX", "kick": "X..........."},
    ),
}  # fmt: skip
SOFT_FILLS: Mapping[str, tuple[Lines, ...]] = {
    "4/4": (
        {"rim": "............x.xx"},
        {"snare": "............g.gx"},
        {"open": "............x..."},
    ),
    "3/4": ({"rim": "........x.xx"}, {"snare": "........g.gx"}),
    "6/8": ({"rim": "......x...xx"}, {"snare": "........g.gx"}),
}
SOFT = frozenset({"lo-fi", "jazz", "ambient", "folk"})
"""Grooves that no loud fill interrupts."""
CRASHING = frozenset({"pop", "rock", "orchestral", "electronic"})
"""Grooves that mark a new section with a cymbal."""
