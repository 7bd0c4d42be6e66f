"""Each branch that nobody can reach, and each answer that leads nowhere, is found."""

from pathlib import Path

import pytest

from content.author.check import check
from tests.content.folder import DAY, PROGRAM, day, write

WIRING = """\
always: [path]
several: [d1-reflection]
standing: [skip]
longest: {incident: 60}
screens:
  s.a: [one, two]
"""
SCREEN = "# a\nWell?\n\n- [one] One\n- [two] Two\n"
FACTS = PROGRAM + "  d1-reflection: [good, bad, none]\n"


def found(folder: Path, changes: dict[str, str]) -> list[str]:
    """Give what the check says of a folder with a screen and an agreement."""
    given = {"wiring.yaml": WIRING, "en/screens/s.md": SCREEN, "program.yaml": FACTS, **changes}
    return [str(fault) for fault in check(write(folder, given)).faults]


def extended(heading: str) -> dict[str, str]:
    """Give the change that adds a branch to the lesson."""
    return day("# reflection", f"## {heading}\nWords.\n\n# reflection")


def question(*branches: str) -> dict[str, str]:
    """Give the change that adds branches to the evening's question."""
    return {"en/days/d1.md": DAY + "".join(f"\n## {branch}\nWords.\n" for branch in branches)}


def test_a_folder_with_everything_in_agreement_has_no_fault(tmp_path: Path) -> None:
    assert found(tmp_path, {}) == []


NEVER_HOLDS = [
    "if path is safe and path is open",
    "if did is silent and did is left",
    "also if path is safe and path is not safe",
    "if path is not open or safe",
    "more if did is left and did is not left",
]


@pytest.mark.parametrize("heading", NEVER_HOLDS)
def test_a_condition_that_can_never_hold_is_found(tmp_path: Path, heading: str) -> None:
    (line,) = found(tmp_path, extended(heading))
    assert line.startswith("en/days/d1.md:14: '## ")
    assert "' can never hold - correct the condition, or take it out" in line


def test_several_values_at_once_can_hold_where_a_fact_has_several(tmp_path: Path) -> None:
    both = "if d1-reflection is good and d1-reflection is bad"
    assert found(tmp_path / "a", extended(both)) == []
    one = {"wiring.yaml": WIRING.replace("[d1-reflection]", "[]")}
    assert "can never hold" in found(tmp_path / "b", {**extended(both), **one})[0]


def test_a_fact_that_may_be_unknown_is_neither(tmp_path: Path) -> None:
    assert found(tmp_path, extended("if did is not silent or left")) == []


SHADOWED = [
    (extended("if did is left"), []),
    (extended("if path is safe and did is left"), ["'## if path is safe and did is left'"]),
    (
        day("## if path is safe\n", "## if path is safe\nA.\n\n## if path is open\n"),
        ["'# lesson' is never reached: earlier branches take every case"],
    ),
    (question("after good if path is safe"), []),
    (question("after bad if path is safe", "after bad if path is safe and did is left"), ["'##"]),
    (day("## after\nThank", "## after if path is safe\nOh.\n\n## after\nThank"), []),
]


@pytest.mark.parametrize(("changes", "faults"), SHADOWED)
def test_a_branch_that_earlier_ones_leave_nothing_is_found(
    tmp_path: Path, changes: dict[str, str], faults: list[str]
) -> None:
    lines = [line.partition(": ")[2] for line in found(tmp_path, changes)]
    assert [line[: len(fault)] for line, fault in zip(lines, faults, strict=True)] == faults


def test_a_base_that_only_lends_its_buttons_is_no_dead_end(tmp_path: Path) -> None:
    both = "# a\nWell?\n\n- [one] One\n- [two] Two\n\n## if path is safe\nSafe?\n\n"
    assert found(tmp_path, {"en/screens/s.md": both + "## if path is open\nOpen?\n"}) == []


def test_a_reply_to_a_button_that_is_not_there_then_is_found(tmp_path: Path) -> None:
    safe = "## if path is safe\nAnd?\n\n- [other] Other\n\n## after other if path is open\nOh.\n\n"
    (line,) = found(tmp_path, day("## after good", f"{safe}## after good"))
    assert "'## after other if path is open' is never reached: its button isn't there" in line


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        (day("## after\nThank you.\n", ""), ["own words", "tapping [bad]", "tapping [none]"]),
        (day("## after\nThank you.\n", "## after if path is safe\nAh.\n"), ["own", "tapping [bad"]),
    ],
)
def test_an_answer_that_nothing_follows_is_found(
    tmp_path: Path, changes: dict[str, str], faults: list[str]
) -> None:
    lines = [line.partition(": ")[2] for line in found(tmp_path, changes)]
    assert all("would be answered by nothing" in line for line in lines)
    assert [line[: len(f)] for line, f in zip(lines, faults, strict=False)] == faults


DEAD = [
    (
        {"en/screens/s.md": SCREEN + "- [three] Three\n"},
        "en/screens/s.md:1: tapping '[three]' leads",
    ),
    (
        {"en/screens/s.md": SCREEN[:-10]},
        "en/screens/s.md:1: s.a never offers '[two]', which has an",
    ),
    ({"en/screens/s.md": SCREEN + "\n# b\nOh.\n"}, "en/screens/s.md:7: nothing ever says s.b"),
    (
        {"en/screens/s.md": "# b\nOh.\n", "wiring.yaml": WIRING.replace("s.a: [one, two]", "s.b:")},
        "",
    ),
    ({"wiring.yaml": WIRING + "  s.c: []\n"}, "wiring.yaml:7: the code says 's.c', and no words"),
    ({"wiring.yaml": WIRING + "tables: []\n"}, "wiring.yaml:7: 'tables' is unknown - use always"),
    ({"wiring.yaml": WIRING.replace("60", "long")}, "wiring.yaml:4: 'incident' has no length"),
    ({"wiring.yaml": WIRING.replace("[path]", "[road]")}, "wiring.yaml:1: the fact 'road' is unkn"),
    ({"en/days/d1.md": DAY + "\n# extra\nOh.\n"}, "en/days/d1.md:26: nothing ever says d1.extra"),
    (
        {"en/days/d2.md": "---\ntitle: T\n---\n# lesson\nOh.\n"},
        "en/days/d2.md:4: 'd2' stands nowhere in program.yaml, so nobody ever gets it",
    ),
    ({"program.yaml": FACTS + "retired: [d1]\n"}, "program.yaml:13: 'd1' is retired and still"),
    (day("[bad] Bad", "[skip] Skip"), "en/days/d1.md:14: '[skip]' stands under every question"),
    (
        {"program.yaml": FACTS.replace("bad, none]", "bad, none, worse]")},
        "en/days/d1.md:14: the fact 'd1-reflection' is never 'worse': no button here gives it",
    ),
]


@pytest.mark.parametrize(("changes", "fault"), DEAD)
def test_what_leads_nowhere_is_found(tmp_path: Path, changes: dict[str, str], fault: str) -> None:
    lines = found(tmp_path, changes)
    assert any(line.startswith(fault) for line in lines) if fault else not lines


def test_words_may_wait_for_their_code(tmp_path: Path) -> None:
    changes = {
        "en/screens/s.md": SCREEN + "\n# b\nOh.\n",
        "wiring.yaml": WIRING + "waiting: [s.b]\n",
    }
    assert found(tmp_path, changes) == []


def test_a_retired_day_keeps_its_words_for_those_who_are_enrolled(tmp_path: Path) -> None:
    other = DAY.replace("A first day", "A day that was")
    retired = {"program.yaml": FACTS + "retired: [d0]\n", "en/days/d0.md": other}
    assert found(tmp_path, retired) == []


def test_too_many_facts_in_one_section_are_told(tmp_path: Path) -> None:
    names = [f"fact{n}" for n in range(17)]
    facts = "".join(f"  {name}: [a, b]\n" for name in names)
    headings = "".join(f"## also if {name} is a\nWords.\n\n" for name in names)
    changes = day("# reflection", f"{headings}# reflection") | {"program.yaml": FACTS + facts}
    lines = found(tmp_path, changes)
    assert any("d1.lesson branches on too many facts at once" in line for line in lines)
