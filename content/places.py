"""A zone without a location: from the time on somebody's clock, and a city or country. Pure.

Cities and their zones come from GeoNames (CC BY 4.0): those with 100,000 people or more, the
capitals, and at least one for each zone.
"""

import csv
import gzip
import io
import re
import unicodedata
import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError

DATA = Path(__file__).with_name("places.csv.gz")
QUARTER = 15
"""Minutes: every offset in use today is a multiple of it."""
EAST = 14 * 60
"""Minutes: the largest offset in use; the smallest is 10 hours less than a day behind it."""
DAY = 24 * 60
CLOSE = 0.8
"""How alike a misspelt name has to be (difflib's ratio)."""
LONGEST_QUERY = 60


@dataclass(frozen=True, slots=True)
class Place:
    """A city with its ISO country code, IANA zone and population."""

    name: str
    country: str
    zone: str
    population: int


def fold(text: str) -> str:
    """Bring a name to its plain form: no accents, no case, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


@cache
def _places() -> tuple[Place, ...]:
    return tuple(place for place, _ in _rows())


@cache
def _by_name() -> dict[str, tuple[Place, ...]]:
    """Index the cities by every name they have, largest first (the data's own order)."""
    index: dict[str, list[Place]] = {}
    for place, names in _rows():
        for name in names:
            index.setdefault(name, []).append(place)
    return {name: tuple(found) for name, found in index.items()}


@cache
def _rows() -> tuple[tuple[Place, frozenset[str]], ...]:
    text = gzip.decompress(DATA.read_bytes()).decode()
    rows = []
    zones = set()
    for row in csv.DictReader(io.StringIO(text)):
        place = Place(row["name"], row["country"], row["zone"], int(row["population"]))
        names = [row["name"], *(also for also in row["also"].split("|") if also)]
        if place.zone not in zones:  # the largest one answers to the zone's own name as well
            zones.add(place.zone)
            names.append(place.zone.rpartition("/")[2].replace("_", " "))
        rows.append((place, frozenset(map(fold, names))))
    return tuple(rows)


@cache
def countries_list(language: str) -> dict[str, str]:
    """Give the names of all countries that have a zone, by ISO code, in a language."""
    codes = {place.country for place in _places()}
    names = _locale(language).territories
    return {code: names[code] for code in sorted(codes) if code in names}


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_") or "en")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def country_name(code: str, language: str) -> str:
    """Give a country's name in a language; empty for an empty code."""
    return _locale(language).territories.get(code, code)


@cache
def _country_names(language: str) -> dict[str, str]:
    """Give every way to name a country: in this language, in English, by its code."""
    names: dict[str, str] = {}
    for tongue in ("en", language):
        for code, name in countries_list(tongue).items():
            names[fold(name)] = code
            names[code.casefold()] = code
    return {**names, **{name: code for name, code in _SPOKEN.items() if code in names.values()}}


_SPOKEN = {
    "usa": "US", "america": "US", "united states of america": "US", "the states": "US",
    "uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "great britain": "GB",
    "britain": "GB", "northern ireland": "GB", "holland": "NL", "the netherlands": "NL",
    "czech republic": "CZ", "turkey": "TR", "uae": "AE", "korea": "KR", "ivory coast": "CI",
    "burma": "MM", "deutschland": "DE", "espana": "ES", "osterreich": "AT", "schweiz": "CH",
    "suisse": "CH", "italia": "IT", "brasil": "BR", "polska": "PL", "sverige": "SE",
    "norge": "NO", "danmark": "DK", "suomi": "FI", "turkiye": "TR", "hellas": "GR",
}  # fmt: skip
"""Names that people use, folded, beside those of CLDR."""


def country_code(query: str, language: str = "en") -> str:
    """Read a country's name, or that of a city in it; empty when it is neither."""
    asked = fold(query[:LONGEST_QUERY])
    names = _country_names(language)
    if asked in names:
        return names[asked]
    near = get_close_matches(asked, names, n=1, cutoff=CLOSE)
    if near and len(asked) > 3:  # noqa: PLR2004 - shorter ones are codes and chance
        return names[near[0]]
    cities = find(query)
    return cities[0].country if cities else ""


def countries_of_zone(zone: str) -> tuple[str, ...]:
    """Give the countries that lie in a zone or share its clock's name, most people first."""
    people: dict[str, int] = {}
    for place in _places():
        if place.zone == zone:
            people[place.country] = people.get(place.country, 0) + place.population
    return tuple(sorted(people, key=lambda code: -people[code]))


def offset_at(zone: str, now: datetime) -> int:
    """Give a zone's distance from UTC, in minutes east."""
    shift = now.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() or timedelta()
    return int(shift.total_seconds() // 60)


def minutes_at(zone: str, now: datetime) -> int:
    """Give the time of day in a zone, in minutes since midnight."""
    there = now.astimezone(zoneinfo.ZoneInfo(zone))
    return there.hour * 60 + there.minute


def offset_of(now: datetime, minutes: int) -> int:
    """Give the offset (minutes east, −600 to 840) of a clock that shows this time now.

    Rounded to a quarter of an hour, for clocks that go a little wrong.
    """
    here = now.hour * 60 + now.minute
    offset = round((minutes - here) / QUARTER) * QUARTER % DAY
    return offset if offset <= EAST else offset - DAY


def find(
    query: str, now: datetime | None = None, offset: int | None = None, limit: int = 8
) -> list[Place]:
    """Find places by the name of a city or country; small typos are forgiven.

    Those whose clock shows the given offset come first, then the larger ones.
    """
    asked = fold(query[:LONGEST_QUERY])
    if not asked:
        return []
    found = list(_matching(asked))
    if now is not None and offset is not None:
        found.sort(key=lambda place: offset_at(place.zone, now) != offset)
    return found[:limit]


def _matching(asked: str) -> Sequence[Place]:
    code = _country_names("en").get(asked)
    if code:
        return _biggest_by_zone(place for place in _places() if place.country == code)
    names = _by_name()
    if asked in names:
        return names[asked]
    beginning = {p for name, ps in names.items() if name.startswith(asked) for p in ps}
    if beginning and len(asked) > 2:  # noqa: PLR2004 - two letters begin too many names
        return sorted(beginning, key=lambda place: -place.population)
    near = get_close_matches(asked, [*names, *_country_names("en")], n=3, cutoff=CLOSE)
    for name in near:
        if name in names:
            return names[name]
        return _matching(name)
    return ()


def _biggest_by_zone(places: Iterator[Place]) -> list[Place]:
    """Give the largest place of each zone, largest first."""
    biggest: dict[str, Place] = {}
    for place in places:
        biggest.setdefault(place.zone, place)
    return sorted(biggest.values(), key=lambda place: -place.population)


def likely(now: datetime, offset: int, limit: int = 12) -> list[Place]:
    """Give the largest city of each zone whose clock shows this offset now."""
    there = (place for place in _places() if offset_at(place.zone, now) == offset)
    return _biggest_by_zone(there)[:limit]


_TIME = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})(?:\s*[:.h\u2236]\s*(?P<minute>\d{2}))?\s*(?P<half>[ap])?\.?m?\.?",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<!\d)(\d{2})(\d{2})(?!\d)")


def parse_time(text: str) -> int | None:
    """Read a time of day such as 21:40, 9.40 pm, 2140, 21h40; minutes since midnight or None."""
    found = _times(text)
    return found[0] if len(found) == 1 else None


def parse_two_times(text: str) -> tuple[int, int] | None:
    """Read two times of day such as '7:15 and 21:00'."""
    found = _times(text)
    return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 - two


def _times(text: str) -> list[int]:
    """Read every time in a text; digits of any script, full-width ones too."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_QUERY])
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)
    plain = _BARE.sub(r"\1:\2", plain)
    read = [_minutes(match) for match in _TIME.finditer(plain)]
    return [] if None in read else [minutes for minutes in read if minutes is not None]


def _minutes(match: re.Match[str]) -> int | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a day
