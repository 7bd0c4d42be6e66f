"""Help: in one message, in every state, ahead of everything else."""

from datetime import UTC, datetime

from content import places
from content.helplines import Helpline, Lines
from scheduler.core.enrolment import Choice, Part, Status
from scheduler.core.turn import COMMANDS, Answer, Turn, answers, bare, command, rows

MOST_COUNTRIES = 6
"""Countries offered as buttons, those that share the person's zone first."""


def help_words(turn: Turn) -> set[str]:
    """Give the words that ask for help when they are the whole message."""
    return {"help", bare(turn.label("help"))}


def lines_values(turn: Turn, lines: Lines, country: str) -> dict[str, str | int]:
    """Write a country's lines; what is not known stays blank and is said so."""
    none = turn.label("no_line")

    def line(entry: Helpline | None) -> str:
        if entry is None:
            return none
        contact = turn.own(entry.contact)
        return f"{turn.own(entry.name)}: {contact}" if entry.name else contact

    return {
        "country": places.country_name(country, turn.e.language),
        "emergency": line(lines.emergency),
        "crisis": line(lines.crisis),
        "dv": line(lines.dv),
    }


@command("support")
def support(turn: Turn, _argument: str) -> None:
    """Give the local lines, or how to find one; never another country's."""
    lines = turn.world.helplines.for_country(turn.e.country) if turn.e.country else None
    if lines is None:
        turn.say("support.unknown")
        return
    parts = tail_of(lines, turn.now)
    turn.say("support.known", values=lines_values(turn, lines, turn.e.country), tail=parts)


def tail_of(lines: Lines, now: float) -> tuple[Part, ...]:
    """Give the notes that belong under these lines."""
    today = datetime.fromtimestamp(now, UTC).date()
    notes = []
    if lines.women_only:
        notes.append(Part("support.women-only"))
    if lines.may_have_changed(today):
        notes.append(Part("support.may-have-changed"))
    return tuple(notes)


@command("help")
def help_(turn: Turn, _argument: str) -> None:
    """Help first; then, where the country is unknown, ask for it once; then what else there is."""
    support(turn, "")
    if turn.e.status is Status.ONBOARDING:
        return  # the setup's own question follows, and a place typed there is no country
    if not turn.e.country and "country" not in turn.e.facts:
        turn.fact("country", "asked")
        ask_country(turn)
    elif not turn.e.exited:
        turn.ask("support.also", values={"commands": turn.label("commands_short")})


def ask_country(turn: Turn, *, edit: bool = False) -> None:
    """Ask for the country; the ones that fit the zone come first."""
    near = places.countries_of_zone(turn.e.zone)[:MOST_COUNTRIES]
    choices = (Choice(places.country_name(code, turn.e.language), code) for code in near)
    turn.ask("support.country", choices=rows(choices, 2), edit=edit)


def _is_country(turn: Turn, words: str) -> bool:
    return bool(places.country_code(words, turn.e.language))


@answers("support.country", "support.country-unclear", takes=_is_country)
def country(turn: Turn, answer: Answer) -> None:
    """Take the country, by tap or by name."""
    if answer.value == "later":
        turn.mark(turn.label("later"))
        return
    code = answer.value or places.country_code(answer.text, turn.e.language)
    if not code:
        turn.ask("support.country-unclear")
        return
    turn.set(country=code)
    name = places.country_name(code, turn.e.language)
    if turn.world.helplines.for_country(code) is None:
        turn.say("support.unknown", edit=bool(answer.value))
    else:
        turn.say("support.country-set", values={"country": name}, edit=bool(answer.value))
        support(turn, "")


@answers("support.also")
def also(turn: Turn, answer: Answer) -> None:
    """Lead on to what else there is."""
    COMMANDS[answer.value](turn, "")
