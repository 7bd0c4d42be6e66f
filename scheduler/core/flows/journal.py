"""The journal: what they wrote, to read, to find again, to change, and to take away."""

from collections.abc import Sequence

import msgspec

from content.gazetteer import fold
from content.text import clip
from scheduler.core.decision import Decision, Forget, Record, Remove, Rewrite
from scheduler.core.enrolment import Link, Part, Show
from scheduler.core.events import Edited
from scheduler.core.flows import lesson, stray, when
from scheduler.core.plan import step_of
from scheduler.core.turn import Answer, Turn, answers, command
from scheduler.core.wall import day_of
from scheduler.core.world import World

PAGE = 3
"""Entries a page: three of the longest still fit one message."""
LONGEST_SHOWN = 1000
LONGEST_ALONE = 3000
LONGEST_LABEL = 36
LONGEST_SEARCH = 60


@command("journal")
def journal(turn: Turn, _argument: str) -> None:
    """Show what they wrote, newest first."""
    turn.show("journal")


def page(turn: Turn, records: Sequence[Record], show: Show) -> None:
    """Say one page, from the words that the shell loaded: all of it, or what was searched for."""
    found = [record for record in records if _has(turn, record, show.words)]
    if not found:
        _nothing(turn, show.words)
        return
    newest = sorted(found, key=lambda record: -record.id)
    pages = -(-len(newest) // PAGE)
    number = min(max(show.page, 0), pages - 1)
    shown = newest[number * PAGE : (number + 1) * PAGE]
    turns = (*(("newer",) if number > 0 else ()), *(("older",) if number + 1 < pages else ()))
    turn.say(
        "journal.found" if show.words else "journal.list",
        values={"page": number + 1, "pages": pages, "words": show.words},
        tail=tuple(Part("journal.entry", _values(turn, r, LONGEST_SHOWN)) for r in shown),
        links=tuple((Link(_label(turn, record), "entry", record.id),) for record in shown),
        nav=(*((turns,) if turns else ()), ("find", "card"), ("away",)),
        n=number,
        edit=bool(turn.tapped),
    )


def _nothing(turn: Turn, words: str) -> None:
    edit = bool(turn.tapped)
    if words:
        turn.say("journal.found-none", values={"words": words}, nav=(("find", "journal"),))
    else:
        turn.say("journal.empty", edit=edit, nav=(("card",),))


def _has(turn: Turn, record: Record, words: str) -> bool:
    """Tell whether every word that was typed stands in an entry or its question, in any case."""
    text = fold(f"{record.text}\n{question(turn, record)}")
    return all(word in text for word in fold(words).split())


def _values(turn: Turn, record: Record, longest: int) -> dict[str, str | int]:
    """Give the values of one entry."""
    text = record.text if len(record.text) <= longest else record.text[:longest] + "…"
    return {
        "date": when.day(turn, day_of(turn.e.zone, record.at)),
        "question": question(turn, record),
        "text": text,
    }


def _label(turn: Turn, record: Record) -> str:
    """Name an entry on its button: its date and first words."""
    date = when.short(turn, day_of(turn.e.zone, record.at), year=False)
    return clip(f"{date} · {' '.join(record.text.split())}", LONGEST_LABEL)


def question(turn: Turn, record: Record) -> str:
    """Give what a record answers: a heading of its own, or the question's first line."""
    if record.kind in {"note", "line"}:
        return turn.label(record.kind)
    if turn.has_label(f"asked.{record.prompt}"):
        return turn.label(f"asked.{record.prompt}")
    prompts = turn.world.program.words_for(turn.e.language).prompts
    prompt = prompts.get(record.prompt)
    return (prompt and prompt.first_line()) or turn.label("note")


def place(turn: Turn, record: Record) -> str:
    """Give the step and the day that an entry belongs to; nothing for one of no day."""
    day = record.prompt.partition(".")[0]
    if day not in turn.structure.days:
        return ""
    step = lesson.step_title(turn, step_of(turn.structure, day))
    return f"{step} · {lesson.title(turn, day)}"


# one entry


def entry(turn: Turn, records: Sequence[Record], show: Show) -> None:
    """Show one entry whole, with what can be done with it."""
    record = next((one for one in records if one.id == show.about), None)
    if record is None:
        turn.say("journal.gone", edit=bool(turn.tapped), nav=(("journal",),))
        return
    where = place(turn, record)
    theirs = (Link(turn.label("remove"), "remove", record.message),) if record.message else ()
    rows = (
        (
            Link(turn.label("rewrite"), "rewrite", record.id),
            Link(turn.label("erase"), "erase", record.id),
        ),
        theirs,
    )
    turn.say(
        "journal.one-day" if where else "journal.one",
        values={**_values(turn, record, LONGEST_ALONE), "what": where},
        links=tuple(row for row in rows if row),
        nav=(("journal",), ("away",)),
        edit=bool(turn.tapped),
    )


@answers("journal.edit", typed=True)
def edit(turn: Turn, answer: Answer) -> None:
    """Take the new words in the place of the old ones."""
    if answer.value:
        turn.mark(turn.label("close"))
        return
    turn.do(Rewrite(int(answer.about or 0), answer.text))
    if turn.e.discreet:
        turn.do(Remove((answer.message,)))
    turn.say("journal.edited", nav=(("journal",),))


def edit_of(record: Record, edited: Edited) -> Edited:
    """Say of an edit which record it changes, and what that was."""
    return msgspec.structs.replace(
        edited,
        record=record.id,
        prompt=record.prompt,
        kind=record.kind,
        at=record.at,
        was=record.text,
        rest=record.rest,
    )


def rewritten(decision: Decision, record: Record, text: str, world: World, now: float) -> Decision:
    """Put new words into a record, and wherever it is quoted, as an edit in the chat would."""
    if decision.enrolment is None:
        return decision
    turn = Turn(decision.enrolment, world, now)
    stray.take_over(turn, edit_of(record, Edited(text=text, message=record.message)))
    return Decision(turn.e, (*decision.effects, *turn.effects))


@answers("journal.sure")
def erase(turn: Turn, answer: Answer) -> None:
    """Erase one entry, or keep it."""
    if answer.value == "yes":
        turn.do(Forget(int(answer.about or 0)))
        turn.say("journal.erased", edit=True, nav=(("journal",),))
    else:
        turn.show("entry", about=int(answer.about or 0))


# searching


@answers("journal.find", typed=True)
def find(turn: Turn, answer: Answer) -> None:
    """Show where the words stand; the search itself is kept only to turn its pages."""
    if answer.value:
        turn.mark(turn.label("close"))
        return
    words = " ".join(answer.text.split())[:LONGEST_SEARCH]
    turn.set(draft={**turn.e.draft, "find": words})
    if turn.e.discreet:
        turn.do(Remove((answer.message,)))
    turn.show("journal", words=words)
