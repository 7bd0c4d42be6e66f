"""Which characters a font has, read from its own table (OpenType, cmap, formats 4 and 12)."""

import struct
from functools import cache
from pathlib import Path

from PIL.ImageFont import FreeTypeFont


def characters(font: FreeTypeFont) -> frozenset[int]:
    """Give every character for which the font has a glyph that isn't .notdef."""
    return _characters(Path(str(font.path)))


@cache
def _characters(file: Path) -> frozenset[int]:
    data = file.read_bytes()
    tables = {data[at : at + 4]: at for at in range(12, 12 + 16 * _short(data, 4), 16)}
    (start,) = struct.unpack_from(">I", data, tables[b"cmap"] + 8)
    found: set[int] = set()
    for number in range(_short(data, start + 2)):
        (offset,) = struct.unpack_from(">I", data, start + 4 + 8 * number + 4)
        at = start + offset
        match _short(data, at):
            case 4:
                found |= _segments(data, at)
            case 12:
                found |= _groups(data, at)
    return frozenset(found)


def _short(data: bytes, at: int) -> int:
    (value,) = struct.unpack_from(">H", data, at)
    return int(value)


def _segments(data: bytes, at: int) -> set[int]:
    double, found = _short(data, at + 6), set()
    for n in range(0, double, 2):
        end, first = _short(data, at + 14 + n), _short(data, at + 16 + double + n)
        delta = _short(data, at + 16 + 2 * double + n)
        place = at + 16 + 3 * double + n
        way = _short(data, place)
        for char in range(first, end + 1):
            glyph = _short(data, place + way + 2 * (char - first)) if way else char
            if glyph and (glyph + delta) % 65_536:
                found.add(char)
    return found


def _groups(data: bytes, at: int) -> set[int]:
    (count,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for n in range(count):
        first, last, glyph = struct.unpack_from(">III", data, at + 16 + 12 * n)
        found |= {char for char in range(first, last + 1) if glyph + char - first}
    return found
