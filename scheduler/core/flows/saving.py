"""A setting that was changed: said back as it is now, with what comes next because of it."""

from content import dates, places
from scheduler.core.flows import when
from scheduler.core.turn import Turn


def shown(turn: Turn) -> dict[str, str]:
    """Give every setting in words, by its name."""
    e = turn.e
    kept = turn.label(f"retention.d{e.retention}" if e.retention else "retention.keep")
    return {
        "hours": f"{when.clock(turn, e.morning)}, {when.clock(turn, e.evening)}",
        "zone": places.zone_name(e.zone, e.language),
        "pace": turn.label(f"pace.{e.pace}"),
        "seen": turn.label("seen.maybe" if e.discreet else "seen.no"),
        "language": dates.language_name(e.language),
        "country": places.country_name(e.country, e.language) or turn.label("unknown"),
        "quiet": f"{when.clock(turn, e.quiet_from)} - {when.clock(turn, e.quiet_to)}",
        "retention": kept,
        "pin": turn.label("yes" if e.pin else "no"),
    }


def line(turn: Turn, name: str) -> str:
    """Write one setting: its name and its value."""
    return f"{turn.label(f'setting.{name}')}: {turn.own(shown(turn)[name])}"


def saved(turn: Turn, name: str, *, edit: bool) -> None:
    """Confirm a change; whatever is scheduled follows from it at once."""
    turn.close("settings", "onboarding")
    turn.say(
        "settings.saved",
        values={"what": line(turn, name), "next": when.next_at(turn)},
        edit=edit,
        nav=(("schedule", "settings"),),
    )
