"""How often Python looks for garbage: seldom, since nearly all of it goes by itself here."""

import gc

AFTER = 20_000
"""New objects after which it looks. Every 700, as Python does, takes a tenth of the time of a
scheduled message, and as much of the start."""


def look_seldom() -> None:
    """Look for garbage that seldom from now on."""
    gc.set_threshold(AFTER, 20, 20)


def keep_what_is_there() -> None:
    """Look a last time among all that was loaded, which stays for as long as the process lives."""
    gc.collect()
    gc.freeze()
