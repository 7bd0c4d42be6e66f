"""The workbench of one decision: the next state and the effects grow on it.

A turn lives for one call of `decide` and is never kept; that is why it alone may change.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from content import bidi
from content.render import has_part, label, render
from content.schema import Structure
from scheduler.core.decision import Effect, ForgetAll, Keep, Mark, Record, Toast
from scheduler.core.enrolment import Choice, Enrolment, Open, Say, Show
from scheduler.core.facts import facts_of
from scheduler.core.wall import DAY, HOUR, MINUTE
from scheduler.core.world import World

MOST_OPEN = 8
"""Questions that can wait side by side; the oldest gives way …"""
BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters that show nothing: fillers of Hangul, the empty cell of Braille."""
FIRST = ("onboarding.", "safety.")
"""… but not these, without which nothing goes on …"""
STAYING = (*FIRST, "notice.")
"""… nor the question after a sign of danger."""
ROW = 3
LIFETIME = 14 * DAY
"""Seconds that a question waits when nothing else says how long."""
AGAIN = {"said": "values", "choices": "choices", "nav": "nav"}
"""What an open question remembers of its asking → the field of Say."""
SHORT_LIVED = {"settings": 15 * MINUTE, "delete": 15 * MINUTE, "export": HOUR, "journal": HOUR}
"""Questions that are soon forgotten: a line typed next day is no new word for the lock."""


APART = {
    "onboarding.here": "where",
    "onboarding.again": "where",
    "support.also": "also",
    "closing.finished": "finished",
    "pause.snooze": "snooze",
    **dict.fromkeys(
        ("safety.intro", "safety.open", "safety.way-out", "safety.again-low",
         "safety.again-afraid", "safety.again-joined"),
        "offer",
    ),
}  # fmt: skip
"""Screens that leave the questions of their own conversation open."""


def flow_of(prompt: str) -> str:
    """Name the conversation in which one question takes the place of another."""
    return APART.get(prompt, prompt.partition(".")[0])


@dataclass(frozen=True)
class Answer:
    """What somebody answered: a value (tapped) or a text (typed), and to which asking."""

    prompt: str
    value: str = ""
    text: str = ""
    message: int = 0
    about: str = ""


@dataclass
class Turn:
    """State and effects of the decision in the making; `now` is UNIX seconds."""

    e: Enrolment
    world: World
    now: float
    tapped: int = 0
    update: int = 0
    """The update that is being decided; 0 where there is none."""
    effects: list[Effect] = field(default_factory=list)

    @property
    def structure(self) -> Structure:
        """The structure of the version that they began with."""
        return self.world.structure_for(self.e.version)

    def set(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Enrolment
        """Take over changes of the state."""
        self.e = msgspec.structs.replace(self.e, **changes)

    def fact(self, name: str, value: str) -> None:
        """Remember what branches may ask for."""
        self.set(facts={**self.e.facts, name: value})

    def text(self, prompt: str, **values: str | int) -> str:
        """Give a prompt's words as plain text, to stand inside another one."""
        words = self.world.program.words_for(self.e.language)
        return render(words, prompt, facts_of(self.e), values).text

    def has_more(self, prompt: str) -> bool:
        """Tell whether a prompt has a long form for this person."""
        words = self.world.program.words_for(self.e.language)
        facts = facts_of(self.e, prompt.partition(".")[0], self.structure.gates)
        return has_part(words, prompt, facts, "more")

    def do(self, effect: Effect) -> None:
        """Ask the shell for something."""
        self.effects.append(effect)

    def label(self, key: str, **values: str | int) -> str:
        """Give a short text in the person's language."""
        return label(self.world.program.words_for(self.e.language), key, values)

    def own(self, text: str) -> str:
        """Set words that aren't ours apart where they run the other way than our language."""
        return bidi.isolated(text, self.e.language)

    def say(self, prompt: str, **more: Any) -> None:  # noqa: ANN401 - the fields of Say
        """Say something that needs no answer of its own."""
        self.do(Say(prompt, **presented(self, prompt, more)))

    def ask(
        self,
        prompt: str,
        *,
        about: str = "",
        until: float = 0,
        **more: Any,  # noqa: ANN401 - the fields of Say
    ) -> int:
        """Open a question and say it; another one of the same flow gives way. Returns its n."""
        given = {key: more[name] for key, name in AGAIN.items() if name in more}
        more = presented(self, prompt, more)
        n = self.open(Open(prompt, 0, stands_for(more), about, until, **given))
        self.do(Say(prompt, n=n, **more))
        return n

    def open(self, question: Open) -> int:
        """Note a question as asked, without saying it; gives its number."""
        flow = flow_of(question.prompt)
        n = self.e.counter + 1
        others = [o for o in self.e.open if flow_of(o.prompt) != flow]
        while len(others) >= MOST_OPEN:
            others.remove(next((o for o in others if not o.prompt.startswith(STAYING)), others[0]))
        closes = question.until or self.now + SHORT_LIVED.get(flow, LIFETIME)
        opened = msgspec.structs.replace(question, n=n, until=closes, asked=self.now)
        self.set(open=(*others, opened), counter=n)
        return n

    def close(self, *flows: str) -> None:
        """Close whatever is open of these flows (the part of a prompt's id before the dot)."""
        kept = tuple(o for o in self.e.open if o.prompt.partition(".")[0] not in flows)
        self.set(open=kept)

    def keep(self, prompt: str, text: str, message: int = 0, kind: str = "answer") -> int:
        """Store words of theirs; gives the record's number."""
        number = self.e.records + 1
        self.set(records=number)
        self.do(Keep(Record(number, self.now, prompt, text, message, kind)))
        return number

    def forget_all(self) -> None:
        """Erase every word of theirs that is stored; the person stays."""
        self.do(ForgetAll())

    def show(self, view: str, *, page: int = 0, about: int = 0, words: str = "") -> None:
        """Show a page that needs the stored words."""
        self.do(Show(view, page, edit=bool(self.tapped), about=about, words=words))

    def knows(self, prompt: str) -> bool:
        """Tell whether there are words for a prompt."""
        return prompt in self.world.program.words_for("en").prompts

    def has_label(self, key: str) -> bool:
        """Tell whether there is such a short text."""
        return key in self.world.program.words_for(self.e.language).labels

    def button_of(self, answer: Answer) -> str:
        """Give the words on the authored button that they tapped."""
        prompt = self.world.program.words_for(self.e.language).prompts[answer.prompt]
        buttons = (button for row in prompt.all_rows() for button in row)
        return next((b.label for b in buttons if b.value == answer.value), "")

    def toast(self, prompt: str) -> None:
        """Flash a line."""
        self.do(Toast(prompt))

    def mark(self, text: str) -> None:
        """Write the choice under the tapped message, as the button puts it if that still shows."""
        if self.tapped:
            self.do(Mark(text))


Handler = Callable[[Turn, Answer], None]
ANSWERS: dict[str, Handler] = {}
TYPED: set[str] = set()
FITS: dict[str, Callable[[Turn, str], bool]] = {}
COMMANDS: dict[str, Callable[[Turn, str], None]] = {}
RETURNS: dict[str, Callable[[Turn, str], None]] = {}
PRESENTS: dict[str, Callable[[Turn], dict[str, Any]]] = {}


def answers(
    *prompts: str, typed: bool = False, takes: Callable[[Turn, str], bool] | None = None
) -> Callable[[Handler], Handler]:
    """Register who takes the answers to these prompts.

    `typed` ones take words as well; `takes` tells which words, where not every word will do.
    """

    def register(handler: Handler) -> Handler:
        for prompt in prompts:
            ANSWERS[prompt] = handler
            if typed or takes:
                TYPED.add(prompt)
            if takes:
                FITS[prompt] = takes
        return handler

    return register


def returns(
    name: str,
) -> Callable[[Callable[[Turn, str], None]], Callable[[Turn, str], None]]:
    """Register how a flow goes on after the fixed questions interrupted it."""

    def register(go_on: Callable[[Turn, str], None]) -> Callable[[Turn, str], None]:
        RETURNS[name] = go_on
        return go_on

    return register


def fits(turn: Turn, prompt: str, words: str) -> bool:
    """Tell whether words can be an answer to a prompt that takes words."""
    return prompt not in FITS or FITS[prompt](turn, words)


def command(
    *names: str,
) -> Callable[[Callable[[Turn, str], None]], Callable[[Turn, str], None]]:
    """Register a command under its names."""

    def register(handler: Callable[[Turn, str], None]) -> Callable[[Turn, str], None]:
        COMMANDS.update(dict.fromkeys(names, handler))
        return handler

    return register


def presents(
    *prompts: str,
) -> Callable[[Callable[[Turn], dict[str, Any]]], Callable[[Turn], dict[str, Any]]]:
    """Register what belongs to a prompt whenever it is said: values, choices, buttons.

    `*.reflection` stands for every prompt of that name.
    """

    def register(make: Callable[[Turn], dict[str, Any]]) -> Callable[[Turn], dict[str, Any]]:
        PRESENTS.update(dict.fromkeys(prompts, make))
        return make

    return register


def presented(turn: Turn, prompt: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Join what always belongs to a prompt with what this occasion gives."""
    make = PRESENTS.get(prompt) or PRESENTS.get("*." + prompt.partition(".")[2])
    asks = given.get("part", "body") != "after"
    base = make(turn) if make and asks else {}
    values = {**base.get("values", {}), **given.get("values", {})}
    return {**base, **given, "values": values}


def stands_for(more: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what the computed buttons of a message stand for, by position."""
    return tuple(c.value for row in more.get("choices", ()) for c in row)


def restate(turn: Turn, opened: Open, *, veiled: bool = False, edit: bool = False) -> None:
    """Say an open question again, as it was; under the same number while its buttons are."""
    remembered = {name: getattr(opened, key) for key, name in AGAIN.items()}
    given = {name: value for name, value in remembered.items() if value}
    more = presented(turn, opened.prompt, given)
    values = stands_for(more)
    n = opened.n
    if values != opened.values or (opened.until and opened.until <= turn.now):
        n = turn.open(msgspec.structs.replace(opened, values=values, until=0))
    turn.do(Say(opened.prompt, n=n, veiled=veiled, edit=edit, **more))


def bare(text: str) -> str:
    """Give a message that is one word as that word: no case, no marks around it."""
    return "".join(c for c in text.casefold() if c.isalnum() or c.isspace()).strip()


def is_blank(text: str) -> bool:
    """Tell whether there is nothing to read: spaces, invisible signs, blanks of other scripts."""
    return all(c.isspace() or not c.isprintable() or c in BLANK for c in text)


def rows(choices: Iterable[Choice], width: int = ROW) -> tuple[tuple[Choice, ...], ...]:
    """Lay computed buttons out in rows."""
    items = tuple(choices)
    return tuple(items[i : i + width] for i in range(0, len(items), width))
