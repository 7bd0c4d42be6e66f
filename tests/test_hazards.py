"""The hazard log, the docs around it and the mutants agree with each other and with the tests."""

import ast
import re
from functools import cache

import pytest

from content import load
from content.render import render
from scheduler.core.enrolment import Enrolment
from scheduler.core.flows.settings import RETENTION
from tests.hazards import ROOT, hazards
from tests.mutants.controls import MUTANTS, Mutant

ALL = list(hazards())
PRIVACY = (ROOT / "docs" / "privacy.md").read_text("utf-8")


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def test_every_hazard_names_a_test_that_exists() -> None:
    missing = [
        hazard.test
        for hazard in ALL
        if hazard.test.partition("::")[2] not in functions(hazard.test.partition("::")[0])
    ]
    assert missing == []
    assert [hazard.number for hazard in ALL] == list(range(1, len(ALL) + 1))
    assert len(ALL) > 50


def test_the_bold_ones_are_those_that_are_mutated() -> None:
    assert {hazard.number for hazard in ALL if hazard.mutated} == {one.hazard for one in MUTANTS}
    assert len(MUTANTS) >= 20


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.hazard))
def test_every_control_stands_where_the_mutants_look_for_it(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text("utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old


@pytest.mark.parametrize("page", ["hazards", "privacy", "operations", "threats"])
def test_every_link_between_the_pages_leads_somewhere(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / "docs" / target).exists(), target
    for named in re.findall(r"`((?:tests|bot|scheduler|content)/[\w/.]+)(?:::\w+)?`", text):
        assert (ROOT / named).exists(), named


@pytest.mark.parametrize(
    "claim",
    [
        r"[Nn]o name, no phone number",
        r"a key of your own",
        r"read your words if they set out to",
        r"Telegram carries",
        r"/export",
        r"/delete",
        r"destroys your key first|key goes first",
        r"[Ww]ithin (24 hours|a day)",
        r"backup",
        r"last 48 hours",
        r"before you agreed",
        r"never the words",
        r"other devices of your account",
        r"forgotten, the only way is to erase",
        r"no name, no chat number",
    ],
)
def test_the_page_and_the_command_make_the_same_claims(claim: str) -> None:
    words = load.shipped().words_for("en")
    values = {"operator": "Ada", "contact": "ada@example.org", "retention": "90 days"}
    parts = (render(words, "privacy.short", {}, values, part).text for part in ("body", "more"))
    plain = PRIVACY.replace("`", "").replace("*", "")
    assert re.search(claim, "\n".join(parts), re.IGNORECASE), "in /privacy"
    assert re.search(claim, plain, re.IGNORECASE), "in docs/privacy.md"


def test_the_retention_that_is_promised_is_the_one_there_is() -> None:

    assert Enrolment(chat=1, version="v", began=0).retention == 90
    assert sorted(RETENTION.values()) == [0, 7, 30, 90]
    assert re.search(r"90 days after you were last here", PRIVACY)
    assert re.search(r"7 or 30 days", PRIVACY)
