"""Where the map's parts stand, in units of its width, from the reading side."""

WIDTH = 900
CLOSING = "closing.final"
EDGE = 28
RAIL = 62
"""Where the ordinary way's line runs, from the reading side; likewise the next two."""
OPEN_PATH = 462
SAFE_PATH = 494
TEXT = 96
TEXT_ROOM = 345
BESIDE = 512
BESIDE_ROOM = WIDTH - EDGE - BESIDE - 24
BIG = 16.0
PLAIN = 14.0
SMALL = 13.0
DOT = "\u00a0· "
