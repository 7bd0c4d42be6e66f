"""What the words may branch on: the facts of one participant, as values of named facts."""

from scheduler.core.enrolment import Enrolment

LOW = 2
"""How safe it felt to say what they think: at or below this it is low."""
ALSO = "+"
"""Joins the values of a fact that has several."""


def facts_of(
    e: Enrolment, day: str = "", gates: frozenset[str] = frozenset()
) -> dict[str, str | frozenset[str]]:
    """Give every fact; a gate that was not passed counts as not asked, whatever was said before."""
    path = e.safety.path
    if path == "open" and day in gates and day not in e.gated:
        path = "unasked"
    return {
        "talk": "none",
        "apology": "none",
        "separated": "no",
        "again": "none",
        **{name: _value(value) for name, value in e.facts.items()},
        "path": path,
        "pace": str(e.pace),
        "promises": "some" if e.promises else "none",
        "questions": "before" if e.safety.asked_at else "new",
        "check-ins": "some" if e.check_ins else "none",
        "spoke": "low" if e.check_ins and 0 <= e.check_ins[-1].speak <= LOW else "fine",
        "reminder": "none" if e.talk is not None and e.talk.reminded else "ahead",
        "card": "made" if e.card else "none",
        "stood-up": "some" if any(h.kind == "stood-up" for h in e.happenings) else "none",
        "discreet": "yes" if e.discreet else "no",
    }


def _value(value: str) -> str | frozenset[str]:
    return frozenset(value.split(ALSO)) if ALSO in value else value
