import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import gazetteer, places

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEW_YORK, BERLIN, DAY = -300, 60, 24 * 60
FORMS = ("{:02}:{:02}", "{}.{:02}", "{:02}{:02}", "{}h{:02}")
NO_PLACE = ("Etc/", "SystemV/", "posix/", "right/")


def _of_countries() -> list[tuple[str, str]]:
    """Give every zone of the tz database that lies in a country, with that country."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return [(row[2], row[0]) for row in rows]


ZONES = sorted(
    zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith(NO_PLACE)
)
OF_COUNTRIES = _of_countries()
minutes_of_two_years = st.integers(0, 2 * 366 * DAY).map(
    lambda minutes: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(st.sampled_from(ZONES), minutes_of_two_years)
def test_the_time_on_a_clock_gives_its_offset(zone: str, now: datetime) -> None:
    there = places.offset_at(zone, now)
    offset = places.offset_of(now, places.minutes_at(zone, now))
    assert (offset - there) % DAY == 0
    assert offset == there or not -600 <= there <= 825
    assert places.fits(zone, now, offset)
    assert any(places.offset_at(near, now) == there for near in places.zones_now(now, offset))


@given(st.sampled_from(ZONES), minutes_of_two_years, st.integers(-7, 7))
def test_a_clock_may_go_seven_minutes_wrong(zone: str, now: datetime, wrong: int) -> None:
    right = places.minutes_at(zone, now)
    assert places.offset_of(now, (right + wrong) % DAY) == places.offset_of(now, right)


@given(st.sampled_from(OF_COUNTRIES), minutes_of_two_years)
def test_a_zones_own_city_gives_its_clock(of_country: tuple[str, str], now: datetime) -> None:
    zone, country = of_country
    city = zone.rpartition("/")[2].replace("_", " ")
    _is_offered(city, zone, country, now)
    if zone in gazetteer.zones():
        # The largest may lie over a border: Hanoi goes by the clock of Bangkok.
        largest = gazetteer.zones()[zone]
        _is_offered(largest.name, zone, largest.country, now)


@given(st.sampled_from(OF_COUNTRIES), minutes_of_two_years)
def test_a_zones_country_gives_its_clock(of_country: tuple[str, str], now: datetime) -> None:
    zone, country = of_country
    _is_offered(places.country_name(country, "en"), zone, country, now)
    _is_offered(country.lower(), zone, country, now)


def _is_offered(query: str, zone: str, country: str, now: datetime) -> None:
    there = places.offset_at(zone, now)
    offset = places.offset_of(now, places.minutes_at(zone, now))
    found = places.find(query, now, offset)
    assert any(
        place.country == country and places.offset_at(place.zone, now) == there for place in found
    ), (query, found)


def test_every_zone_has_a_place_and_every_place_a_zone_of_the_database() -> None:
    assert set(gazetteer.zones()) <= zoneinfo.available_timezones()
    assert {zone for zone, _ in OF_COUNTRIES} <= set(gazetteer.zones())


def test_other_names_are_shipped_in_their_plain_form() -> None:
    for names in (gazetteer.by_name(), gazetteer.country_names()):
        assert [name for name in names if gazetteer.fold(name) != name] == []


@pytest.mark.parametrize(
    ("asked", "city", "zone"),
    [
        ("München", "Munich", "Europe/Berlin"),
        ("MUENCHEN", "Munich", "Europe/Berlin"),
        ("munihc", "Munich", "Europe/Berlin"),
        ("Wien", "Vienna", "Europe/Vienna"),
        ("Bombay", "Mumbai", "Asia/Kolkata"),
        ("Kiev", "Kyiv", "Europe/Kyiv"),
        ("Москва", "Moscow", "Europe/Moscow"),
        ("東京", "Tokyo", "Asia/Tokyo"),
        ("القاهرة", "Cairo", "Africa/Cairo"),
        ("lodz", "Łódź", "Europe/Warsaw"),
        ("St Louis", "St. Louis", "America/Chicago"),
        ("ndjamena", "N'Djamena", "Africa/Ndjamena"),
        ("NYC", "New York City", "America/New_York"),
        ("Hawaii", "Honolulu", "Pacific/Honolulu"),
        ("Berlin, Germany", "Berlin", "Europe/Berlin"),
        ("Portland, Oregon", "Portland", "America/Los_Angeles"),
        ("Asia/Kolkata", "Kolkata", "Asia/Kolkata"),
        ("Germny", "Berlin", "Europe/Berlin"),
        ("Schweiz", "Zürich", "Europe/Zurich"),
        ("  portugal ", "Lisbon", "Europe/Lisbon"),
        ("buenos", "Buenos Aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_place_is_found_however_it_is_written(asked: str, city: str, zone: str) -> None:
    first = places.find(asked)[0]
    assert (first.name, first.zone) == (city, zone)


@pytest.mark.parametrize("asked", ["", "   ", "?!", "a", "xqzvkjwplmd", "x" * 4096, "1234", "\0"])
def test_nothing_is_found_for_what_is_no_place(asked: str) -> None:
    assert places.find(asked, NOW, BERLIN) == []
    assert places.country_code(asked) == ""


@given(st.text(max_size=100))
def test_no_text_is_too_strange_to_look_up(text: str) -> None:
    assert len(places.find(text, NOW, NEW_YORK)) <= 8
    assert places.country_code(text) in {"", *places.countries_list("en")}


def test_the_clock_decides_between_places_of_one_name() -> None:
    assert places.find("London", NOW, 0)[0].country == "GB"
    assert places.find("London, Ontario", NOW, NEW_YORK)[0].country == "CA"
    assert places.find("Georgia", NOW, NEW_YORK)[0].name == "Atlanta"
    assert places.find("Georgia", NOW, 240)[0].name == "Tbilisi"


def test_a_country_gives_one_place_a_clock() -> None:
    assert [place.name for place in places.find("Germany", NOW, BERLIN)] == ["Berlin"]
    american = places.find("usa", NOW, NEW_YORK, limit=20)
    assert american[0].name == "New York City"
    assert [place.name for place in american if places.fits(place.zone, NOW, NEW_YORK)] == [
        "New York City"
    ]
    assert {"Los Angeles", "Chicago", "Phoenix", "Denver", "Honolulu"} <= {p.name for p in american}


def test_hawaii_and_samoa_fit_the_clock_that_kiribati_and_tonga_share_with_them() -> None:
    tonga = places.offset_of(NOW, places.minutes_at("Pacific/Tongatapu", NOW))
    assert places.fits("Pacific/Pago_Pago", NOW, tonga)
    hawaii = places.offset_of(NOW, places.minutes_at("Pacific/Honolulu", NOW))
    assert hawaii == -600
    assert places.fits("Pacific/Kiritimati", NOW, hawaii)


def test_likely_places_are_the_largest_of_their_zones_and_show_that_time() -> None:
    likely = places.likely(NOW, NEW_YORK)
    assert likely[0].name in {"Lima", "Bogotá", "New York City"}
    assert len({place.zone for place in likely}) == len(likely) == 12
    assert all(places.offset_at(place.zone, NOW) == NEW_YORK for place in likely)
    assert [p.population for p in likely] == sorted((p.population for p in likely), reverse=True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("UK", "GB"),
        ("england", "GB"),
        ("the netherlands", "NL"),
        ("Deutschland", "DE"),
        ("Germny", "DE"),
        ("de", "DE"),
        ("DEU", "DE"),
        ("Россия", "RU"),
        ("Berlin", "DE"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
    ],
)
def test_a_country_is_read_from_its_name_or_a_city(said: str, code: str) -> None:
    assert places.country_code(said) == code


@pytest.mark.parametrize("said", ["London", "Georgia", "Nigera", "Congo", "San José", "Valencia"])
def test_what_could_be_two_countries_is_none(said: str) -> None:
    assert places.country_code(said) == ""


def test_countries_are_named_in_a_language() -> None:
    assert places.countries_list("de")["AT"] == "Österreich"
    assert places.country_name("AT", "en") == "Austria"
    assert places.country_name("", "en") == ""
    assert places.country_code("Vereinigte Staaten", "de") == "US"


def test_a_zones_countries_come_with_the_most_people_first() -> None:
    assert places.countries_of_zone("Europe/Berlin")[0] == "DE"
    assert places.countries_of_zone("Nowhere/Else") == ()


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("21:40", 1300),
        ("9.40 pm", 1300),
        ("9:40pm", 1300),
        ("9:40 p. m.", 1300),
        ("2140", 1300),
        ("930", 570),
        ("21h40", 1300),
        ("21 h", 1260),
        ("21:40:15", 1300),
        ("21 40", 1300),
        ("２１：４０", 1300),  # noqa: RUF001 - full-width, as East Asian keyboards write it
        ("٢١:٤٠", 1300),
        ("21時40分", 1300),
        ("it is 9:40 pm now", 1300),
        ("9:40 in the evening", 1300),
        ("2 at night", 120),
        ("12:30 at night", 30),
        ("12 am", 0),
        ("12pm", 720),
        ("24:00", 0),
        ("0", 0),
        ("around 9", 540),
    ],
)
def test_a_time_of_day_is_read(said: str, minutes: int) -> None:
    assert places.parse_time(said) == minutes


@pytest.mark.parametrize(
    "said",
    ["", "half", "half past 9", "halb 9", "9:60", "25:10", "13 pm", "1:5", "21:400", "1234567",
     "9 or 10", "-", "at 9 in Paris"],
)  # fmt: skip
def test_what_may_mean_another_time_is_none(said: str) -> None:
    assert places.parse_time(said) is None


@given(
    st.integers(0, DAY - 1), st.sampled_from(["{:02}:{:02}", "{}.{:02}", "{:02}{:02}", "{}h{:02}"])
)
def test_every_minute_is_read_in_every_form(minutes: int, form: str) -> None:
    assert places.parse_time(form.format(*divmod(minutes, 60))) == minutes


@pytest.mark.parametrize(
    ("said", "two"),
    [
        ("7:15 and 21:00", (435, 1260)),
        ("7 and 9pm", (420, 1260)),
        ("12 and 9 pm", (720, 1260)),
        ("07:15-21:00", (435, 1260)),
        ("7h 21h", (420, 1260)),
        ("0700 2100", (420, 1260)),
        ("22:00\N{EN DASH}07:00", (1320, 420)),
        ("10pm to 7am", (1320, 420)),
        ("7 y 21", (420, 1260)),
    ],
)
def test_two_times_are_read_in_their_order(said: str, two: tuple[int, int]) -> None:
    assert places.parse_two_times(said) == two


@pytest.mark.parametrize("said", ["", "7", "7 8 9", "7 and 25", "half 7 and half 9"])
def test_other_than_two_times_is_none(said: str) -> None:
    assert places.parse_two_times(said) is None


@given(st.text(max_size=100))
def test_no_text_is_too_strange_for_a_time(text: str) -> None:
    minutes = places.parse_time(text)
    assert minutes is None or 0 <= minutes < DAY
    two = places.parse_two_times(text)
    assert two is None or all(0 <= minutes < DAY for minutes in two)


def test_a_country_has_one_place_for_each_of_its_clocks() -> None:
    assert [place.zone for place in places.clocks_of("JP", NOW)] == ["Asia/Tokyo"]
    zones = {place.zone for place in places.clocks_of("US", NOW)}
    assert {"America/New_York", "America/Chicago", "America/Denver", "Pacific/Honolulu"} <= zones
    assert all(places.clocks_of(code, NOW) for code in places.countries_list("en"))
