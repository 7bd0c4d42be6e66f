"""The card: their words for it, in four lines; copied, changed, and kept as it was before."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from content.text import units
from scheduler.core.enrolment import CardBefore, Choice, Copy
from scheduler.core.flows import when
from scheduler.core.turn import Answer, Turn, answers, presents, rows
from scheduler.core.wall import day_of

CARD = ("when", "felt", "because", "need")
LONGEST_LINE = 400
"""Characters of a card's line: four of the longest still fit one message."""
MOST_KEPT = 12
"""Earlier versions; of more, the oldest go."""
COPIED = 256
"""UTF-16 units that one button copies (Bot API, CopyTextButton)."""


def offer_card(turn: Turn) -> None:
    """Offer to build the card."""
    turn.ask("talk.card-start")


@answers("talk.card-start")
def card_start(turn: Turn, answer: Answer) -> None:
    """Start with the first line, or leave it for later."""
    if answer.value == "go":
        turn.ask("talk.card-when", edit=True)
    else:
        turn.mark(turn.label("later"))


@answers(*(f"talk.card-{part}" for part in CARD), typed=True)
def card_line(turn: Turn, answer: Answer) -> None:
    """Take one line of the card; a skipped one stays as it was."""
    part = answer.prompt.removeprefix("talk.card-")
    words = answer.text or ("" if answer.value == "skip" else turn.button_of(answer).lower())
    if words:
        write(turn, part, words)
        turn.keep(answer.prompt, words, answer.message, kind="card")
    following = CARD[CARD.index(part) + 1 :]
    if following:
        turn.ask(f"talk.card-{following[0]}", edit=bool(answer.value))
    else:
        show_card(turn, edit=bool(answer.value))


def write(turn: Turn, part: str, words: str) -> None:
    """Put a line on the card, as much as a card holds; the journal has all of it."""
    line = words if len(words) <= LONGEST_LINE else words[: LONGEST_LINE - 1] + "…"
    turn.set(card={**turn.e.card, part: line})


def show_card(turn: Turn, *, edit: bool = False) -> None:
    """Show the card as far as it is written."""
    if turn.e.card:
        turn.ask("talk.card-done", edit=edit)
    else:
        turn.say("talk.card-empty", edit=edit)


def card_text(turn: Turn, card: Mapping[str, str] | None = None) -> str:
    """Write the card: When …, I felt …, because …. I need …. Each on a line of its own."""
    card = turn.e.card if card is None else card
    there = [part for part in CARD if part in card]
    lines = []
    for part in there:
        goes_on = part == "when" or (part == "felt" and "because" in there)
        mark = turn.label("card_joint" if goes_on and part != there[-1] else "card_end")
        words = _continued(turn, part, card[part])
        lines.append(f"{turn.label(f'card_{part}')} {turn.own(words)}{mark}")
    return "\n".join(lines) or turn.label("nothing")


def _continued(turn: Turn, part: str, words: str) -> str:
    """Fit their words to the opening of the line: said once, small letter, no stop of their own.

    Only words known to be small lose the capital: a name keeps it.
    """
    opening = turn.label(f"card_{part}").casefold() + " "
    words = words.strip()
    if words.casefold().startswith(opening):
        words = words[len(opening) :].lstrip()
    if not words.endswith(("…", "...")):
        words = words.rstrip(" .,;")
    first = words.partition(" ")[0]
    small = first.casefold() in turn.label(f"card_small.{part}").split()
    return (first.casefold() + words[len(first) :]) if small else words


@presents("talk.card-done")
def _card(turn: Turn) -> dict[str, Any]:
    nav = (("earlier",),) if _others(turn) else ()
    return {"values": {"card": card_text(turn)}, "copies": copies(turn), "nav": nav}


def copies(turn: Turn) -> tuple[Copy, ...]:
    """Give the buttons that copy the card: one, or one for each part of a long card."""
    if not turn.e.card:
        return ()
    parts = list(_parts(card_text(turn)))
    if len(parts) == 1:
        return (Copy(turn.label("copy"), parts[0]),)
    return tuple(Copy(turn.label("copy_part", n=n), part) for n, part in enumerate(parts, start=1))


def _parts(text: str) -> Iterator[str]:
    """Take a text apart at its spaces and line ends, into parts that a button can copy."""
    part = ""
    for word in re.findall(r"\S+\s*", text):
        for piece in _pieces(word):
            if part and units(part + piece.rstrip()) > COPIED:
                yield part.rstrip()
                part = ""
            part += piece
    if part.strip():
        yield part.rstrip()


def _pieces(word: str) -> Iterator[str]:
    """Cut a word that is too long by itself."""
    half = COPIED // 2
    yield from (word[i : i + half] for i in range(0, len(word), half))


# versions


def keep_version(turn: Turn) -> None:
    """Keep the card as it is before it changes, once."""
    before = turn.e.cards[-1].lines if turn.e.cards else {}
    if turn.e.card and turn.e.card != before:
        made = CardBefore(day_of(turn.e.zone, turn.now), turn.e.card)
        turn.set(cards=(*turn.e.cards, made)[-MOST_KEPT:])


def _others(turn: Turn) -> list[int]:
    """Give the places of earlier versions that read differently, newest first."""
    cards = turn.e.cards
    return [n for n in reversed(range(len(cards))) if cards[n].lines != turn.e.card]


def show_earlier(turn: Turn) -> None:
    """Offer the earlier versions, by their dates."""
    if _others(turn):
        turn.ask("talk.card-earlier", edit=bool(turn.tapped))
    else:
        show_card(turn, edit=bool(turn.tapped))


@presents("talk.card-earlier")
def _dates(turn: Turn) -> dict[str, Any]:
    given = (Choice(when.day(turn, turn.e.cards[n].on), str(n)) for n in _others(turn))
    return {"choices": rows(given, 1)}


@answers("talk.card-earlier")
def earlier(turn: Turn, answer: Answer) -> None:
    """Show one earlier version."""
    if answer.value.isdigit() and int(answer.value) < len(turn.e.cards):
        turn.ask("talk.card-before", about=answer.value, values=_before(turn, int(answer.value)))
    else:
        show_card(turn, edit=bool(turn.tapped))


def _before(turn: Turn, number: int) -> dict[str, str | int]:
    version = turn.e.cards[number]
    return {"date": when.day(turn, version.on), "card": card_text(turn, version.lines)}


@answers("talk.card-before")
def again(turn: Turn, answer: Answer) -> None:
    """Use an earlier version again; the present one is kept in its turn."""
    number = int(answer.about or 0)
    if answer.value == "use" and number < len(turn.e.cards):
        lines = turn.e.cards[number].lines
        keep_version(turn)
        turn.set(card=lines)
    show_card(turn, edit=bool(turn.tapped))
