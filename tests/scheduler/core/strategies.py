"""Strategies for enrolments, zones and instants."""

import zoneinfo
from datetime import UTC, datetime

import msgspec
from hypothesis import strategies as st

from content.schema import Step, Structure
from scheduler.core.enrolment import Enrolment, Pace, Status

ZONES = sorted(
    zone
    for zone in zoneinfo.available_timezones()
    if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
)
START = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
TWO_YEARS = 2 * 366 * 86400

STRUCTURE = Structure(
    version="test",
    steps=tuple(
        Step(f"step{i}", tuple(f"d{n:02}" for n in days))
        for i, days in enumerate(
            (range(1, 5), range(5, 9), range(9, 13), range(13, 16), range(16, 22)), start=1
        )
    ),
    weeks=tuple(f"w{n}" for n in range(1, 9)),
    gates=frozenset({"d04", "d12", "d16"}),
    check_in_every=3,
)

zones = st.sampled_from(ZONES)
instants = st.floats(START, START + TWO_YEARS)
minutes = st.integers(0, 1439)
paces = st.sampled_from(Pace)


def enrolled(**changes: object) -> Enrolment:
    """Give an active enrolment with sensible values, and these changes."""
    plain = Enrolment(chat=1, version="test", began=START, status=Status.ACTIVE)
    return msgspec.structs.replace(plain, **{"discreet": False, **changes})
