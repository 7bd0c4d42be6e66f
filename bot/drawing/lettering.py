"""Letters of every script that there is a font for, joined and ordered as that script wants it.

Pillow joins letters by libraqm, which needs the system's FriBiDi. Where that is missing, letters
of Arabic are joined by the forms that Unicode keeps for it, and both directions are laid here; what
is written in scripts whose signs change places and shapes can't be written then.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

FONTS = Path(__file__).with_name("fonts")
PLAIN = ("", "Arabic", "Hebrew", "Armenian", "Georgian", "Ethiopic")
SHAPED = ("Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Tamil", "Telugu", "Kannada",
          "Malayalam", "Sinhala", "Thai", "Lao", "Khmer", "Myanmar")  # fmt: skip
"""Scripts that libraqm alone puts together: signs above, below and around the letters."""
FILES = (*(f"NotoSans{script}.ttf" for script in PLAIN + SHAPED), "NotoSansCJK.otf")
NOWHERE = "\uffff"
"""A character that no font has: it looks as whatever is missing does."""
JOINERS = "\u200c\u200d"
"""Signs without a shape of their own that keep letters apart or tie them."""
_RTL = {"R", "AL"}
_FORMS = ("isolated", "final", "initial", "medial")
Run = tuple[ImageFont.FreeTypeFont, str, bool]
"""Letters of one font, and whether they run from right to left."""


@cache
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    engine = ImageFont.Layout.RAQM if joins() else ImageFont.Layout.BASIC
    return ImageFont.truetype(FONTS / file, size, layout_engine=engine)


@cache
def joins() -> bool:
    """Tell whether Pillow can join letters here."""
    return bool(features.check("raqm"))


@lru_cache(maxsize=4096)
def _file_for(char: str) -> str | None:
    """Give the first font that has a character; None when none has."""
    return next((file for file in _files() if _has(file, char)), None)


@cache
def _files() -> tuple[str, ...]:
    """Give the fonts that can be used here."""
    return FILES if joins() else tuple(f for f in FILES if f[len("NotoSans") : -4] not in SHAPED)


@lru_cache(maxsize=4096)
def _has(file: str, char: str) -> bool:
    font, missing = _probe(file)
    return bytes(font.getmask(char)) != missing


@cache
def _probe(file: str) -> tuple[ImageFont.FreeTypeFont, bytes]:
    """Give a small font to try letters with, and what a missing one looks like in it."""
    font = ImageFont.truetype(FONTS / file, 20, layout_engine=ImageFont.Layout.BASIC)
    return font, bytes(font.getmask(NOWHERE))


def can_write(text: str) -> bool:
    """Tell whether there is a letter for every character; signs of direction need none."""
    return all(_silent(char) or char.isspace() or _file_for(char) for char in text)


def _silent(char: str) -> bool:
    return unicodedata.category(char) == "Cf"


def width(text: str, size: int) -> float:
    """Give how wide a text is, in pixels."""
    return sum(_length(run) for run in _runs(text, size, rtl=False))


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: int,
    ink: str,
    *,
    align: str = "left",
    rtl: bool = False,
) -> None:
    """Write one line; `at` is its left, middle or right end on the baseline."""
    runs = list(_runs(text, size, rtl=rtl))
    whole = sum(map(_length, runs))
    x = at[0] - {"left": 0.0, "middle": whole / 2, "right": whole}[align]
    for run in runs:
        font, letters, backward = run
        if joins():
            way = "rtl" if backward else "ltr"
            draw.text((x, at[1]), letters, ink, font, "ls", direction=way)
        else:
            draw.text((x, at[1]), laid(letters) if backward else letters, ink, font, "ls")
        x += _length(run)


def _length(run: Run) -> float:
    font, letters, backward = run
    if joins():
        return font.getlength(letters, direction="rtl" if backward else "ltr")
    return font.getlength(laid(letters) if backward else letters)


def _runs(text: str, size: int, *, rtl: bool) -> Iterator[Run]:
    """Take a line apart where font or direction changes, in the order in which it is seen."""
    parts: list[tuple[str, str, bool]] = []
    between = ""
    for char in text:
        if _silent(char):
            if char in JOINERS and joins() and parts and not between:
                parts[-1] = (parts[-1][0], parts[-1][1] + char, parts[-1][2])
            continue
        if char.isspace() and parts:
            between += " "
            continue
        file, backward = _file_for(char) or FILES[0], unicodedata.bidirectional(char) in _RTL
        if parts and unicodedata.combining(char):
            file, backward = parts[-1][0], parts[-1][2]
        spaced = not between or _has(file, between[0])
        if parts and (parts[-1][0], parts[-1][2]) == (file, backward) and spaced:
            parts[-1] = (file, parts[-1][1] + between + char, backward)
        else:
            parts += [(FILES[0], between, False)] if between else []
            parts.append((file, char, backward))
        between = ""
    for file, letters, backward in reversed(parts) if rtl else parts:
        yield _font(file, size), letters, backward


def laid(letters: str) -> str:
    """Write letters of a right-to-left script from left to right, those of Arabic joined."""
    return _joined(letters)[::-1]


def _joined(letters: str) -> str:
    for pair, ligature in _ligatures().items():
        letters = letters.replace(pair, ligature)
    made = []
    for place, char in enumerate(letters):
        before = _beside(letters[:place][::-1])
        after = _beside(letters[place + 1 :])
        ties_back = "final" in _forms(char) and _goes_on(before)
        ties_on = _goes_on(char) and "final" in _forms(after)
        form = _FORMS[ties_back + 2 * ties_on]
        made.append(_forms(char).get(form, char))
    return "".join(made)


def _beside(letters: str) -> str:
    """Give the next letter, past the marks on the one before it."""
    return next((char for char in letters if not unicodedata.combining(char)), "")


def _goes_on(char: str) -> bool:
    return "initial" in _forms(char) or char == "\u0640"


def _forms(char: str) -> dict[str, str]:
    return _table().get(char, {})


@cache
def _table() -> dict[str, dict[str, str]]:
    """Give each letter's forms by their names, as Unicode's own data has them."""
    found: dict[str, dict[str, str]] = {}
    for form, letters, char in _presented():
        if len(letters) == 1:
            found.setdefault(letters, {})[form] = char
    for ligature in _ligatures().values():
        found[ligature] = {"isolated": ligature, "final": chr(ord(ligature) + 1)}
    return found


@cache
def _ligatures() -> dict[str, str]:
    """Give lam with each alef, which are always written as one."""
    return {
        letters: char
        for form, letters, char in _presented()
        if form == "isolated" and letters.startswith("\u0644") and len(letters) > 1
    }


def _presented() -> Iterator[tuple[str, str, str]]:
    for number in (*range(0xFB50, 0xFBB2), *range(0xFE80, 0xFEFD)):
        form, *parts = unicodedata.decomposition(chr(number)).split()
        yield form.strip("<>"), "".join(chr(int(part, 16)) for part in parts), chr(number)
