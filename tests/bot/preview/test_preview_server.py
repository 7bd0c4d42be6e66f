"""The preview's page and its clock."""

import errno
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.preview.server import PAGE, create_app, serving
from bot.preview.standin import StandIn
from tests.kit import START, StillClock

FILES = sorted(PAGE.iterdir())


class Program:
    """Something that is due at certain times, of which only some bring a message."""

    def __init__(self, due: list[datetime], empty: set[datetime] | None = None) -> None:
        self.clock = StillClock()
        self.standin = StandIn(self.clock)
        self.sam = self.standin.person()
        self._due = due
        self._empty = empty or set()

    async def move(self, seconds: float) -> None:
        self.clock.move(timedelta(seconds=seconds))
        while self._due and self._due[0] <= self.clock.now():
            if self._due.pop(0) not in self._empty:
                self.sam.says("/next")

    async def next_due(self) -> datetime | None:
        return self._due[0] if self._due else None


@asynccontextmanager
async def opened(program: Program) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        program.standin, clock=program.clock, move=program.move, next_due=program.next_due
    )
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as http:
        yield http


async def test_the_page_is_served_and_keeps_to_itself() -> None:
    async with opened(Program([])) as http:
        page = await http.get("/")
        for address in re.findall(r'(?:href|src)="(page/[^"]+)"', page.text):
            assert (await http.get(f"/{address}")).status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_of_the_page_names_another_host(file: Path) -> None:
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]+", file.read_text()) == []


def test_every_element_and_module_that_the_script_asks_for_is_there() -> None:
    ids = set(re.findall(r'\bid="([^"]+)"', (PAGE / "index.html").read_text()))
    script = "".join(file.read_text() for file in FILES if file.suffix == ".js")
    assert set(re.findall(r'\$\("([^"]+)"\)', script)) <= ids
    modules = {file.name for file in FILES}
    assert set(re.findall(r'from "\./([^"]+)"', script)) <= modules


async def test_the_clock_is_shown_and_moved() -> None:
    program = Program([START + timedelta(hours=5)])
    async with opened(program) as http:
        shown = (await http.get("/preview/clock")).json()
        moved = (await http.post("/preview/clock", json={"seconds": 3600})).json()
    assert shown == {
        "now": "2027-03-01T09:00:00Z",
        "next_due": "2027-03-01T14:00:00Z",
        "can_move": True,
    }
    assert moved["now"] == "2027-03-01T10:00:00Z"


async def test_next_message_passes_by_what_brings_none() -> None:
    dues = [START + timedelta(hours=number) for number in (1, 2, 3)]
    program = Program(list(dues), empty={dues[0]})
    async with opened(program) as http:
        moved = (await http.post("/preview/clock", json={"to": "next"})).json()
    assert moved["now"] == "2027-03-01T11:00:00Z"
    assert len(program.sam.messages) == 1


async def test_next_message_says_when_nothing_is_planned() -> None:
    async with opened(Program([])) as http:
        answer = await http.post("/preview/clock", json={"to": "next"})
    assert (answer.status_code, answer.json()) == (409, {"error": "nothing is planned"})


@pytest.mark.parametrize("body", [{}, {"seconds": -1}, {"seconds": True}, {"seconds": 1e12}, []])
async def test_a_move_that_makes_no_sense_is_refused(body: object) -> None:
    program = Program([])
    async with opened(program) as http:
        assert (await http.post("/preview/clock", json=body)).status_code == 400
    assert program.clock.now() == START


async def test_a_clock_that_cannot_be_moved_says_so() -> None:
    clock = StillClock()
    app = create_app(StandIn(clock), clock=clock, next_due=lambda: None)
    async with serving(app) as url, httpx.AsyncClient(base_url=url) as http:
        assert (await http.get("/preview/clock")).json()["can_move"] is False
        assert (await http.post("/preview/clock", json={"seconds": 60})).status_code == 409


async def test_a_port_in_use_is_named() -> None:
    clock = StillClock()
    async with serving(create_app(StandIn(clock), clock=clock)) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is in use") as told:
            async with serving(create_app(StandIn(clock), clock=clock), port=port):
                pass
    assert told.value.errno == errno.EADDRINUSE


async def test_a_server_can_close_and_open_again_with_its_chats() -> None:
    program = Program([])
    program.sam.says("still here")
    for _ in range(2):
        async with opened(program) as http:
            chat = (await http.get(f"/preview/people/{program.sam.id}")).json()
        assert chat["messages"][0]["text"] == "still here"
