"""Honest endings: where things stand after the last day, and again after the eighth week."""

from collections.abc import Iterator
from typing import Any

from scheduler.core.flows import picture
from scheduler.core.turn import Answer, Turn, answers, presents


def ask_where(turn: Turn) -> None:
    """Ask how things stand between the two; not on the safe path, nor after a separation."""
    apart = turn.e.facts.get("separated") == "yes"
    if turn.e.safety.path != "safe" and not apart:
        turn.ask("closing.where")


@presents("closing.final")
def _final(turn: Turn) -> dict[str, Any]:
    rows = [*_from_to(turn), *picture.noted(turn)]
    rows += picture.dated(turn, "way") if rows else []
    look = picture.listed(turn, rows) or turn.text("closing.no-numbers")
    values = {"look": look, "days_done": len(turn.e.had)}
    return {"values": values, **picture.beside(turn, "way")}


def _from_to(turn: Turn) -> Iterator[picture.Row]:
    """Give the first and the last number of each line."""
    for name in picture.items(turn):
        known = [n for n in picture.numbers(turn, name) if n >= 0]
        if known:
            yield picture.titled(turn, name), picture.line_of(turn, [known[0], known[-1]])


@answers("closing.where", "closing.final")
def where(turn: Turn, answer: Answer) -> None:
    """Each honest ending has words of its own; it may be left open, too."""
    if answer.value == "close":
        turn.mark(turn.label("close"))
        return
    turn.mark(turn.button_of(answer))
    turn.say(answer.prompt, part="after", after=answer.value)
    if answer.prompt == "closing.where":  # the closing words look back at this answer
        turn.fact("ending", answer.value)
