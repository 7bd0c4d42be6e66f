"""Dates, times and lists in words, by Babel's (CLDR's) data of each language."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, match_skeleton
from babel.lists import format_list

_REGION = {"en": "en_GB"}
"""The English words name hours on the 24-hour clock and days before months."""
_SHORT_NAMES = re.compile(r"'[^']*'|E+|c+|MMM+|LLL+")
"""Quoted text, and names of days and months, in a pattern of CLDR."""


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_REGION.get(language, language.replace("-", "_")))


def date_text(language: str, day: date) -> str:
    """Write a date without its year: "Monday 23 November"."""
    return format_date(day, _day_pattern(language), locale=_locale(language))


@cache
def _day_pattern(language: str) -> str:
    """Give CLDR's pattern of a day and a month, with their names written out."""
    skeletons = _locale(language).datetime_skeletons
    found = match_skeleton("MMMMEEEEd", skeletons)
    return _SHORT_NAMES.sub(_long, str(skeletons[found]) if found else "EEEE d MMMM")


def _long(short: re.Match[str]) -> str:
    """Write the day and the month out, where a language's pattern has them shortened."""
    return short.group() if short.group()[0] == "'" else short.group()[0] * 4


def dated_text(language: str, day: date) -> str:
    """Write a date with its year: "Monday 23 November 2026"."""
    return format_date(day, "full", locale=_locale(language))


def short_text(language: str, day: date, *, year: bool) -> str:
    """Write a date shortly: "23 Nov", or "Nov 2026" where the year says more than the day."""
    return format_skeleton("yMMM" if year else "MMMd", day, locale=_locale(language))


def time_text(language: str, at: time | datetime) -> str:
    """Write a time of day to the minute, as it stands (no zone is applied): "20:30"."""
    return format_time(at.replace(tzinfo=None), "short", locale=_locale(language))


def weekday_text(language: str, day: date) -> str:
    """Write a day of the week: "Monday"."""
    return format_date(day, "EEEE", locale=_locale(language))


def day_and_time(language: str, local: datetime) -> str:
    """Write a local date and time, as they stand: "Monday 23 November, 20:30"."""
    locale = _locale(language)
    pattern = str(locale.datetime_formats["medium"]).replace("'", "")
    return pattern.replace("{1}", date_text(language, local)).replace(
        "{0}", time_text(language, local)
    )


def list_text(language: str, items: Sequence[str]) -> str:
    """Join items as the language does: "a, b and c"; nothing gives an empty text."""
    return format_list(items, locale=_locale(language)) if items else ""


def language_name(language: str) -> str:
    """Name a language in itself: "English", "Deutsch"."""
    locale = Locale.parse(language, sep="-")
    name = locale.get_language_name(locale.language) or language
    return name[:1].upper() + name[1:]
