"""How many pages a PDF of Chromium's has, and how much stands on each."""

import re
import zlib

_OBJECT = re.compile(rb"(?m)^(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_SHOWN = re.compile(rb"\bTJ\b|\bTj\b")
_DRAWN = re.compile(rb"/X\d+ Do\b")


def pages(pdf: bytes) -> list[tuple[int, int]]:
    """Give for each page, in order, how many pieces of text and how many pictures it shows."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    made = [body for body in objects.values() if body.startswith(b"<</Type /Page\n")]
    return [_on(objects[int(number[1])]) for body in made if (number := _contents(body))]


def _contents(page: bytes) -> re.Match[bytes] | None:
    return re.search(rb"/Contents (\d+) 0 R", page)


def _on(stream: bytes) -> tuple[int, int]:
    packed = stream.partition(b"stream\n")[2].removesuffix(b"\nendstream")
    drawn = zlib.decompress(packed)
    return len(_SHOWN.findall(drawn)), len(_DRAWN.findall(drawn))
