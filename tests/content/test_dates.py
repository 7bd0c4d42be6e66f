"""Dates, times and lists read as each language writes them."""

from datetime import UTC, date, datetime, time

import pytest

from content import dates

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("language", "day", "at", "both"),
    [
        ("en", "Monday 23 November", "20:30", "Monday 23 November, 20:30"),
        ("de", "Montag, 23. November", "20:30", "Montag, 23. November, 20:30"),
        ("pl", "poniedziałek, 23 listopada", "20:30", "poniedziałek, 23 listopada, 20:30"),
        ("ru", "понедельник, 23 ноября", "20:30", "понедельник, 23 ноября, 20:30"),
        ("ja", "11月23日月曜日", "20:30", "11月23日月曜日 20:30"),
        ("hu", "november 23., hétfő", "20:30", "november 23., hétfő 20:30"),
        ("ar", "الاثنين، 23 نوفمبر", "8:30 م", "الاثنين، 23 نوفمبر، 8:30 م"),
        ("he", "יום שני, 23 בנובמבר", "20:30", "יום שני, 23 בנובמבר, 20:30"),
    ],
)
def test_a_moment_is_written_as_its_language_does(
    language: str, day: str, at: str, both: str
) -> None:
    assert dates.date_text(language, DAY) == day
    assert dates.time_text(language, time(20, 30)) == at
    assert dates.day_and_time(language, datetime(2026, 11, 23, 20, 30, tzinfo=UTC)) == both


def test_a_weekday_is_written_out() -> None:
    assert [dates.weekday_text(tag, DAY) for tag in ("en", "de", "pt-br")] == [
        "Monday",
        "Montag",
        "segunda-feira",
    ]


@pytest.mark.parametrize(
    ("items", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")],
)
def test_a_list_is_joined(items: list[str], text: str) -> None:
    assert dates.list_text("en", items) == text


def test_a_language_names_itself() -> None:
    assert [dates.language_name(tag) for tag in ("en", "de", "pt")] == [
        "English",
        "Deutsch",
        "Português",
    ]


@pytest.mark.parametrize(
    ("language", "short", "month", "whole"),
    [
        ("en", "23 Nov", "Nov 2026", "Monday, 23 November 2026"),
        ("de", "23. Nov.", "Nov. 2026", "Montag, 23. November 2026"),
        ("zh", "11月23日", "2026年11月", "2026年11月23日星期一"),
    ],
)
def test_a_date_is_written_shortly_or_with_its_year(
    language: str, short: str, month: str, whole: str
) -> None:
    assert dates.short_text(language, DAY, year=False) == short
    assert dates.short_text(language, DAY, year=True) == month
    assert dates.dated_text(language, DAY) == whole
