"""Which branches somebody receives of whom only this much is known: path=safe, talk=refused."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from content.conditions import Clause, Condition
from content.schema import Passage, Prompt

Known = Mapping[str, frozenset[str]]
"""Facts that are given, each with its values; any other may be anything."""


class WrongBranchError(Exception):
    """A branch that can't be asked for: says what was given and what there is."""


def known(given: Iterable[str], facts: Mapping[str, tuple[str, ...]]) -> Known:
    """Read FACT=VALUE arguments; a fact given twice has both values."""
    read: dict[str, frozenset[str]] = {}
    for argument in given:
        name, sign, value = argument.partition("=")
        if not sign or name not in facts:
            told = f"'{argument}' is no branch: write FACT=VALUE with one of {', '.join(facts)}"
            raise WrongBranchError(told)
        if value not in facts[name]:
            told = f"'{name}' is never '{value}': use {', '.join(facts[name])}"
            raise WrongBranchError(told)
        read[name] = read.get(name, frozenset()) | {value}
    return read


def listing(facts: Mapping[str, tuple[str, ...]]) -> str:
    """List every branch that can be asked for, a fact a line."""
    return "\n".join(f"  {name}={'|'.join(values)}" for name, values in facts.items())


def left_of(condition: Condition, given: Known) -> Condition | None:
    """Give what of a condition is still open; None when it can't hold."""
    left: list[Clause] = []
    for clause in condition.clauses:
        if clause.name not in given:
            left.append(clause)
        elif clause.negated != given[clause.name].isdisjoint(clause.values):
            return None
    return Condition(tuple(left))


def ranked(passages: Iterable[Passage], given: Known) -> tuple[Passage, ...]:
    """Give those of several passages that can be chosen, up to the first that surely is."""
    kept: list[Passage] = []
    for passage in passages:
        left = left_of(passage.condition, given)
        if left is not None:
            kept.append(replace(passage, condition=left))
            if not left.clauses:
                break
    return tuple(kept)


def narrowed(prompt: Prompt, given: Known) -> Prompt:
    """Give a prompt as somebody can receive it of whom these facts are known."""
    variants = ranked(prompt.variants, given)
    additions = [(p, left_of(p.condition, given)) for p in prompt.additions]
    base = prompt.base
    if variants and not variants[-1].condition.clauses:
        sure = variants[-1]
        base = replace(sure, keyboard=sure.keyboard or base.keyboard)
        variants = variants[:-1]
    shorter = replace(
        prompt,
        base=base,
        variants=variants,
        additions=tuple(replace(p, condition=c) for p, c in additions if c is not None),
        more=ranked(prompt.more, given),
        after={},
    )
    offered = {None, *shorter.options()}
    after = {v: ranked(p, given) for v, p in prompt.after.items() if v in offered}
    return replace(shorter, after={v: p for v, p in after.items() if p})


def is_left_out(prompt_id: str, given: Known, never: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether somebody never gets a screen: `never` maps FACT.VALUE to patterns of ids."""
    held = (f"{name}.{value}" for name, values in given.items() for value in values)
    return any(fnmatchcase(prompt_id, pattern) for one in held for pattern in never.get(one, ()))
