"""Things for the bot to send in tests: pictures, and text with entities."""

import struct
import zlib
from collections.abc import Mapping


def picture(width: int = 320, height: int = 180) -> bytes:
    """Make a PNG of a soft gradient."""
    rows = b"".join(
        b"\0" + bytes(v for x in range(width) for v in (90, y * 200 // height, x * 200 // width))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def rich(*parts: str | tuple[str, str]) -> dict[str, object]:
    """Join plain words and (words, entity type) into `text` and `entities`."""
    text, entities = "", []
    for part in parts:
        words, kind = (part, None) if isinstance(part, str) else part
        if kind:
            url = {"url": "https://example.org/"} if kind == "text_link" else {}
            entities.append({"type": kind, "offset": len(text), "length": len(words), **url})
        text += words
    return {"text": text, "entities": entities}


def keyboard(*rows: tuple[Mapping[str, object], ...]) -> dict[str, object]:
    return {"reply_markup": {"inline_keyboard": [list(row) for row in rows]}}
