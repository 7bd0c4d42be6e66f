"""The queue before Telegram: who is due, a rate, and how late each one leaves. Pure."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

DAY = 24 * 60 * 60
FREE = 30
"""Messages a second for which Telegram takes nothing, paid broadcast or not."""


class Due(NamedTuple):
    """So many that are due in one second, and the last second at which they are of use."""

    at: int
    until: float
    many: int
    message: bool = True


@dataclass
class Left:
    """What became of those who were due."""

    due: int = 0
    sent: int = 0
    put_off: int = 0
    """Messages whose turn came when they were of no use any more: another day's, for the core."""
    others: int = 0
    """What took a place and is no message."""
    waiting: int = 0
    each_second: list[int] = field(default_factory=list)
    """Places that were taken."""
    paid: int = 0
    """Messages above the free ones of their second."""
    late: Counter[int] = field(default_factory=Counter)
    """Of the messages that were sent: how many by how many seconds."""

    def lateness(self, share: float) -> int:
        """Give the seconds that this share of the sent messages were late at most."""
        left = share * self.sent
        for seconds in sorted(self.late):
            left -= self.late[seconds]
            if left <= 0:
                return seconds
        return max(self.late, default=0)


def queued(due: Iterable[Due], room: Callable[[int], int], seconds: int) -> Left:
    """Let those who are due leave in the order they fell due, as many a second as there is room.

    Whoever's time has passed takes a place too: the bot learns it when their turn comes.
    """
    coming, left, line = deque(sorted(due)), Left(), deque[Due]()
    for second in range(seconds):
        while coming and coming[0].at <= second:
            line.append(coming.popleft())
            left.due += line[-1].many
        free, sent = room(second), left.sent
        while free and line:
            first = line.popleft()
            some = min(free, first.many)
            if some < first.many:
                line.appendleft(first._replace(many=first.many - some))
            free -= some
            _leaves(left, first, some, second)
        left.each_second.append(room(second) - free)
        left.paid += max(0, left.sent - sent - FREE)
    left.waiting = sum(one.many for one in line)
    return left


def _leaves(left: Left, one: Due, some: int, second: int) -> None:
    if not one.message:
        left.others += some
    elif second > one.until:
        left.put_off += some
    else:
        left.sent += some
        left.late[second - one.at] += some


def scaled(moments: Sequence[tuple[int, float, bool]], factor: float, days: int) -> list[Due]:
    """Make a day of a sample into so many days of a crowd `factor` times its size.

    `moments`: second of the day, how many seconds it is of use, whether it is a message. Fractions
    are carried over from one to the next, so that nobody gets lost in rounding.
    """
    made: list[Due] = []
    carried = 0.0
    for day in range(days):
        for at, use, message in sorted(moments):
            carried += factor
            if count := int(carried + 1e-9):
                at_all = day * DAY + at
                made.append(Due(at_all, inf if use == inf else at_all + use, count, message))
                carried -= count
    return made
