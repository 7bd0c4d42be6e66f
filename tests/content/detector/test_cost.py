"""A text is judged in time that grows with its length, whatever stands in it.

Work is counted, not timed: every line of Python that runs, at one length and at twice that.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from content import detector

LONGEST = 4096
WORST = {
    "prose": "he never says a word when his mother starts and i sit there and smile. ",
    "alarm": "he hit me ",
    "denied": "he has never hit me ",
    "idiom": "i want to die of shame ",
    "exception": "im scared of him leaving ",
    "light": "he me i ",
    "letters": "k i l l ",
    "one letter": "a",
    "stretched": "heeeeeeelp ",
    "masked": "k*ll ",
    "leet": "k1ll m3 ",
    "unknown": "qwertzu ",
    "long words": "xylophonists ",
    "signs": "\U0001f52a",
    "one that is many": "\ufdfa",
    "invisible": "h\u200be\u200b ",
    "accents": "e\u0301",
    "edges": ". ! ? ",
    "apostrophes": "he'll ",
    "taken back, each time anew": " ".join(f"he hit me up {number:x}" for number in range(LONGEST)),
}
MOST = 60_000
"""Lines of Python for the longest message; about 5 ms."""


def steps(work: Callable[[], object]) -> int:
    """Count the lines that run."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:  # noqa: ANN401 - as Python calls it
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", WORST)
def test_twice_the_text_is_about_twice_the_work(name: str) -> None:
    judge = detector.shipped().judge
    text = WORST[name] * LONGEST
    half, whole = text[: LONGEST // 2], text[:LONGEST]
    judge(whole)
    first, second = steps(lambda: judge(half)), steps(lambda: judge(whole))
    assert second <= 2.2 * first + 5000
    assert second < MOST


def test_a_text_without_end_is_read_as_far_as_a_message_goes() -> None:
    judge = detector.shipped().judge
    long = "a calm line about the soup. " * 4000
    assert steps(lambda: judge(long)) <= 1.2 * steps(lambda: judge(long[: 2 * LONGEST]))
