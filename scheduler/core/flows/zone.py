"""Another time zone, without a location: by their clock, by a city, or by a list of countries."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from content import places
from content.gazetteer import fold
from scheduler.core.enrolment import Choice
from scheduler.core.flows import saving, when
from scheduler.core.turn import Answer, Turn, answers, presents, rows

IN_A_GROUP = 20
"""Countries on one screen; two in a row."""
MOST_OFFERED = 12


@presents("settings.zone")
def _now(turn: Turn) -> dict[str, Any]:
    minutes = places.minutes_at(turn.e.zone, _utc(turn))
    name = places.zone_name(turn.e.zone, turn.e.language)
    return {"values": {"place": name, "time": when.clock(turn, minutes)}}


@answers("settings.zone")
def way(turn: Turn, answer: Answer) -> None:
    """Lead to one of the three ways."""
    match answer.value:
        case "clock":
            turn.ask("onboarding.time", edit=True)
        case "city":
            turn.ask("settings.city", edit=True)
        case "list":
            turn.ask("settings.countries", edit=True)
        case _:
            turn.mark(turn.label("close"))


def _utc(turn: Turn) -> datetime:
    return datetime.fromtimestamp(turn.now, UTC)


def _take(turn: Turn, zone: str, *, edit: bool) -> None:
    turn.set(zone=zone)
    saving.saved(turn, "zone", edit=edit)


# by a city


def _found(turn: Turn, words: str) -> list[places.Place]:
    return places.find(words, _utc(turn))


@answers(
    "settings.city",
    "settings.city-unclear",
    "settings.city-which",
    takes=lambda turn, words: bool(_found(turn, words)),
)
def city(turn: Turn, answer: Answer) -> None:
    """Take a city or country by its name, small typos forgiven; one clock settles it."""
    if answer.value == "close":
        turn.mark(turn.label("close"))
    elif answer.value == "list":
        turn.ask("settings.countries", edit=True)
    elif answer.value:
        _take(turn, answer.value, edit=True)
    else:
        _settle(turn, _found(turn, answer.text), edit=False)


def _settle(turn: Turn, found: Sequence[places.Place], *, edit: bool) -> None:
    if not found:
        turn.ask("settings.city-unclear", edit=edit)
    elif len({place.zone for place in found}) == 1:
        _take(turn, found[0].zone, edit=edit)
    else:
        offered = rows((_choice(turn, place) for place in found[:MOST_OFFERED]), 2)
        turn.ask("settings.city-which", choices=offered, edit=edit)


def _choice(turn: Turn, place: places.Place) -> Choice:
    """Name a place with the time that it has now: cities share their names."""
    clock = when.clock(turn, places.minutes_at(place.zone, _utc(turn)))
    return Choice(f"{places.place_name(place, turn.e.language)} · {clock}", place.zone)


# by a list of countries


def _countries(turn: Turn) -> list[tuple[str, str]]:
    """Give (name, code) of every country, in the order of the names."""
    names = places.countries_list(turn.e.language)
    return sorted(((name, code) for code, name in names.items()), key=lambda one: fold(one[0]))


@presents("settings.countries")
def _groups(turn: Turn) -> dict[str, Any]:
    every = _countries(turn)
    starts = range(0, len(every), IN_A_GROUP)
    groups = [every[start : start + IN_A_GROUP] for start in starts]
    offered = (
        Choice(f"{group[0][0]} … {group[-1][0]}", str(start))
        for start, group in zip(starts, groups, strict=True)
    )
    return {"choices": rows(offered, 1)}


@answers("settings.countries")
def group(turn: Turn, answer: Answer) -> None:
    """Show the countries of one part of the list."""
    if not answer.value.isdigit():
        turn.mark(turn.label("close"))
        return
    start = int(answer.value)
    part = _countries(turn)[start : start + IN_A_GROUP]
    turn.ask("settings.countries-in", choices=rows((Choice(*one) for one in part), 2), edit=True)


@answers("settings.countries-in")
def country(turn: Turn, answer: Answer) -> None:
    """Take a country; one that has several clocks is asked for the city."""
    if answer.value == "back":
        turn.ask("settings.countries", edit=True)
    else:
        _settle(turn, places.clocks_of(answer.value, _utc(turn)), edit=True)
