"""The day's curve as an SVG: what falls due at once, and what a rate lets through."""

from collections.abc import Sequence

from tests.bench.capacity.queue import DAY

WIDE, HIGH, LEFT, TOP, BOTTOM = 900, 360, 64, 70, 56
SLICE = 15 * 60
"""Seconds that one step of the curve stands for."""
STYLE = """text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:#22313a}
.title{font-size:17px;font-weight:700}.soft{fill:#526570}.end{text-anchor:end}.mid{text-anchor:middle}
.paper{fill:#fdfcf9}.grid{stroke:#ddd8cc}.due{fill:#7fb5a2}.spread{fill:none;stroke:#1e6350;stroke-width:2}
.free{stroke:#94501a;stroke-width:2;stroke-dasharray:6 4}.hot{fill:#94501a;font-weight:600}
@media(prefers-color-scheme:dark){text{fill:#e6ecef}.soft{fill:#a9b8c0}.paper{fill:#172127}
.grid{stroke:#35454e}.due{fill:#3d7766}.spread{stroke:#9fd8c4}.free{stroke:#f0a35e}.hot{fill:#f0a35e}}"""


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
    hours = [
        f'<text class="soft mid" x="{x(h * 3600 / SLICE):.1f}" y="{HIGH - BOTTOM + 20}">{h:02}</text>'
        for h in range(0, 25, 3)
    ]
    title = f"Messages a second that fall due on a day, {people:,} people"
    line = y(rate)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}"'
            f' height="{HIGH}" role="img" aria-labelledby="t d" lang="en">',
            f'<title id="t">{title}</title>',
            f'<desc id="d">Quarter hours of a day in UTC. The fullest has {max(due):.0f} a second;'
            f" {rate} a second are free.</desc>",
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDE}" height="{HIGH}" rx="10"/>',
            f'<text class="title" x="{LEFT}" y="30">{title}</text>',
            f'<text class="soft" x="{LEFT}" y="50">Each bar is the mean of a quarter of an hour;'
            " the whole of it falls due in its first second, because hours are chosen</text>",
            *grid,
            *bars,
            f'<line class="free" x1="{LEFT}" x2="{WIDE - 16}" y1="{line:.1f}" y2="{line:.1f}"/>',
            f'<text class="hot end" x="{WIDE - 20}" y="{line - 7:.1f}">{rate} a second: what Telegram'
            " takes for nothing</text>",
            *hours,
            f'<text class="soft mid" x="{(LEFT + WIDE) / 2}" y="{HIGH - 14}">hour of the day, UTC'
            "</text>",
            "</svg>",
            "",
        )
    )
