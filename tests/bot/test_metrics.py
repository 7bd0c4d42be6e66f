"""Figures: what is counted is what happened, and no label can tell of anybody."""

import ast
import asyncio
import json
import logging
import re
import signal
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
import structlog
import yaml
from redis.asyncio import Redis

from bot import figures, metrics
from bot.arrivals import KINDS
from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from bot.preview.standin import Fault
from bot.serve import PARTS
from bot.settings import Settings
from bot.webhook import webhook_app
from scheduler.core.plan import LEASE
from scheduler.meters import Meters
from scheduler.store.names import Kind
from tests.kit.bot import RATE, Running
from tests.kit.canary import WORDS, found, listening
from tests.kit.chat import TOKEN, conversation
from tests.kit.clock import StillClock
from tests.kit.crowd import crowd
from tests.kit.exposed import Series, free_port, read, scraped, value
from tests.kit.process import PATIENCE, bot_at, command, end_store, settings
from tests.kit.storm import books, lessons_of
from tests.kit.trouble import enrolled, line_to

ROOT = Path(__file__).parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text("utf-8"))
OURS = re.compile(r"\bcorner_\w+")
MOST = 900
"""Series of one process: few enough to keep for years."""
LESSONS = 5
USED = ("save", "reserve", "note", "eval", "hmget", "zcount", "zcard", figures.OTHER)
"""Operations of the store that any life has, and the one that stands for what we forgot."""
SOON = 0.1


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    end_store(tmp_path / "data")


async def when(port: int, holds: Any) -> Mapping[Series, float]:  # noqa: ANN401 - a question to the figures
    """Ask until that holds: some figures are looked at only now and then."""
    async with asyncio.timeout(PATIENCE):
        while True:
            series = read(await scraped(port))
            if holds(series):
                return series
            await asyncio.sleep(SOON)


async def test_a_process_tells_exactly_what_happened(folder: Path) -> None:
    port = free_port()
    async with conversation(StillClock(datetime.now(UTC)), token=TOKEN) as chat:
        with EmbeddedValkey(folder / "data") as store:
            async with books(store.url) as kept:
                people = await crowd(kept, chat.standin, LESSONS)
        async with bot_at(chat, folder, METRICS_PORT=str(port)) as process:
            await chat.until(lambda: sum(map(lessons_of, people)) == LESSONS, within=PATIENCE)
            sam = await chat.person("Sam")
            await sam.says("/start")
            await sam.taps("I'm 18+ and I agree")
            await sam.says("/nonsense")
            await sam.sends_sticker()
            before = chat.standin.updates.pending
            series = await when(
                port,
                lambda told: (
                    value(told, "corner_answer_seconds_count") == 4
                    and value(told, "corner_store_up") == 1
                    and value(told, "corner_backlog", kind="lesson") == 0
                    and value(told, "corner_loop_lag_seconds_count") > 0
                    and value(told, "corner_timer_alive", process="run") == 1
                ),
            )
            ended = await process.signalled(signal.SIGTERM)
    assert ended.status == 0
    assert not before
    updates = {kind: value(series, "corner_updates_total", kind=kind) for kind in KINDS}
    assert updates == dict.fromkeys(KINDS, 0) | {"command": 2, "tap": 1, "media": 1}
    assert value(series, "corner_due_total", kind="lesson") == LESSONS
    assert value(series, "corner_sent_total", kind="lesson", receipt="sent") == LESSONS
    assert value(series, "corner_late_seconds_count", kind="lesson") == LESSONS
    assert value(series, "corner_sent_again_total", kind="lesson") == 0
    assert value(series, "corner_updates_again_total") == 0
    assert value(series, "corner_store_failures_total") == 0
    assert value(series, "corner_inbox_people") == 0
    assert value(series, "corner_dead_letters") == 0
    assert value(series, "corner_erasures_pending") == 0
    assert value(series, "corner_limiter_wait_seconds_count", lane="scheduled") >= LESSONS
    assert value(series, "corner_limiter_wait_seconds_count", lane="reply") >= 4
    assert value(series, "corner_store_seconds_count", operation="save") >= LESSONS
    assert value(series, "corner_telegram_calls_total", result="ok") >= LESSONS + 4
    assert sum(v for (name, _), v in series.items() if name == "corner_troubles_total") == 0


async def test_a_port_in_use_is_one_line_and_status_2(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        async with conversation(token=TOKEN) as chat:
            env = settings(chat, tmp_path / "data", METRICS_PORT=port)
            async with command(tmp_path, env=env) as process:
                ended = await process.ends()
    assert (ended.status, len(ended.complained)) == (2, 1)
    assert ended.complained[0].startswith(f"METRICS_PORT: {port} of METRICS_HOST 127.0.0.1 can't")


def test_an_address_of_another_machine_is_one_line() -> None:
    elsewhere = Settings(metrics_port=free_port(), metrics_host="192.0.2.1")
    refused = pytest.raises(BotError, match=r"^METRICS_PORT: .* METRICS_HOST 192\.0\.2\.1 can't")
    with refused, metrics.exposed(elsewhere, "run"):
        pass


def test_without_a_port_there_is_no_listener_and_nothing_is_counted() -> None:
    with metrics.exposed(Settings(), "run") as none:
        assert none is None


async def test_the_port_is_let_go_of_at_the_end() -> None:
    port = free_port()
    for _ in range(2):
        with metrics.exposed(Settings(metrics_port=port), "run"):
            assert "corner_info" in await scraped(port)
    with pytest.raises(httpx.ConnectError):
        await scraped(port)


async def test_the_webhooks_public_port_tells_no_figures() -> None:
    public = httpx.ASGITransport(webhook_app(None, "s" * 16))  # type: ignore[arg-type]  # asked nothing
    async with httpx.AsyncClient(transport=public, base_url="http://public") as http:
        assert (await http.get("/metrics")).status_code == 404
        assert "corner_" not in (await http.get("/health")).text


def test_every_meter_is_a_figure_and_takes_nothing_of_a_persons() -> None:
    meters = {name for name in vars(Meters) if not name.startswith("_")}
    assert meters <= set(vars(figures.Figures))
    taken = {name for meter in meters for name in getattr(Meters, meter).__annotations__}
    assert taken == {
        *("kind", "seconds", "result", "receipt", "late", "lane", "operation", "failed", "return")
    }


# what is counted


async def test_late_is_counted_from_when_it_was_due(running: Running) -> None:
    await enrolled(running)
    running.clock.move(timedelta(seconds=90))
    await running.deliver()
    series = read(await running.figures())
    assert value(series, "corner_late_seconds_sum", kind="lesson") == 90
    assert value(series, "corner_late_seconds_bucket", kind="lesson", le="60.0") == 0
    assert value(series, "corner_late_seconds_bucket", kind="lesson", le="300.0") == 1


async def test_the_backlog_is_told_with_the_time_that_it_takes(running: Running) -> None:
    await crowd(running.app.participants, running.chat.standin, 40)
    series = read(await running.figures())
    assert value(series, "corner_backlog", kind="lesson") == 40
    assert value(series, "corner_backlog", kind="review") == 0
    assert value(series, "corner_backlog_seconds") == 40 / RATE
    await running.deliver()
    after = read(await running.figures())
    assert value(after, "corner_backlog", kind="lesson") == 0
    assert value(after, "corner_backlog_seconds") == 0
    assert value(after, "corner_sent_total", kind="lesson", receipt="sent") == 40


async def test_what_comes_or_goes_again_is_counted_as_such(running: Running) -> None:
    sam = await enrolled(running)
    running.chat.standin.faults.next(Fault.RESET_AFTER, methods={"sendMessage"})
    await running.deliver()
    running.clock.move(timedelta(seconds=LEASE + 1))
    await running.deliver()
    await sam.says("/today")
    running.chat.standin.updates.repeat(running.chat.standin.updates._recent[-1].id)
    await sam.settled()
    series = read(await running.figures())
    assert value(series, "corner_sent_total", kind="lesson", receipt="perhaps") == 1
    assert value(series, "corner_sent_total", kind="lesson", receipt="sent") == 1
    assert value(series, "corner_late_seconds_count", kind="lesson") == 1
    assert value(series, "corner_sent_again_total", kind="lesson") == 1
    assert value(series, "corner_updates_again_total") == 1
    assert value(series, "corner_updates_total", kind="command") == 2


async def test_refusals_and_waits_that_telegram_asks_for_are_counted(running: Running) -> None:
    sam = await enrolled(running)
    running.chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods={"sendMessage"}, seconds=0.01)
    await sam.says("/today")
    sam.person.blocks()
    await running.deliver()
    await sam.settled()
    series = read(await running.figures())
    assert value(series, "corner_telegram_floods_total") == 1
    assert value(series, "corner_updates_total", kind="blocked") == 1


async def test_an_update_given_up_and_one_that_waits_are_seen(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await enrolled(running)

    def fail(*_: object, **__: object) -> None:
        raise ValueError(WORDS)

    with monkeypatch.context() as patched:
        patched.setattr(type(running.app.participants), "message", fail)
        await sam.says(WORDS)
    series = read(await running.figures())
    assert value(series, "corner_dead_letters") == 1
    assert value(series, "corner_inbox_people") == 0
    pid = running.app.participants.store.pid_of(sam.id)
    inbox = running.app.housekeeping._inbox
    assert await inbox.put(pid, 1, b"{}", running.app.participants.now() + 60)
    assert value(read(await running.figures()), "corner_inbox_people") == 1


async def test_erasures_are_told_with_those_that_left_the_files(running: Running) -> None:
    names = ("corner_erasures", "corner_erasures_settled", "corner_erasures_pending")
    store = running.app.participants.store
    seen = []
    for chat_id in (1, 2):
        await store.erase(store.pid_of(chat_id))
        series = read(await running.figures())
        seen.append([value(series, name) for name in names])
        await running.app.housekeeping.compact()
    series = read(await running.figures())
    seen.append([value(series, name) for name in names])
    assert seen == [[1, 0, 1], [2, 1, 1], [2, 2, 0]]


async def test_without_a_store_its_figures_are_none_rather_than_old(
    valkey: Path, redis: Redis, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.kit.bot import bot  # noqa: PLC0415 - for this store behind a line alone

    monkeypatch.setattr(figures, "PATIENCE", 1)
    async with line_to(valkey) as line, bot(line.path) as running:
        assert value(read(await running.figures()), "corner_store_up") == 1
        assert value(read(await running.figures()), "corner_timer_alive", process="run") == 0
        running.app.runner.start(asyncio.get_running_loop())
        await line.cut()
        series = read(await running.figures())
        assert value(series, "corner_store_up") == 0
        assert value(series, "corner_store_failures_total") > 0
        unknown = [value(series, "corner_backlog", kind=kind) for kind in Kind]
        assert all(one != one for one in unknown), "not a number"  # noqa: PLR0124 - that is how to tell
        assert value(series, "corner_timer_alive", process="run") == 1, (
            "the process knows by itself"
        )
        await asyncio.to_thread(running.app.runner.stop, 10)
        await line.mend()
        assert value(read(await running.figures()), "corner_store_up") == 1


# labels


async def test_a_long_and_strange_life_adds_no_series_and_names_nobody(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first = set(read(await running.figures()))
    chance = Random(7)  # noqa: S311 - the same life each time
    sam, other = await enrolled(running, "Canarina"), await running.person("Canarina")
    numbers = count(10**7)
    for _ in range(60):
        data = "".join(chance.choices("abcz019.-", k=chance.randrange(40)))
        await other.says(f"/{data} {WORDS}", wait=False)
        query = {"id": data or "1", "from": {"id": sam.id, "is_bot": False, "first_name": "C"}}
        raw = {"update_id": next(numbers), "callback_query": {**query, "chat_instance": data}}
        await running.app.intake.take(raw | {"data": data})
        await running.app.intake.take({"update_id": next(numbers), data: {WORDS: data}})
        if chance.random() < 0.3:
            running.chat.standin.faults.next(chance.choice([*Fault]), seconds=0.01)
        if chance.random() < 0.3:
            await running.passes(hours=chance.randrange(30))
        if chance.random() < 0.2:
            await sam.says(f"{WORDS} {data}")
    text = await running.figures()
    asked = {name: value(read(text), "corner_store_seconds_count", operation=name) for name in USED}
    assert asked.pop(figures.OTHER) == 0
    assert all(asked.values()), asked
    assert set(read(text)) == at_first
    assert len(at_first) < MOST
    assert sum(v for (name, _), v in read(text).items() if name == "corner_updates_total") > 150
    pids = [running.app.participants.store.pid_of(one.id) for one in (sam, other)]
    assert found(text, str(sam.id), str(other.id), *pids) == []


def test_signs_of_danger_and_the_safe_path_are_not_counted() -> None:
    told = figures.Figures()
    names = {sample.name for family in told.registry.collect() for sample in family.samples}
    forbidden = re.compile(r"alarm|danger|notic(?!e$)|safe|support|help|exit|delete", re.IGNORECASE)
    assert not [name for name in names if forbidden.search(name)]


def _lines(file: Path) -> Iterator[str]:
    """Give every line that code tells at WARNING and above."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id="log" | "_log"), attr="warning" | "error" | "critical"
                ),
                args=[ast.Constant(value=str(line))],
            ):
                yield line


def test_every_line_that_tells_of_trouble_is_counted_by_its_words() -> None:
    files = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("scheduler/**/*.py")]
    told = {line for file in files for line in _lines(file)}
    assert len(told) > 20
    assert told == set(figures.TROUBLES) - {figures.OTHER}


def test_what_a_library_says_is_the_other_trouble() -> None:
    made = figures.Figures()
    made.trouble(f"{TOKEN} said {WORDS}")
    told = {
        sample.labels["line"]
        for family in made.registry.collect()
        for sample in family.samples
        if sample.name == "corner_troubles_total" and sample.value
    }
    assert told == {"other"}


@pytest.mark.parametrize("level", ["DEBUG", "ERROR"])
def test_what_the_log_tells_at_warning_and_above_is_counted_at_any_level(
    monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    made = figures.Figures()
    with listening(monkeypatch, level=level, trouble=made.trouble) as written:
        log = structlog.get_logger("bot.x")
        log.info("backlog")
        log.warning("polling waits", why=WORDS)
        log.error("update given up")
        log.error("update given up")
        logging.getLogger("some.library").error("at %s", WORDS)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {line["process"] for line in lines} == {"run"}
    assert len(lines) == (5 if level == "DEBUG" else 3)
    told = {
        sample.labels["line"]: sample.value
        for family in made.registry.collect()
        for sample in family.samples
        if sample.name == "corner_troubles_total" and sample.value
    }
    assert told == {"polling waits": 1, "update given up": 2, "other": 1}


# alarms


def test_every_figure_that_an_alarm_asks_for_is_there() -> None:
    series = {
        sample.name for family in figures.Figures().registry.collect() for sample in family.samples
    }
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in OURS.findall(rule["expr"])}
    assert len(rules) > 10
    assert asked
    assert asked <= series


def test_every_value_that_an_alarm_asks_for_can_come() -> None:
    values = {
        value
        for process in PARTS
        for family in figures.Figures(process).registry.collect()
        for sample in family.samples
        for value in sample.labels.values()
    }
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    asked = [
        (how, wanted)
        for rule in rules
        for how, wanted in re.findall(
            r"(?:line|result|receipt|process)(=~?)\"([^\"]+)\"", rule["expr"]
        )
    ]
    assert len(asked) >= 5
    for how, wanted in asked:
        for one in wanted.split("|") if how == "=~" else [wanted]:
            assert any(re.fullmatch(one, value) for value in values), one


def test_no_alarm_takes_a_refused_message_for_one_that_left() -> None:
    asked = [
        found
        for group in ALERTS["groups"]
        for rule in group["rules"]
        for found in re.findall(r"corner_sent_total(\{[^}]*\})?", rule["expr"])
    ]
    assert asked == ['{receipt="sent"}']


def test_every_alarm_is_explained() -> None:
    explained = (ROOT / "docs" / "operations.md").read_text("utf-8")
    names = [rule["alert"] for group in ALERTS["groups"] for rule in group["rules"]]
    assert len(set(names)) == len(names)
    assert not [name for name in names if f"`{name}`" not in explained]
