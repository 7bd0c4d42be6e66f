import csv
import re
from datetime import date
from pathlib import Path

import pytest

from content import helplines as module
from content.author.ages import aged, entries, main
from content.helplines import Helpline, Helplines

SHARED = Path(__file__).parents[3] / "shared" / "safety" / "helplines.csv"
"""Where the entries came from; it lies beside the project's folder, or is not there."""
WRITTEN = date(2026, 11, 23)
AGED_WHEN_WRITTEN = {
    "IE dv", "LU dv", "DK dv", "NO dv", "FI dv", "HR dv", "CY dv", "MT dv", "KR dv", "NZ dv",
    "AR dv",
}  # fmt: skip
KINDS = ("emergency", "crisis", "dv")


@pytest.fixture
def helplines() -> Helplines:
    return Helplines.load()


def test_there_are_48_countries_and_each_has_an_emergency_number(helplines: Helplines) -> None:
    assert len(helplines.countries()) == 48
    assert all(helplines.lines[code].emergency for code in helplines.countries())


def test_an_unknown_country_has_no_lines_rather_than_others(helplines: Helplines) -> None:
    assert helplines.for_country("XX") is None
    assert helplines.for_country("") is None


def test_blanks_stay_blanks(helplines: Helplines) -> None:
    canada, bulgaria = helplines.lines["CA"], helplines.lines["BG"]
    assert canada.dv is None
    assert canada.crisis
    assert bulgaria.crisis is None
    assert bulgaria.dv


def test_each_entry_has_a_contact_and_a_source_of_its_own(helplines: Helplines) -> None:
    for where, kind, line in entries(helplines):
        assert line.contact.strip(), f"{where} {kind}"
        assert line.source.strip(), f"{where} {kind}"
        assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", line.as_of), f"{where} {kind}"
        assert kind == "emergency" or line.name, f"{where} {kind}"


@pytest.mark.parametrize(
    ("as_of", "today", "changed"),
    [
        ("2023-12-01", date(2026, 11, 30), False),
        ("2023-12-01", date(2026, 12, 1), True),
        ("2024-02-29", date(2027, 2, 28), False),
        ("2024-02-29", date(2027, 3, 1), True),
        ("2024", date(2026, 12, 31), False),
        ("2024", date(2027, 1, 1), True),
        ("2023-09", date(2026, 8, 31), False),
        ("2023-09", date(2026, 9, 1), True),
        ("", date(2020, 1, 1), True),
    ],
)
def test_a_line_may_have_changed_three_years_after_its_youngest_source(
    as_of: str, today: date, *, changed: bool
) -> None:
    assert Helpline("A", "1", "somewhere", as_of).may_have_changed(today) is changed


def test_a_new_entry_needs_a_young_source(helplines: Helplines) -> None:
    old = set(aged(helplines, WRITTEN))
    assert old <= AGED_WHEN_WRITTEN, f"no source younger than three years: {old}"


def test_ages_are_reported_in_one_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([WRITTEN.isoformat()]) == 0
    assert capsys.readouterr().out.startswith("11 of 135 entries may have changed: IE dv, ")
    assert main([]) == 2


def test_lines_named_for_women_say_so_and_others_do_not(helplines: Helplines) -> None:
    marked = {where for where, _, line in entries(helplines) if line.women_only}
    assert marked == {
        "IE", "FR", "DE", "LU", "AT", "SE", "LT", "SI", "HR", "IN", "KR", "MX",
    }  # fmt: skip
    assert not any(line.women_only for _, kind, line in entries(helplines) if kind != "dv")


@pytest.mark.skipif(
    not SHARED.is_file(), reason="the list they came from is not beside this folder"
)
def test_every_field_is_what_the_list_they_came_from_says() -> None:
    ours = _ours()
    rows = _read(SHARED)
    assert {row["country_code"] for row in rows} == {country for country, _ in ours}
    for row in rows:
        dates = dict(part.strip().split(" ", 1) for part in row["as_of"].split(";"))
        for kind in KINDS:
            entry = ours.get((row["country_code"], kind), dict.fromkeys(_FIELDS, ""))
            name = row.get(f"{kind}_name", "")
            contact = row["emergency"] if kind == "emergency" else row[f"{kind}_contact"]
            dated = re.match(r"\d{4}(-\d\d){0,2}", dates[kind])
            assert (entry["name"], entry["contact"]) == (name, contact)
            assert entry["as_of"] == (dated[0] if dated else "")
            named, remarks = _sources(row["source"], kind)
            sources = {source for source in entry["source"].split("; ") if source}
            assert named <= sources <= named | remarks


_FIELDS = ("name", "contact", "as_of", "source")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _ours() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["country"], row["line"]): row for row in _read(module.DATA)}


def _sources(text: str, kind: str) -> tuple[set[str], set[str]]:
    """Take what is said of one kind, and what of no one kind, out of a cell that says all."""
    named: set[str] = set()
    remarks: set[str] = set()
    for part in text.split(" | "):
        said = re.match(r"(emergency|crisis\+dv|crisis|dv): ", part)
        if not said:
            remarks.add(part)
        elif kind in said[1]:
            named.update(part.removeprefix(said[0]).replace("; dv: ", "; ").split("; "))
    return named, remarks
