"""The preview over HTTP: its page, its clock, the people who come, and what is behind."""

import asyncio
import errno
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.errors import BotError
from bot.preview.run import opened
from bot.preview.server import PAGE
from bot.settings import Settings
from scheduler.clock import MovedClock, SystemClock
from tests.kit import START, StillClock
from tests.kit.preview import Visitor, visiting

FILES = sorted(PAGE.iterdir())
FIRST_DAYS = "the-first-days"
WHOLE_LIFE = "apology-on-day-4"


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with visiting() as made:
        yield made


# the page


async def test_the_page_is_served_and_keeps_to_itself(visitor: Visitor) -> None:
    page = await visitor.http.get("/")
    for address in re.findall(r'(?:href|src)="(page/[^"]+)"', page.text):
        assert (await visitor.http.get(f"/{address}")).status_code == 200
    style = await visitor.http.get("/page/app.js")
    assert style.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_a_name_of_somebody_elses_that_leads_here_gets_nothing(visitor: Visitor) -> None:
    rebound = await visitor.http.get("/preview/people", headers={"host": "elsewhere.example"})
    assert rebound.status_code == 400
    assert visitor.here.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_of_the_page_names_another_host(file: Path) -> None:
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]+", file.read_text()) == []


def test_every_element_and_module_that_the_script_asks_for_is_there() -> None:
    ids = set(re.findall(r'\bid="([^"]+)"', (PAGE / "index.html").read_text()))
    script = "".join(file.read_text() for file in FILES if file.suffix == ".js")
    assert set(re.findall(r'\$\("([^"]+)"\)', script)) <= ids
    modules = {file.name for file in FILES}
    assert set(re.findall(r'from "\./([^"]+)"', script)) <= modules


async def test_a_port_in_use_is_named(visitor: Visitor) -> None:
    port = int(visitor.here.url.rpartition(":")[2])
    with pytest.raises(BotError, match=f"port {port} on 127.0.0.1 is in use") as told:
        async with opened(Settings.model_construct(), StillClock(), port):
            pass
    assert isinstance(told.value.__cause__, OSError)
    assert told.value.__cause__.errno == errno.EADDRINUSE


async def test_settings_for_the_real_bot_reach_nobody_from_here() -> None:
    settings = Settings.model_construct(
        public_url="https://bot.example.org", webhook_secret="s" * 20, redis_url="redis://10.0.0.1"
    )
    async with opened(settings, StillClock()) as here:
        assert here.app.webhook is None
        assert here.app.alone


# the clock


async def test_the_clock_says_what_comes_next_and_why(visitor: Visitor) -> None:
    sam = await visitor.comes(transcript=FIRST_DAYS, days=0)
    await visitor.arrives(sam)
    shown = await visitor.get(f"/preview/clock?person={sam}")
    assert isinstance(shown["coming"], list)
    first = shown["coming"][0]
    assert (first["what"], first["why"]) == ("lesson", "the morning hour you chose")
    assert first["at"] == "2027-03-02T07:00:00Z"  # Sam is in Berlin
    assert shown["now"] == "2027-03-01T09:00:00Z"
    assert (shown["pace"], shown["tapping"], shown["waits"]) == (1, False, None)


async def test_where_nothing_comes_it_says_why(visitor: Visitor) -> None:
    sam = await visitor.comes(name="Sam")
    fresh = await visitor.get(f"/preview/clock?person={sam}")
    assert fresh["waits"] == "Nothing is kept yet, and nothing comes: they have not agreed."
    assert (await visitor.clock(sam, to="next"))["stopped"] == fresh["waits"]
    assert (await visitor.clock(sam, to="step"))["stopped"] == fresh["waits"]
    assert visitor.here.steering.clock.now() == START


async def test_next_message_stops_where_the_bot_writes(visitor: Visitor) -> None:
    sam = await visitor.comes(transcript=FIRST_DAYS, days=0)
    await visitor.arrives(sam)
    moved = await visitor.clock(sam, to="next")
    assert moved["now"] == "2027-03-02T07:00:00Z"
    assert visitor.here.steering.standin.people()[0].last.text.startswith("It makes sense")


async def test_an_hour_a_day_and_a_step_are_what_they_say(visitor: Visitor) -> None:
    sam = await visitor.comes(transcript=FIRST_DAYS, days=0)
    await visitor.arrives(sam)
    assert (await visitor.clock(sam, seconds=3600))["now"] == "2027-03-01T10:00:00Z"
    assert (await visitor.clock(sam, seconds=86400))["now"] == "2027-03-02T10:00:00Z"
    await visitor.clock(sam, tapping=True)
    async with asyncio.timeout(60):  # the whole program by script: under a minute
        ends = [(await visitor.clock(sam, to="step"))["now"] for _ in range(6)]
    days = [str(end)[5:10] for end in ends]
    # Steps end on days 4, 8, 12, 15 and 21; the weeks after with the closing, day 78.
    assert days == ["03-05", "03-09", "03-13", "03-16", "03-22", "05-18"]
    assert (await visitor.clock(sam, to="next"))["stopped"] == "The program is over."


async def test_who_answers_nothing_gets_to_the_end_of_the_step_too(visitor: Visitor) -> None:
    sam = await visitor.comes(transcript=FIRST_DAYS, days=0)
    await visitor.arrives(sam)
    moved = await visitor.clock(sam, to="step")
    assert (str(moved["now"])[5:10], moved["stopped"]) == ("03-05", None)


async def test_time_runs_a_day_a_minute_when_told_to(visitor: Visitor) -> None:
    sam = await visitor.comes(transcript=FIRST_DAYS, days=0)
    await visitor.arrives(sam)
    await visitor.clock(sam, pace=1440)
    clock = visitor.here.steering.clock
    before = clock.now()
    while clock.now() < before + timedelta(minutes=24):  # a second, if the machine is idle
        await visitor.get("/preview/clock")
    await visitor.clock(sam, pace=1)
    async with visitor.here.steering.alone():
        stands = clock.now()
    await visitor.get("/preview/clock")
    assert clock.now() == stands


@pytest.mark.parametrize(
    "body",
    [{}, {"seconds": -1}, {"seconds": True}, {"seconds": 1e12}, [], {"pace": 7}, {"pace": True},
     {"tapping": 1}, {"to": "moon"}],
)  # fmt: skip
async def test_a_move_that_makes_no_sense_is_refused(visitor: Visitor, body: object) -> None:
    sam = await visitor.comes(name="Sam")
    refused = await visitor.http.post(f"/preview/clock?person={sam}", json=body)
    assert refused.status_code == 400
    assert visitor.here.steering.clock.now() == START


# people


async def test_a_recorded_person_comes_at_the_day_that_was_asked_for(visitor: Visitor) -> None:
    listed = await visitor.get("/preview/people")
    assert isinstance(listed["transcripts"], list)
    days = next(one["days"] for one in listed["transcripts"] if one["name"] == FIRST_DAYS)
    sam = await visitor.comes(transcript=FIRST_DAYS, days=days.index("Day 2"))
    await visitor.arrives(sam)
    shown = await visitor.get(f"/preview/people/{sam}/behind")
    assert isinstance(shown["state"], list)
    rows = {name: value for group in shown["state"] for name, value in group["rows"]}
    assert rows["day"].startswith("2 of 21 (d02)")


async def test_two_recorded_people_live_one_after_the_other(visitor: Visitor) -> None:
    first = await visitor.comes(transcript=FIRST_DAYS, days=1)
    second = await visitor.comes(transcript="the-first-days-discreet", days=1)
    await visitor.arrives(first)
    await visitor.arrives(second)
    one, two = visitor.here.steering.standin.people()
    assert "the birthday dinner" in [message.text for message in one.messages]
    assert {message.text for message in two.received} & {"A note is ready.", "Closed."}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"transcript": "nobody"}, "there is no such transcript; there are: "),
        ({"transcript": FIRST_DAYS, "days": 99}, "days: a whole number from 0 to "),
        ({"transcript": FIRST_DAYS, "days": True}, "days: a whole number from 0 to "),
        ({"transcript": FIRST_DAYS}, "days: a whole number from 0 to "),
        ({"zone": "Moon/Tycho"}, "there is no time zone 'Moon/Tycho'"),
    ],
)
async def test_who_cannot_come_is_told_why(
    visitor: Visitor, body: dict[str, object], why: str
) -> None:
    answer = await visitor.http.post("/preview/people", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(why)


async def test_a_walked_conversation_is_handed_out_as_a_transcript(visitor: Visitor) -> None:
    sam = await visitor.comes(name="Noor", zone="Asia/Kathmandu")
    empty = await visitor.http.get(f"/preview/people/{sam}/transcript")
    assert (empty.status_code, empty.json()["error"]) == (
        409,
        "nothing has happened in this chat yet",
    )
    await visitor.http.post(f"/preview/people/{sam}/say", json={"text": "/start"})
    await visitor.here.steering.settled()
    text = (await visitor.http.get(f"/preview/people/{sam}/transcript")).text
    assert "zone: Asia/Kathmandu\n" in text
    assert "14:45 Noor writes: /start\n14:45 bot silently says 1:\n" in text


# behind the scenes


async def test_behind_the_scenes_shows_all_that_is_kept_and_what_is_sealed(
    visitor: Visitor,
) -> None:
    sam = await visitor.comes(transcript=FIRST_DAYS, days=2)
    await visitor.arrives(sam)
    shown = await visitor.get(f"/preview/people/{sam}/behind")
    assert isinstance(shown["redis"], list)
    fields = [
        (key["key"][5], field["name"], field["sealed"])
        for key in shown["redis"]
        for field in key["fields"]
    ]
    assert ("p", "k", True) in fields
    assert ("p", "s", True) in fields
    assert ("p", "r", False) in fields
    assert ("w", "record 1", True) in fields
    store = visitor.here.app.participants.store
    words = await store.words(store.pid_of(sam))
    assert len([name for _, name, _ in fields if name.startswith("record")]) == len(words)
    assert "birthday" not in str(shown["redis"])


async def test_decisions_are_told_in_plain_words_newest_first(visitor: Visitor) -> None:
    sam = await visitor.comes(transcript=FIRST_DAYS, days=1)
    await visitor.arrives(sam)
    shown = await visitor.get(f"/preview/people/{sam}/behind")
    assert isinstance(shown["decisions"], list)
    told = [(one["event"], one["then"]) for one in shown["decisions"]]
    assert told[0][0] == "wrote “a hand on my arm would have been enough”"
    assert "seals and keeps record 2, an answer to incident.wished" in told[0][1]
    assert ("tapped “In-laws” under incident.who", [
        "says incident.did (in place of the tapped message)"
    ]) in told  # fmt: skip
    times = [one["at"] for one in shown["decisions"]]
    assert times == sorted(times, reverse=True)


async def test_of_a_stranger_nothing_is_behind_the_scenes(visitor: Visitor) -> None:
    sam = await visitor.comes(name="Sam")
    await visitor.http.post(f"/preview/people/{sam}/say", json={"text": "/start"})
    await visitor.here.steering.settled()
    shown = await visitor.get(f"/preview/people/{sam}/behind")
    assert shown == {"person": None, "state": [], "coming": [], "decisions": [], "redis": []}


async def test_whoever_is_not_there_is_not_found(visitor: Visitor) -> None:
    for path in ("behind", "transcript"):
        answer = await visitor.http.get(f"/preview/people/1/{path}")
        assert answer.status_code == 404
    assert isinstance(visitor.http, httpx.AsyncClient)


async def test_a_recorded_person_gets_through_a_whole_life_on_a_clock_that_runs() -> None:
    now = SystemClock()
    async with visiting(MovedClock(now, START - now.now())) as visitor:
        listed = await visitor.get("/preview/people")
        assert isinstance(listed["transcripts"], list)
        days = next(one["days"] for one in listed["transcripts"] if one["name"] == WHOLE_LIFE)
        sam = await visitor.comes(transcript=WHOLE_LIFE, days=days.index("Day 25"))
        await visitor.arrives(sam)
        (person,) = visitor.here.steering.standin.people()
        assert not [toast for toast in person.toasts if toast.alert]
