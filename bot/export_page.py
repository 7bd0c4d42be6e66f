"""The page of an export: their way, their card and their words, then all else that is held.

One file that loads nothing: pictures are in it. Made to be read, and to be printed.
"""

import base64
import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from bot.export_rest import rest
from scheduler.core.decision import Record
from scheduler.core.enrolment import Enrolment
from scheduler.core.flows import card, journal, lesson, picture, when
from scheduler.core.plan import step_of
from scheduler.core.turn import Turn
from scheduler.core.wall import day_of
from scheduler.core.world import World

STYLE: Final = Path(__file__).with_name("export.css").read_text("utf-8")


def as_page(
    e: Enrolment, records: Sequence[Record], everything: Mapping[str, Any], world: World
) -> bytes:
    """Write one HTML page; it needs nothing else to be read, and loads nothing."""
    words = world.program.words_for(e.language)
    shown = _nameless(e, everything)
    turn = Turn(shown, world, e.last_active or e.began)
    title = _text(turn.text("export.title"))
    today = _text(when.dated(turn, day_of(e.zone, turn.now)))
    parts = (_way(turn), _card(turn), _written(turn, records), _numbers(turn), _happened(turn))
    more = _text(turn.text("export.everything-else"))
    return (
        f'<!doctype html><html lang="{e.language}" dir="{words.direction}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>{title}</h1><p>{today}</p></header><main>{''.join(parts)}"
        f'<section class="rest"><h2>{more}</h2>{rest(turn, everything)}</section>'
        "</main></body></html>"
    ).encode()


def _nameless(e: Enrolment, everything: Mapping[str, Any]) -> Enrolment:
    """Give the state with the words that the copy has, where names were left out of it."""
    state = everything["state"]
    cards = tuple(
        type(before)(before.on, shown["lines"])
        for before, shown in zip(e.cards, state["cards"], strict=True)
    )
    agreed = tuple(
        type(promise)(shown["text"], promise.mine, promise.kept, promise.not_kept)
        for promise, shown in zip(e.promises, state["promises"], strict=True)
    )
    return structs.replace(e, card=state["card"], cards=cards, promises=agreed)


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _section(title: str, inside: str) -> str:
    return f"<section><h2>{_text(title)}</h2>{inside}</section>" if inside else ""


# what they wrote, and how it went


def _way(turn: Turn) -> str:
    """Show the picture on paper, and a dark one on a dark screen; paper it is printed on, always.

    The style shows one of the two, since browsers print a <picture> as it last was on the screen.
    """
    if not turn.e.check_ins:
        return ""
    from bot.drawing.picture import NIGHT, PAPER, draw  # noqa: PLC0415 - Pillow loads when first used

    look = picture.look(turn, "way")
    light, dark = draw(look, PAPER), draw(look, NIGHT)
    promised = [row for row in picture.marks(turn) if row[0] not in picture.NOTED]
    rows = [*picture.check_in_lines(turn), *picture.told(turn), *promised]
    said = picture.listed(turn, rows)
    shown = ""
    if light is not None and dark is not None:
        alt = html.escape(said)
        shown = (
            f'<img class=light alt="{alt}" src="{_inside(light)}">'
            f'<img class=dark alt="{alt}" src="{_inside(dark)}">'
        )
    figure = f"<figure>{shown}<figcaption>{_text(said)}</figcaption></figure>"
    return _section(turn.label("progress"), figure)


def _inside(picture_: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture_).decode()


def _card(turn: Turn) -> str:
    if not turn.e.card:
        return ""
    now = f"<blockquote dir=auto>{_text(card.card_text(turn))}</blockquote>"
    before = "".join(
        f"<h4>{_text(when.dated(turn, one.on))}</h4>"
        f"<blockquote dir=auto>{_text(card.card_text(turn, one.lines))}</blockquote>"
        for one in reversed(turn.e.cards)
        if one.lines != turn.e.card
    )
    earlier = f"<h3>{_text(turn.label('earlier'))}</h3>{before}" if before else ""
    return _section(turn.label("card"), now + earlier)


def _written(turn: Turn, records: Sequence[Record]) -> str:
    """Write the entries in the order in which they were made, under the steps they belong to."""
    made, step = [], 0
    for record in records:
        day = record.prompt.partition(".")[0]
        number = step_of(turn.structure, day) if day in turn.structure.days else 0
        if number and number != step:
            title = f"{turn.label('look.step')} {number}: {lesson.step_title(turn, number)}"
            made.append(f"<h3 class=step>{_text(title)}</h3>")
            step = number
        made.append(_entry(turn, record))
    return _section(turn.label("journal"), "".join(made))


def _entry(turn: Turn, record: Record) -> str:
    date = when.dated(turn, day_of(turn.e.zone, record.at))
    asked = journal.question(turn, record)
    return (
        f"<article><h4>{_text(date)}</h4><p class=asked>{_text(asked)}</p>"
        f"<p dir=auto>{_text(record.text)}</p></article>"
    )


def _numbers(turn: Turn) -> str:
    if not turn.e.check_ins:
        return ""
    names = ("backed", "speak", "trust")
    titles = [turn.label(f"look.{picture.titled(turn, name)}") for name in names]
    head = "".join(f"<th scope=col>{_text(title)}</th>" for title in titles)
    rows = "".join(
        f"<tr><th scope=row>{_text(when.dated(turn, one.on))}</th>"
        + "".join(f"<td>{_number(getattr(one, name))}</td>" for name in names)
        + "</tr>"
        for one in turn.e.check_ins
    )
    table = f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return _section(turn.text("export.numbers"), table)


def _number(value: int) -> str:
    return str(value) if value >= 0 else "·"


def _happened(turn: Turn) -> str:
    marks = "".join(
        f"<li>{_text(when.dated(turn, one.on))}: {_text(turn.label(f'look.{one.kind}'))}</li>"
        for one in turn.e.happenings
        if turn.has_label(f"look.{one.kind}")
    )
    agreed = "".join(
        f"<li><span dir=auto>{_text(one.text)}</span> · {_text(turn.label('kept'))}: {one.kept}"
        f" · {_text(turn.label('not_this_time'))}: {one.not_kept}</li>"
        for one in turn.e.promises
    )
    happened = _section(turn.label("happened"), f"<ul>{marks}</ul>" if marks else "")
    return happened + _section(turn.label("promise"), f"<ul>{agreed}</ul>" if agreed else "")
