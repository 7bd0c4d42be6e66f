"""A picture in the making: shapes and text, laid out from left to right or from right to left."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

_NARROW = "iljtfrI.,:;'\u2019·|!()[] "
_BROAD = "mwMW—…%@"


def width_of(text: str, size: float) -> float:
    """Estimate how broad a text is, in the units of its size; rather too much than too little."""
    return size * sum(_em(char) for char in text)


def _em(char: str) -> float:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(char) in {"W", "F"}:
        return 1.0
    if char in _NARROW:
        return 0.33
    if char in _BROAD:
        return 0.9
    return 0.68 if char.isupper() else 0.56


def wrap(text: str, room: float, size: float, most: int = 9) -> list[str]:
    """Break a text into lines of at most this breadth; a last line too many ends in "…"."""
    lines: list[str] = []
    for word in text.replace("\n", " ").split(" "):
        if lines and width_of(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines[most - 1] += " …"
    return lines[:most]


@dataclass
class Picture:
    """An SVG picture of a fixed width; it grows downwards. `rtl` mirrors every place."""

    width: int
    rtl: bool
    parts: list[str] = field(default_factory=list)

    def x(self, left: float, breadth: float = 0) -> float:
        """Give where something stands that begins this far from the reading side."""
        return self.width - left - breadth if self.rtl else left

    def text(self, at: tuple[float, float], text: str, look: str = "") -> None:
        """Write a line that begins here; "m" in its look centres it."""
        left, top = at
        self.parts.append(
            f'<text x="{_n(self.x(left))}" y="{_n(top)}"{_class(look)}>{escape(text)}</text>'
        )

    def lines(
        self, at: tuple[float, float], lines: Sequence[str], height: float, look: str = ""
    ) -> float:
        """Write lines below each other; gives where the next one would stand."""
        left, top = at
        for line in lines:
            self.text((left, top), line, look)
            top += height
        return top

    def box(self, at: tuple[float, float], size: tuple[float, float], look: str) -> None:
        """Draw a box with round corners."""
        (left, top), (breadth, height) = at, size
        self.parts.append(
            f'<rect x="{_n(self.x(left, breadth))}" y="{_n(top)}" width="{_n(breadth)}" '
            f'height="{_n(height)}" rx="9"{_class(look)}/>'
        )

    def line(self, start: tuple[float, float], end: tuple[float, float], look: str) -> None:
        """Draw a straight line."""
        x1, x2 = self.x(start[0]), self.x(end[0])
        self.parts.append(
            f'<path d="M{_n(x1)} {_n(start[1])}L{_n(x2)} {_n(end[1])}"{_class(look)}/>'
        )

    def curve(self, start: tuple[float, float], end: tuple[float, float], look: str) -> None:
        """Draw a line that leaves downwards and arrives downwards."""
        x1, x2 = self.x(start[0]), self.x(end[0])
        middle = (start[1] + end[1]) / 2
        self.parts.append(
            f'<path d="M{_n(x1)} {_n(start[1])}C{_n(x1)} {_n(middle)} {_n(x2)} {_n(middle)} '
            f'{_n(x2)} {_n(end[1])}"{_class(look)}/>'
        )

    def circle(self, at: tuple[float, float], radius: float, look: str) -> None:
        """Draw a circle."""
        self.parts.append(
            f'<circle cx="{_n(self.x(at[0]))}" cy="{_n(at[1])}" r="{_n(radius)}"{_class(look)}/>'
        )

    def shape(self, kind: str, at: tuple[float, float], radius: float, look: str) -> None:
        """Draw a small "diamond", "triangle" or "square" around a point."""
        x, y, r = self.x(at[0]), at[1], radius
        points = {
            "diamond": [(x, y - r), (x + r, y), (x, y + r), (x - r, y)],
            "triangle": [(x, y - r), (x + r, y + 0.8 * r), (x - r, y + 0.8 * r)],
            "square": [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)],
        }[kind]
        way = " ".join(f"{_n(a)},{_n(b)}" for a, b in points)
        self.parts.append(f'<polygon points="{way}"{_class(look)}/>')

    def svg(self, height: float, title: str, description: str, style: str, language: str) -> str:
        """Give the whole picture, with its title and description for those who don't see it."""
        tall = round(height)
        direction = ' direction="rtl"' if self.rtl else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {tall}" '
            f'width="{self.width}" height="{tall}" role="img" aria-labelledby="t d" '
            f'lang="{language}"{direction}>\n'
            f'<title id="t">{escape(title)}</title>\n<desc id="d">{escape(description)}</desc>\n'
            f"<style>{style}</style>\n" + "\n".join(self.parts) + "\n</svg>\n"
        )


def _class(look: str) -> str:
    return f' class="{look}"' if look else ""


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
