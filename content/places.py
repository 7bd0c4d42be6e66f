"""A zone without a location: from the time on somebody's clock, and a city or country. Pure."""

import re
import unicodedata
import zoneinfo
from bisect import bisect_left
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from itertools import takewhile

from babel import Locale
from babel.core import UnknownLocaleError, get_global

from content import gazetteer
from content.gazetteer import Place, fold

__all__ = [
    "Place",
    "clocks_of",
    "countries_list",
    "countries_of_zone",
    "country_code",
    "country_name",
    "find",
    "fits",
    "likely",
    "minutes_at",
    "offset_at",
    "offset_of",
    "parse_time",
    "parse_two_times",
    "place_name",
    "zone_name",
    "zones_now",
]

QUARTER = 15
"""Minutes: every offset in use today is a multiple of it."""
WEST = -10 * 60
"""Minutes: the smallest offset that `offset_of` gives."""
DAY = 24 * 60
CLOSE = 0.8
"""How alike a misspelt name has to be (difflib's ratio)."""
SHORT = 3
"""Letters: fewer begin too many names, and resemble too many."""
LONGEST_QUERY = 60
STATES = frozenset({"georgia"})
"""Countries that share their name with a state where many people live."""
_PARTS = re.compile(r"[,;/|\n]")


@cache
def countries_list(language: str) -> dict[str, str]:
    """Give the names of all countries that have a zone, by ISO code, in a language."""
    names = _locale(language).territories
    codes = sorted({place.country for place in gazetteer.places()})
    return {code: names[code] for code in codes if code in names}


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_") or "en")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def country_name(code: str, language: str) -> str:
    """Give a country's name in a language; empty for an empty code."""
    return str(_locale(language).territories.get(code, code))


def country_code(query: str, language: str = "en") -> str:
    """Read a country's name, or that of a city that lies in one country only; else empty.

    Helplines hang on the answer, so what could mean two countries gives none.
    """
    asked = fold(query[:LONGEST_QUERY])
    own = {fold(name): code for code, name in countries_list(language).items()}
    names = {**gazetteer.country_names(), **own}
    if asked in names and asked not in STATES:
        return names[asked]
    codes = {place.country for place in _named(asked)}
    codes = codes or {names[name] for name in _alike(asked, names)}
    return codes.pop() if len(codes) == 1 else ""


@cache
def _former_names() -> dict[str, str]:
    """Give the names under which CLDR still keeps some zones: Asia/Calcutta for Asia/Kolkata."""
    return {new: old for old, new in get_global("zone_aliases").items()}


def zone_name(zone: str, language: str) -> str:
    """Name a zone by its city, as a language calls it ("Berlin", "برلين"), as far as CLDR knows."""
    known = _locale(language).time_zones
    names = (known.get(name, {}).get("city") for name in (zone, _former_names().get(zone, zone)))
    return next(filter(None, names), None) or zone.rpartition("/")[2].replace("_", " ")


def place_name(place: Place, language: str) -> str:
    """Name a place; the largest one of a zone as the language calls that zone's city.

    CLDR knows other names for the cities of zones only, so smaller places keep their own.
    """
    english = zone_name(place.zone, "en")
    is_its_city = place.name == english or place.name.removesuffix(" City") == english
    return zone_name(place.zone, language) if is_its_city and language != "en" else place.name


def countries_of_zone(zone: str) -> tuple[str, ...]:
    """Give the countries whose places have this zone, most people first."""
    people: dict[str, int] = {}
    for place in gazetteer.places():
        if place.zone == zone:
            people[place.country] = people.get(place.country, 0) + place.population
    return tuple(sorted(people, key=lambda code: -people[code]))


@cache
def _clock_of(zone: str) -> zoneinfo.ZoneInfo:
    """Keep every zone: the library keeps eight, and `likely` asks hundreds while a chat waits."""
    return zoneinfo.ZoneInfo(zone)


def offset_at(zone: str, now: datetime) -> int:
    """Give a zone's distance from UTC, in minutes east."""
    shift = now.astimezone(_clock_of(zone)).utcoffset() or timedelta()
    return int(shift.total_seconds() // 60)


def minutes_at(zone: str, now: datetime) -> int:
    """Give the time of day in a zone, in minutes since midnight."""
    there = now.astimezone(_clock_of(zone))
    return there.hour * 60 + there.minute


def offset_of(now: datetime, minutes: int) -> int:
    """Give the offset (minutes east, -600 to 825) of a clock that shows this time at `now` (UTC).

    Rounded to a quarter of an hour, for clocks that go a little wrong. A time of day has no date:
    the few places west of -600 or east of 825 get the offset a day away, and still `fits` them.
    """
    here = now.hour * 60 + now.minute
    offset = round((minutes - here) / QUARTER) * QUARTER % DAY
    return offset if offset < WEST + DAY else offset - DAY


def fits(zone: str, now: datetime, offset: int) -> bool:
    """Tell whether clocks in a zone show the time of day of this offset."""
    return (offset_at(zone, now) - offset) % DAY == 0


def zones_now(now: datetime, offset: int) -> list[str]:
    """Give the zones whose clocks show this offset's time of day, most populous city first."""
    return [zone for zone in gazetteer.zones() if fits(zone, now, offset)]


def likely(now: datetime, offset: int, limit: int = 12) -> list[Place]:
    """Give the largest city of each zone whose clock shows this offset's time of day."""
    return [gazetteer.zones()[zone] for zone in zones_now(now, offset)[:limit]]


def find(
    query: str, now: datetime | None = None, offset: int | None = None, limit: int = 8
) -> list[Place]:
    """Find places by the name of a city or country ("Berlin", "Berlin, Germany", "Germany").

    A country gives its largest place of each clock. Small typos are forgiven. Those whose clock
    shows the given offset's time of day come first, then the better and larger ones.
    """
    text = query[:LONGEST_QUERY]
    parts = [part for part in map(fold, _PARTS.split(text)) if part]
    asked = dict.fromkeys((fold(text), *parts)) if parts else ()
    ways = (_named, _beginning, _resembling)
    found = next((places for way in ways for name in asked if (places := way(name))), [])
    if len(parts) > 1:
        found = _narrowed(found, parts[1:])
    clocks = _one_a_clock(found, now)
    if now is not None and offset is not None:
        clocks.sort(key=lambda place: not fits(place.zone, now, offset))
    return clocks[:limit]


def clocks_of(country: str, now: datetime) -> list[Place]:
    """Give the largest place of each clock that a country (by its code) has."""
    return _one_a_clock((p for p in gazetteer.places() if p.country == country), now)


def _named(name: str) -> list[Place]:
    """Give the places of a country of exactly this name, then the cities."""
    code = gazetteer.country_names().get(name)
    there = [place for place in gazetteer.places() if place.country == code] if code else []
    return [*there, *gazetteer.by_name().get(name, ())]


@cache
def _all_names() -> tuple[str, ...]:
    return tuple(sorted({*gazetteer.by_name(), *gazetteer.country_names()}))


def _beginning(start: str) -> list[Place]:
    if len(start) < SHORT:
        return []
    names = _all_names()
    begun = takewhile(lambda name: name.startswith(start), names[bisect_left(names, start) :])
    found = {place for name in begun for place in _named(name)}
    return sorted(found, key=lambda p: (not fold(p.name).startswith(start), -p.population, p.zone))


def _resembling(name: str) -> list[Place]:
    return [place for near in _alike(name, _all_names()) for place in _named(near)]


def _alike(name: str, names: Collection[str]) -> list[str]:
    """Give up to three names that resemble this one, and share its beginning or end; best first."""
    if len(name) <= SHORT:
        return []
    near = [
        other
        for other in names
        if abs(len(other) - len(name)) <= 2  # noqa: PLR2004 - letters too many or too few
        and (other[0] == name[0] or other[-SHORT:] == name[-SHORT:])
    ]
    return get_close_matches(name, near, n=3, cutoff=CLOSE)


def _narrowed(found: list[Place], rest: list[str]) -> list[Place]:
    """Keep what lies where the rest of "Portland, Oregon" says; if nothing does, take both."""
    there = [place for name in rest for place in _named(name)]
    zones = {(place.country, place.zone) for place in there}
    return [p for p in found if (p.country, p.zone) in zones] or [*found, *there]


def _one_a_clock(places: Iterable[Place], now: datetime | None) -> list[Place]:
    """Keep one place, the first, of those in one country whose clocks agree for two years."""
    zones: dict[tuple[str, str], Place] = {}
    for place in places:
        zones.setdefault((place.country, place.zone), place)
    if now is None:
        return list(zones.values())
    kept: dict[tuple[str, tuple[int, ...]], Place] = {}
    for place in zones.values():
        kept.setdefault((place.country, _clock(place.zone, now)), place)
    return list(kept.values())


def _clock(zone: str, now: datetime) -> tuple[int, ...]:
    """Give a zone's offsets over two years, twice a month."""
    return tuple(offset_at(zone, now + timedelta(days=15 * n)) for n in range(49))


_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})(?!\d)"
    r"(?:\s*[:.h\u2236時时點点시]\s*(?P<minute>\d{2})(?![\dh])(?:[:.]\d{2}(?!\d))?)?(?![:.]\d)"
    r"(?:\s*h\b)?(?:\s*(?P<half>[ap])(?:\.?\s?m\b\.?|\b))?",
    re.IGNORECASE,
)
"""An hour, perhaps minutes (seconds are passed over), perhaps am or pm."""
_BARE = re.compile(r"(?<![\d:.])(\d{1,2})([0-5]\d)(?![\d:.])")
_SPACED = re.compile(r"\s*(\d{1,2})\s+([0-5]\d)\s*")
_LATER = re.compile(r"\b(?:(?P<late>afternoon|evening)|(?:to)?night)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_KNOWN = {"about", "around", "oclock", "clock", "between", "from", "till", "until", "morning"}
"""Words beside a bare hour that leave it as it is; "half past nine" and its like do not."""
NOON = 12


def parse_time(text: str) -> int | None:
    """Read a time of day such as 21:40, 9.40 pm, 2140, 21h40; minutes since midnight or None."""
    plain = _digits(text)
    spaced = _SPACED.fullmatch(plain)
    found = _times(f"{spaced[1]}:{spaced[2]}" if spaced else plain)
    return found[0] if len(found) == 1 else None


def parse_two_times(text: str) -> tuple[int, int] | None:
    """Read two times of day such as '7:15 and 21:00'."""
    found = _times(_digits(text))
    return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 - two


def _digits(text: str) -> str:
    """Write digits of any script, full-width ones too, as 0 to 9."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_QUERY])
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)


def _times(text: str) -> list[int]:
    """Read every time in a text; none when one of them is no time of day, or may mean another."""
    found = list(_TIME.finditer(_BARE.sub(r"\1:\2", text)))
    words = {word.casefold() for word in _WORD.findall(_LATER.sub("", text))}
    if words - _KNOWN and not all(match["minute"] or match["half"] for match in found):
        return []
    later = _LATER.search(text) if len(found) == 1 else None
    read = [_minutes(match, later) for match in found]
    return [] if None in read else [minutes for minutes in read if minutes is not None]


def _minutes(match: re.Match[str], later: re.Match[str] | None) -> int | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").lower()
    if half:
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if half == "p" else 0)
    elif later:
        hour = _in_words(hour, at_night=later["late"] is None)
    if (hour, minute) == (24, 0):
        return 0
    return hour * 60 + minute if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a day


def _in_words(hour: int, *, at_night: bool) -> int:
    """Give the hour of "9 in the evening", "2 at night", "12 at night"."""
    if at_night and hour == NOON:
        return 0
    earliest = 6 if at_night else 1
    return hour + NOON if earliest <= hour < NOON else hour
