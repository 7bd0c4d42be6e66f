"""The shipped names of places: cities with their zones, countries with what people call them.

Cities come from GeoNames (CC BY 4.0), names of countries from CLDR; content/author/gazetteer.py
makes both files. They are read once, when first asked for.
"""

import csv
import gzip
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PLACES = Path(__file__).with_name("places.csv.gz")
COUNTRIES = Path(__file__).with_name("countries.csv")
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode does not take apart."""
_SILENT = re.compile("['`.\u2019\u02bb\u02bc]")
"""Dots and apostrophes, which people leave out."""
_SAINT = re.compile(r"\bst(?= \w)")


@dataclass(frozen=True, slots=True)
class Place:
    """A city with its ISO country code, IANA zone and population."""

    name: str
    country: str
    zone: str
    population: int


def fold(text: str) -> str:
    """Bring a name to its plain form: no accents, no case, "St." as "saint", single spaces."""
    plain = unicodedata.normalize("NFKD", _SILENT.sub("", text).casefold()).translate(_PLAIN)
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return _SAINT.sub("saint", " ".join(letters.split()))


@cache
def _rows() -> tuple[tuple[Place, Sequence[str]], ...]:
    _, *rows = csv.reader(io.StringIO(gzip.decompress(PLACES.read_bytes()).decode()))
    return tuple(
        (Place(name, country, zone, int(population)), also.split("|") if also else ())
        for name, country, zone, population, also in rows
    )


@cache
def places() -> tuple[Place, ...]:
    """Give all places, largest first."""
    return tuple(place for place, _ in _rows())


@cache
def by_name() -> Mapping[str, Sequence[Place]]:
    """Give the places of every folded name: those with it as their first name, then the others."""
    found: dict[str, list[Place]] = {}
    for place in places():
        found.setdefault(fold(place.name), []).append(place)
    for place, also in _rows():
        for name in also:
            found.setdefault(name, []).append(place)
    found.pop("", None)
    return found


@cache
def zones() -> Mapping[str, Place]:
    """Give every zone with its largest place, in the order of these places' sizes."""
    found: dict[str, Place] = {}
    for place in places():
        found.setdefault(place.zone, place)
    return found


@cache
def country_names() -> Mapping[str, str]:
    """Give the code of every folded name of a country: English, its own, ISO codes, spoken."""
    names: dict[str, str] = {}
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for name in row["names"].split("|"):
            names.setdefault(name, row["code"])
    return {**names, **{row["code"].casefold(): row["code"] for row in rows}}
