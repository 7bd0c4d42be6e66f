"""Every prompt and label that code asks for by name exists in English."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from content import load
from scheduler.core.flows import lesson, reflection
from scheduler.core.turn import ANSWERS, COMMANDS, PRESENTS
from scheduler.core.world import NAV

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("scheduler/core/**/*.py"), *ROOT.glob("bot/*.py")])
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
WORDS = load.load().words["en"]
ASKING = {"say": 0, "ask": 0, "Say": 0, "Part": 0, "text": 0, "toast": 0, "offer": 1}
"""Functions that take a prompt's id, and at which place."""


def called(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            yield (node.func.id if isinstance(node.func, ast.Name) else name), node


def texts(node: ast.expr) -> Iterator[tuple[str, bool]]:
    """Give each constant text that an expression can be, and whether it is only a beginning."""
    match node:
        case ast.Constant(value=str(text)):
            yield text, False
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield text, True
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts(body)
            yield from texts(orelse)


def named(file: Path) -> Iterator[tuple[str, str, bool]]:
    for name, call in called(TREES[file]):
        if name == "label":
            for argument in call.args[:2]:
                yield from (("label", text, partial) for text, partial in texts(argument))
        elif name in ASKING and len(call.args) > ASKING[name]:
            argument = call.args[ASKING[name]]
            yield from (("prompt", text, partial) for text, partial in texts(argument))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_name_in_the_code_has_words(file: Path) -> None:
    missing = []
    for kind, text, partial in named(file):
        known = WORDS.labels if kind == "label" else WORDS.prompts
        if kind == "prompt" and "." not in text:
            continue
        there = any(name.startswith(text) for name in known) if partial else text in known
        if not there:
            missing.append(f"{kind} {text}")
    assert not missing


def test_every_registered_answer_button_and_command_has_words() -> None:
    prompts = {*ANSWERS, *(p for p in PRESENTS if not p.startswith("*"))}
    assert prompts <= set(WORDS.prompts)
    assert set(NAV) <= set(WORDS.labels)
    assert {f"command.{name}" for name in COMMANDS if name != "commands"} <= set(WORDS.labels)
    assert set(lesson.TALK_DAYS) | reflection.SEVERAL <= {
        p.partition(".")[0] for p in WORDS.prompts
    }


STATELESS = ("onboarding.welcome", "onboarding.more")
WAITING = "notice."
"""For the detector, which is still to come."""


def test_every_prompt_is_said_somewhere() -> None:
    """No words lie about that nobody can ever receive."""
    said = {(text, partial) for file in FILES for text, partial in _any_text(TREES[file])}
    whole = {text for text, partial in said if not partial}
    beginnings = tuple(text for text, partial in said if partial and "." in text)
    days = {*load.load().structure.days, *load.load().structure.weeks}
    unsaid = [
        id_
        for id_ in WORDS.prompts
        if id_ not in whole and not id_.startswith((*beginnings, WAITING))
        if id_.partition(".")[0] not in days
    ]
    assert unsaid == []


def _any_text(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr):
            yield from texts(node)


def test_every_authored_button_leads_somewhere() -> None:
    """A prompt with buttons of its own has somebody who takes the answer."""
    dead = [
        id_
        for id_, prompt in WORDS.prompts.items()
        if (values := prompt.options()) and not values <= set(NAV)
        if id_ not in ANSWERS and not id_.endswith(".reflection") and id_ not in STATELESS
        if not id_.startswith(WAITING)
    ]
    assert dead == []
