"""The day's curve as an SVG: what falls due at once, and what a rate lets through."""

from collections.abc import Sequence

from tests.bench.capacity.queue import DAY

WIDE, HIGH, LEFT, TOP, BOTTOM = 900, 380, 64, 84, 56
SLICE = 15 * 60
"""Seconds that one step of the curve stands for."""
STYLE = """text{font:13px system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:#22313a}
.title{font-size:17px;font-weight:700}.soft{fill:#526570}
.end{text-anchor:end}.mid{text-anchor:middle}
.paper{fill:#fdfcf9}.grid{stroke:#ddd8cc}.due{fill:#7fb5a2}
.free{stroke:#94501a;stroke-width:2;stroke-dasharray:6 4}.hot{fill:#94501a;font-weight:600}
@media(prefers-color-scheme:dark){text{fill:#e6ecef}.soft{fill:#a9b8c0}.paper{fill:#172127}
.grid{stroke:#35454e}.due{fill:#3d7766}.free{stroke:#f0a35e}.hot{fill:#f0a35e}}"""


def by_slice(moments: Sequence[tuple[int, float, bool]], factor: float) -> list[float]:
    """Give messages a second, as the mean of each quarter of an hour of the day."""
    counts = [0.0] * (DAY // SLICE)
    for at, _, message in moments:
        counts[at // SLICE] += message * factor / SLICE
    return counts


def drawn(due: Sequence[float], rate: int, people: int) -> str:
    """Draw a day: bars of messages a second that fall due, and the rate as a line."""
    top = max(*due, rate) * 1.1
    width = (WIDE - LEFT - 16) / len(due)

    def x(index: float) -> float:
        return LEFT + index * width

    def y(value: float) -> float:
        return HIGH - BOTTOM - (HIGH - BOTTOM - TOP) * value / top

    step = next(one for one in (5, 10, 20, 25, 50, 100, 200, 500) if top / one <= 6)
    grid = [
        f'<line class="grid" x1="{LEFT}" x2="{WIDE - 16}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>'
        f'<text class="soft end" x="{LEFT - 8}" y="{y(v) + 4:.1f}">{v}</text>'
        for v in range(0, int(top) + 1, step)
    ]
    bars = [
        f'<rect class="due" x="{x(n):.1f}" y="{y(v):.1f}" width="{width - 1:.1f}"'
        f' height="{HIGH - BOTTOM - y(v):.1f}"/>'
        for n, v in enumerate(due)
    ]
    below = HIGH - BOTTOM + 20
    hours = [
        f'<text class="soft mid" x="{x(h * 3600 / SLICE):.1f}" y="{below}">{h:02}</text>'
        for h in range(0, 25, 3)
    ]
    line = y(rate)
    return "\n".join(
        (
            *_head(f"Messages a second that fall due on a day, {people:,} people", max(due), rate),
            *grid,
            *bars,
            f'<line class="free" x1="{LEFT}" x2="{WIDE - 16}" y1="{line:.1f}" y2="{line:.1f}"/>',
            *_legend(f"SEND_RATE {rate}: what leaves at most"),
            *hours,
            f'<text class="soft mid" x="{(LEFT + WIDE) / 2}" y="{HIGH - 14}">UTC</text>',
            "</svg>",
            "",
        )
    )


def _head(title: str, most: float, rate: int) -> tuple[str, ...]:
    """Begin the picture: its size, what it shows for those who can't see it, its title."""
    size = f'viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}"'
    what = f"Quarter hours of a day. The fullest has {most:.0f} a second; {rate} may leave."
    note = "Means of quarters of an hour; nearly all of one falls due in its first second"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">',
        f'<title id="t">{title}</title>',
        f'<desc id="d">{what}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDE}" height="{HIGH}" rx="10"/>',
        f'<text class="title" x="{LEFT}" y="30">{title}</text>',
        f'<text class="soft" x="{LEFT}" y="50">{note}</text>',
    )


def _legend(words: str) -> tuple[str, str]:
    """Say what the dashed line is, above the curve at the right."""
    return (
        f'<line class="free" x1="{WIDE - 310}" x2="{WIDE - 275}" y1="{TOP - 12}" y2="{TOP - 12}"/>',
        f'<text class="hot end" x="{WIDE - 16}" y="{TOP - 8}">{words}</text>',
    )
