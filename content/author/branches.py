"""Every branch can be taken, and every answer to an evening's question is answered.

Each prompt is tried with every mix of values of the facts that it asks for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations, product

from content.author.own import own_prompts
from content.author.wiring import FILE, Wiring
from content.conditions import Condition, Facts, FactValue
from content.errors import Fault
from content.schema import ENGLISH, Passage, Program, Prompt, chosen
from content.structure import FILE as STRUCTURE

MOST_TRIED = 50_000
"""Mixes of values; a prompt with more would be unreadable long before."""
Possible = Mapping[str, tuple[FactValue | None, ...]]
"""Values that a fact can have, None among them if it can be unknown."""


@dataclass(slots=True)
class _Seen:
    """What came up while a prompt was tried: passages, by their place, and silent answers."""

    passages: set[int] = field(default_factory=set)
    unanswered: dict[str | None, int] = field(default_factory=dict)

    def add(self, *passages: Passage | None) -> None:
        self.passages |= {id(one) for one in passages if one is not None}


def faults(program: Program, wiring: Wiring) -> Iterator[Fault]:
    """Find branches that are never taken, and answers that nothing follows."""
    for _, prompt in own_prompts(program):
        possible = _possible(program, wiring, prompt)
        if possible is None:
            what = f"{prompt.id} branches on too many facts at once"
            yield Fault(prompt.file, prompt.line, what, "ask for fewer facts in one section")
            continue
        yield from _in_prompt(prompt, list(_mixes(possible)))
        if prompt.id.endswith(".reflection"):
            yield from _standing(prompt, wiring)
    yield from _never_tapped(program)
    yield from _unknown(program, wiring)


def _in_prompt(prompt: Prompt, mixes: list[dict[str, FactValue]]) -> Iterator[Fault]:
    seen = _Seen()
    for facts in mixes:
        _try(prompt, facts, seen)
    for name, passage in _branches(prompt):
        if id(passage) in seen.passages:
            continue
        if not any(passage.condition.holds(facts) for facts in mixes):
            what, advice = f"'{name}' can never hold", "correct the condition, or take it out"
        elif name.startswith("## after"):
            what = f"'{name}' is never reached: its button isn't there, or an earlier one answers"
            advice = "move it up, correct the condition, or take it out"
        else:
            what = f"'{name}' is never reached: earlier branches take every case"
            advice = "move it up, narrow those, or take it out"
        yield Fault(prompt.file, passage.line, what, advice)
    for value, line in seen.unanswered.items():
        own = value is None
        what = f"{'own words' if own else f'tapping [{value}]'} would be answered by nothing"
        advice = "add a plain '## after'" if own else f"add '## after {value}', or '## after'"
        yield Fault(prompt.file, line, what, advice)


def _try(prompt: Prompt, facts: Facts, seen: _Seen) -> None:
    """Note what a person with these facts meets."""
    body = prompt.body(facts)
    seen.add(body, *prompt.added(facts), chosen(prompt.more, facts))
    if not body.keyboard:
        seen.add(prompt.base if prompt.base.keyboard else None)
    for value in (*prompt.options(facts), None):
        reply = prompt.reply(value, facts)
        seen.add(reply)
        if reply is None and prompt.id.endswith(".reflection"):  # code answers on other screens
            seen.unanswered.setdefault(value, body.line)


def _branches(prompt: Prompt) -> Iterator[tuple[str, Passage]]:
    """Name every passage as its heading does."""
    yield f"# {prompt.id.partition('.')[2]}", prompt.base
    yield from ((f"## if {p.condition}", p) for p in prompt.variants)
    yield from ((f"## also if {p.condition}", p) for p in prompt.additions)
    yield from ((_heading("## more", p.condition), p) for p in prompt.more)
    for value, passages in prompt.after.items():
        start = f"## after {value or ''}".rstrip()
        yield from ((_heading(start, p.condition), p) for p in passages)


def _heading(start: str, condition: Condition) -> str:
    return f"{start} if {condition}" if condition.clauses else start


def _possible(program: Program, wiring: Wiring, prompt: Prompt) -> Possible | None:
    """Give the values to try for each fact that a prompt asks for; None for too many mixes."""
    clauses = [c for p in prompt.passages() for c in p.condition.clauses]
    possible: dict[str, tuple[FactValue | None, ...]] = {}
    size = 1
    for name in sorted({c.name for c in clauses}):
        declared = program.facts.get(name, ())
        asked = sorted({v for c in clauses if c.name == name for v in c.values})
        rest = [v for v in declared if v not in asked][:1]
        values: list[FactValue | None] = [*asked, *rest]
        if name in wiring.several:
            values += [frozenset(pair) for pair in combinations(asked, 2)]
            values += [frozenset(asked)] if len(asked) > 2 else []  # noqa: PLR2004 - pairs are there
        possible[name] = tuple(values if name in wiring.always else [*values, None])
        size *= len(possible[name])
    return possible if size <= MOST_TRIED else None


def _mixes(possible: Possible) -> Iterator[dict[str, FactValue]]:
    for mix in product(*possible.values()):
        named = zip(possible, mix, strict=True)
        yield {name: value for name, value in named if value is not None}


def _standing(prompt: Prompt, wiring: Wiring) -> Iterator[Fault]:
    for value in sorted(prompt.options() & wiring.standing):
        what = f"'[{value}]' stands under every question already"
        yield Fault(prompt.file, prompt.line, what, "take it out, or name it otherwise")


def _never_tapped(program: Program) -> Iterator[Fault]:
    """Find values of an evening's fact that no button of that evening gives."""
    english = program.words.get(ENGLISH)
    for name, declared in program.facts.items():
        prompt = english.prompts.get(name.replace("-", ".", 1)) if english else None
        if prompt is None or not name.endswith("-reflection"):
            continue
        for value in sorted(set(declared) - prompt.options()):
            what = f"the fact '{name}' is never '{value}': no button here gives it"
            advice = f"add '- [{value}] …', or take it out of {STRUCTURE}"
            yield Fault(prompt.file, prompt.line, what, advice)


def _unknown(program: Program, wiring: Wiring) -> Iterator[Fault]:
    for name in _sorted(chain(wiring.always, wiring.several)):
        if name not in program.facts:
            yield Fault(FILE, 1, f"the fact '{name}' is unknown", f"declare it in {STRUCTURE}")


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))
