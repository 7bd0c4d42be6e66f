import csv
import re
from datetime import date
from pathlib import Path

import pytest

from content import helplines as module
from content.__main__ import main
from content.author.ages import OLD_FROM_THE_START, aged, entries, faults
from content.helplines import Helpline, Helplines, Lines

SHARED = Path(__file__).parents[3] / "shared" / "safety" / "helplines.csv"
"""Where the entries came from; it lies beside the project's folder, or is not there."""
WRITTEN = date(2026, 11, 23)
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


def test_the_first_list_has_no_other_old_entries_than_it_names(helplines: Helplines) -> None:
    named = {f"{country} {kind}" for country, kind, _ in OLD_FROM_THE_START}
    assert set(aged(helplines, WRITTEN)) <= named
    assert {line.added for _, _, line in entries(helplines)} >= {WRITTEN.isoformat()}


def _with(country: str, line: Helpline) -> Helplines:
    emergency = Helpline("", "112", "somewhere", "2026-11", added="2026-11-23")
    return Helplines({country: Lines(emergency, None, line)})


@pytest.mark.parametrize(
    ("country", "contact", "as_of", "added", "fault"),
    [
        ("AT", "1", "2026-01", "2026-11-23", ""),
        ("AT", "1", "2023-11-24", "2026-11-23", ""),
        ("AT", "1", "2023-11-23", "2026-11-23", "no source younger than three years"),
        ("AT", "1", "", "2026-11-23", "no source younger than three years"),
        ("AT", "1", "2024-01-01", "2028-01-01", "no source younger than three years"),
        ("AT", "1", "2026-01", "", "no date of being added"),
        ("IE", "1800 341 900", "2016-09-05", "2026-11-23", ""),
        ("IE", "1800 341 901", "2016-09-05", "2026-11-23", "no source younger than three years"),
    ],
)
def test_only_a_new_entry_without_a_fresh_source_is_a_fault(
    country: str, contact: str, as_of: str, added: str, fault: str
) -> None:
    line = Helpline("A", contact, "somewhere", as_of, added=added)
    found = list(faults(_with(country, line)))
    assert len(found) == bool(fault)
    assert fault in "".join(found)


def test_ages_are_reported_in_one_count_and_are_no_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["helplines", "--on", WRITTEN.isoformat()]) == 0
    told = capsys.readouterr().out
    assert told.startswith("11 of 135 entries may have changed: IE dv, ")
    assert told.count("\n") == 1
    assert main(["helplines", "--on", "2040-01-01"]) == 0
    assert capsys.readouterr().out.startswith("135 of 135 entries may have changed")


def test_a_fault_is_red_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = _with("AT", Helpline("A", "1", "somewhere", "2019", added="2026-11-23"))
    monkeypatch.setattr(Helplines, "load", classmethod(lambda _cls: old))
    assert main(["helplines"]) == 1
    assert "content/helplines.csv: AT dv" in capsys.readouterr().out


def test_no_entry_rests_on_a_source_that_forbids_reuse(helplines: Helplines) -> None:
    for where, kind, line in entries(helplines):
        sources = re.split(r"; (?![^(]*\))", line.source)
        assert not all("forbid" in one or "no reuse" in one for one in sources), f"{where} {kind}"


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
            sources = {_bare(source) for source in entry["source"].split("; ") if source}
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
    return {_bare(one) for one in named}, {_bare(one) for one in remarks}


def _bare(source: str) -> str:
    """Give a source without how it was come by, which is of no use to a reader."""
    return re.sub(r" ?\([^()]*(_string|corpus|kept)[^()]*\)", "", source)


def test_every_row_of_the_file_is_whole() -> None:
    with module.DATA.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert all(len(row) == len(head) for row in rows)
