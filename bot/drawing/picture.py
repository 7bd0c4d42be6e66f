"""A look drawn as a PNG: one panel a line, the steps above, what happened below.

Made for a phone: the picture is some 300 of its pixels wide in a chat, and nothing is written
smaller than ten and a half of those. Each line has a panel to itself, so that equal numbers hide
nobody and colour carries nothing alone. The ground is opaque, so the picture is the same in a light
and in a dark app.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.drawing.lettering import can_write, width, write
from scheduler.core.look import Line, Look, Mark

WIDTH = 1080
FINE = 2
"""Shapes are drawn this much larger and made smaller, which rounds their edges."""
MARGIN, GUTTER = 44, 112
"""Pixels at the sides; left of the lines stands the scale, right of them the latest number."""
TOP, STEPS, PANEL, GAP, SIGN_ROW, FOOT = 40, 128, 176, 146, 58, 84
TITLE, SMALL = 46, 38
MANY = 20
"""Pixels between two points from which on each of them gets a dot."""
HIGHEST = 10
SIGNS = ("stood-up", "apologised", "again")
"""Kinds of what happened, in the order of the colours of their signs."""


@dataclass(frozen=True)
class Palette:
    """Colours of one ground; each is at least 4.5 to 1 against it where it is a letter or line."""

    ground: str
    band: str
    lit: str
    rule: str
    ink: str
    muted: str
    lines: tuple[str, ...]
    signs: tuple[str, ...]


PAPER = Palette(
    ground="#f5f1ea",
    band="#ebe5da",
    lit="#fbe9c6",
    rule="#d5ccbd",
    ink="#2b2a27",
    muted="#635d53",
    lines=("#0f766e", "#3f5ba9", "#a8471f"),
    signs=("#0f766e", "#3f5ba9", "#8a3b52"),
)
NIGHT = Palette(
    ground="#1f272c",
    band="#262f35",
    lit="#3a3a2c",
    rule="#3c474e",
    ink="#eceae4",
    muted="#a9b2b6",
    lines=("#5ec7bb", "#94b4f5", "#eda277"),
    signs=("#5ec7bb", "#94b4f5", "#e39ab0"),
)


def draw(look: Look, palette: Palette = PAPER) -> bytes | None:
    """Draw a look; None where some letter of it has no font, since its words say it all."""
    texts = [line.title for line in look.lines] + [mark.title for mark in look.marks]
    texts += [tick.text for tick in look.ticks] + [step.number for step in look.steps]
    if not all(map(can_write, (*texts, look.steps_title, look.nothing, *look.numbers))):
        return None
    return _Picture(look, palette).png()


class _Picture:
    """One picture in the making: shapes first, letters on top once they are made smaller."""

    def __init__(self, look: Look, palette: Palette) -> None:
        self._look, self._colours = look, palette
        self._left, self._right = MARGIN + GUTTER // 2, WIDTH - MARGIN - GUTTER // 2
        signs = len(look.marks)
        self._panels = TOP + STEPS * bool(look.steps)
        self._signs = self._panels + len(look.lines) * (PANEL + GAP)
        self._end = self._signs + signs * SIGN_ROW + 36
        self._height = self._end + FOOT + 12 + (SIGN_ROW + 2) * signs
        size = (WIDTH * FINE, self._height * FINE)
        self._image = Image.new("RGB", size, palette.ground)
        self._shapes = ImageDraw.Draw(self._image)
        self._letters: list[Callable[[ImageDraw.ImageDraw], None]] = []

    def png(self) -> bytes:
        self._steps()
        for number, line in enumerate(self._look.lines):
            self._panel(number, line)
        for number, mark in enumerate(self._look.marks):
            self._happened(number, mark)
        self._dates()
        image = self._image.reduce(FINE)
        brush = ImageDraw.Draw(image)
        for letter in self._letters:
            letter(brush)
        held = io.BytesIO()
        image.save(held, "PNG", compress_level=6)
        return held.getvalue()

    # where things stand

    def _x(self, on: float) -> float:
        """Give a date's place: the first on the side on which reading begins."""
        span = max(self._look.last - self._look.first, 1)
        part = min(max((on - self._look.first) / span, 0), 1)
        part = 1 - part if self._look.rtl else part
        return self._left + part * (self._right - self._left)

    def _text(
        self, at: tuple[float, float], text: str, size: int, ink: str, align: str = "left"
    ) -> None:
        rtl = self._look.rtl
        size = _fitting(text, size)
        self._letters.append(lambda on: write(on, at, text, size, ink, align=align, rtl=rtl))

    @property
    def _starts(self) -> str:
        return "right" if self._look.rtl else "left"

    @property
    def _edge(self) -> float:
        return WIDTH - MARGIN if self._look.rtl else MARGIN

    def _box(self, x0: float, y0: float, x1: float, y1: float, fill: str, round_: int = 0) -> None:
        box = (min(x0, x1) * FINE, y0 * FINE, max(x0, x1) * FINE, y1 * FINE)
        self._shapes.rounded_rectangle(box, round_ * FINE, fill)

    def _line(self, points: list[tuple[float, float]], ink: str, wide: float) -> None:
        scaled = [(x * FINE, y * FINE) for x, y in points]
        self._shapes.line(scaled, ink, round(wide * FINE), joint="curve")

    # the parts

    def _steps(self) -> None:
        """Lay a band under every other step, with the steps' numbers above."""
        look, colours = self._look, self._colours
        bottom = self._end - 4
        if look.lit is not None:
            self._box(self._x(look.lit[0]), self._panels - 8, self._x(look.lit[1]), bottom,
                      colours.lit, 12)  # fmt: skip
        if not look.steps:
            return
        self._text((self._edge, TOP + 36), look.steps_title, SMALL, colours.muted, self._starts)
        base = TOP + 92
        for x, number in self._numbers():
            self._text((x, base), number, SMALL, colours.ink, "middle")
        crowded = abs(self._x(look.steps[-1].on) - self._x(look.steps[0].on)) < MANY * len(
            look.steps
        )
        for step in look.steps[:: max(len(look.steps) - 1, 1) if crowded else 1]:
            self._upright(self._x(step.on), base + 14, bottom)

    def _upright(self, x: float, top: float, bottom: float) -> None:
        """Draw a step's line, with a gap wherever a panel's title stands in its way."""
        for number, line in enumerate(self._look.lines):
            end = width(line.title, _fitting(line.title, TITLE)) + 8
            if abs(x - self._edge) < end:
                title = self._top(number) - 36
                self._line([(x, top), (x, title - 48)], self._colours.rule, 2.5)
                top = title + 24
        self._line([(x, top), (x, bottom)], self._colours.rule, 2.5)

    def _numbers(self) -> Iterator[tuple[float, str]]:
        """Give the steps' numbers at their lines; those too close to each other as one: 1-3."""
        group: list[tuple[float, str]] = []
        for step in self._look.steps:
            here = (self._x(step.on), step.number)
            if group and abs(here[0] - group[-1][0]) < width(step.number, SMALL) + 16:
                group.append(here)
                continue
            yield from _as_one(group)
            group = [here]
        yield from _as_one(group)

    def _panel(self, number: int, line: Line) -> None:
        colours = self._colours
        top = self._top(number)
        ink = colours.lines[number % len(colours.lines)]
        self._text((self._edge, top - 36), line.title, TITLE, ink, self._starts)
        empty = all(value < 0 for _, value in line.points)
        for value in (0, HIGHEST) if empty else (0, HIGHEST // 2, HIGHEST):
            y = self._y(top, value)
            self._line([(self._left, y), (self._right, y)], colours.rule, 1.5)
        outside = self._right + 14 if self._look.rtl else self._left - 14
        align = "left" if self._look.rtl else "right"
        for value in (0, HIGHEST):
            text = self._look.numbers[value]
            self._text((outside, self._y(top, value) + 12), text, SMALL, colours.muted, align)
        self._curve(line, top, ink)

    def _top(self, number: int) -> float:
        """Give where 10 stands in a panel."""
        return self._panels + number * (PANEL + GAP) + GAP - 32

    @staticmethod
    def _y(top: float, value: float) -> float:
        return top + PANEL - value / HIGHEST * PANEL

    def _curve(self, line: Line, top: float, ink: str) -> None:
        known = [(self._x(on), self._y(top, value), value) for on, value in line.points
                 if value >= 0]  # fmt: skip
        if not known:
            middle = (self._left + self._right) / 2
            self._text((middle, top + PANEL / 2 + 12), self._look.nothing, SMALL,
                       self._colours.muted, "middle")  # fmt: skip
            return
        dense = len(known) > 1 and abs(known[-1][0] - known[0][0]) / (len(known) - 1) < MANY
        for stretch in _stretches(line):
            points = [(self._x(on), self._y(top, value)) for on, value in stretch]
            self._line(points, ink, 3 if dense else 5)
            if not dense or len(stretch) == 1:
                for x, y in points:
                    self._dot(x, y, 5 if dense else 8, ink)
        x, y, value = known[-1]
        self._dot(x, y, 11, ink)
        aside = -20 if self._look.rtl else 20
        align = "right" if self._look.rtl else "left"
        self._text((x + aside, y + 14), self._look.numbers[value], TITLE, ink, align)

    def _dot(self, x: float, y: float, radius: float, ink: str) -> None:
        """Draw a dot with a rim of the ground, which sets it off from the line."""
        for wide, colour in ((radius + 3, self._colours.ground), (radius, ink)):
            box = ((x - wide) * FINE, (y - wide) * FINE, (x + wide) * FINE, (y + wide) * FINE)
            self._shapes.ellipse(box, colour)

    def _happened(self, number: int, mark: Mark) -> None:
        """Set a sign at each date on a row of its own, and tell below what it stands for."""
        ink = self._colours.signs[SIGNS.index(mark.kind) if mark.kind in SIGNS else -1]
        y = self._signs + number * SIGN_ROW + SIGN_ROW / 2 + 16
        self._line([(self._left, y), (self._right, y)], self._colours.rule, 1.5)
        for on in mark.on:
            self._sign(self._x(on), y, mark.kind, ink)
        below = self._end + FOOT + number * (SIGN_ROW + 2) + 30
        aside = -1 if self._look.rtl else 1
        self._sign(self._edge + 14 * aside, below - 12, mark.kind, ink)
        self._text((self._edge + 46 * aside, below), mark.title, SMALL, self._colours.ink,
                   self._starts)  # fmt: skip

    def _sign(self, x: float, y: float, kind: str, ink: str) -> None:
        size = 13
        match kind:
            case "stood-up":
                self._shape([(x, y - size), (x + size, y + size), (x - size, y + size)], ink)
            case "apologised":
                self._dot(x, y, size - 2, ink)
            case _:
                self._shape([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], ink)

    def _shape(self, corners: list[tuple[float, float]], ink: str) -> None:
        self._shapes.polygon([(x * FINE, y * FINE) for x, y in corners], ink)

    def _dates(self) -> None:
        """Write dates below: the first, the last, and those between that stand clear of them."""
        taken: list[tuple[float, float]] = []
        ticks = self._look.ticks
        for tick in (*ticks[:1], *ticks[-1:], *ticks[1:-1]):
            half = width(tick.text, SMALL) / 2
            x = min(max(self._x(tick.on), MARGIN + half), WIDTH - MARGIN - half)
            if all(x + half + 24 < start or x - half - 24 > end for start, end in taken):
                taken.append((x - half, x + half))
                self._text((x, self._end + 40), tick.text, SMALL, self._colours.muted, "middle")


def _fitting(text: str, size: int) -> int:
    """Give the size in which a text is no wider than the picture: small letters, never cut ones."""
    room = WIDTH - 2 * MARGIN - SMALL - 8  # a sign may stand beside it
    wide = width(text, size)
    return size if wide <= room else int(size * room / wide)


def _as_one(group: list[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """Give the middle of some numbers, and the first with the last."""
    if group:
        numbers = dict.fromkeys((group[0][1], group[-1][1]))
        yield (group[0][0] + group[-1][0]) / 2, "-".join(numbers)


def _stretches(line: Line) -> Iterator[list[tuple[int, int]]]:
    """Give the points in stretches without a gap."""
    stretch: list[tuple[int, int]] = []
    for point in line.points:
        if point[1] >= 0:
            stretch.append(point)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch
