"""Reports of errors tell where it broke, to a real server, and not one word of anybody's."""

import logging
import os
import signal
import socket
from itertools import pairwise
from pathlib import Path

import pytest
import structlog

from bot.errors import BotError
from bot.reports import MOST_CAUSES, TOP, reporting, stripped, told
from bot.settings import Settings
from tests.kit.canary import NAME, WORDS, found, listening
from tests.kit.chat import TOKEN, conversation
from tests.kit.process import ROOT, bot_at, command, settings
from tests.kit.sentry import sentry

FRAME = {"module", "function", "lineno"}
ONE = {"type", "module", "stacktrace"}


def failing(words: str) -> None:
    """Fail with words in the message, in a local variable, and in what it came from."""
    secret = {"text": f"{words} {TOKEN}"}
    try:
        dict[str, str]()[secret["text"]]
    except KeyError as error:
        raise ValueError(words, NAME) from error


def test_a_report_tells_types_and_places_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with sentry() as taken:
        chosen = Settings(sentry_dsn=taken.dsn)  # type: ignore[arg-type]  # read as a secret
        with reporting(chosen) as report, listening(monkeypatch, report=report):
            logging.getLogger("some.library").warning("at %s", WORDS)
            try:
                failing(WORDS)
            except ValueError:
                structlog.get_logger("bot.x").error(f"{WORDS} happened", body=WORDS)
                structlog.get_logger("bot.x").warning("not grave")
    (event,) = taken.reports
    assert found(taken.text, socket.gethostname(), str(Path.cwd()), os.environ["HOME"]) == []
    assert set(event) - {"sdk"} <= {*TOP, "exception"}
    assert event["release"].startswith("in-your-corner@")
    assert event["environment"] == "telegram"
    cause, error = event["exception"]["values"]
    assert (cause["type"], error["type"], error["module"]) == ("KeyError", "ValueError", "builtins")
    places = [frame["function"] for frame in error["stacktrace"]["frames"]]
    assert places == [test_a_report_tells_types_and_places_and_nothing_else.__name__, "failing"]
    for one in (cause, error):
        assert set(one) == ONE
        assert all(set(frame) == FRAME for frame in one["stacktrace"]["frames"])


def test_what_the_library_might_add_is_taken_out_again() -> None:
    event = told(ValueError(WORDS))
    event["exception"]["values"][0] |= {"value": WORDS, "mechanism": {"data": WORDS}}
    event["exception"]["values"][0]["stacktrace"] = {
        "frames": [{"function": "f", "vars": {"a": WORDS}, "context_line": WORDS, "abs_path": "/x"}]
    }
    more = ("message", "logentry", "breadcrumbs", "request", "user", "extra", "tags", "contexts")
    made = stripped(event | dict.fromkeys(more, WORDS) | {"server_name": WORDS, "modules": {}})
    assert WORDS not in repr(made)
    assert set(made) == {"level", "exception"}


def test_a_ring_of_causes_has_an_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert len(told(first)["exception"]["values"]) == 2
    errors = [ValueError() for _ in range(20)]
    for one, another in pairwise(errors):
        one.__cause__ = another
    assert len(told(errors[0])["exception"]["values"]) == MOST_CAUSES


def test_without_a_dsn_nothing_is_reported() -> None:
    with reporting(Settings()) as report:
        assert report is None


def test_a_server_that_is_away_disturbs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with sentry() as taken:
        gone = taken.dsn
    with (
        reporting(Settings(sentry_dsn=gone)) as report,  # type: ignore[arg-type]  # read as a secret
        listening(monkeypatch, report=report) as written,
    ):
        try:
            failing(WORDS)
        except ValueError:
            structlog.get_logger("bot.x").error("it went wrong")
    assert "it went wrong" in written.getvalue()
    assert found(written.getvalue(), gone) == []


async def test_a_process_reports_to_its_dsn_and_says_it_nowhere(tmp_path: Path) -> None:
    with sentry() as taken:
        async with conversation(token=TOKEN) as chat:
            more = {"SENTRY_DSN": taken.dsn, "LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
            async with bot_at(chat, tmp_path, **more) as process:
                sam = await chat.person(NAME)
                await sam.says(f"/start {WORDS}")
                chat.standin.updates.push("message", {"text": WORDS, "chat": NAME}, about=sam.id)
                await process.sees("unreadable update")
                ended = await process.signalled(signal.SIGTERM)
    assert ended.status == 0
    assert taken.reports
    assert {one["environment"] for one in taken.reports} == {"elsewhere"}
    assert found(taken.text, str(sam.id)) == []
    assert found("\n".join(ended.complained), taken.dsn) == []


async def test_without_the_package_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sentry_sdk.py").write_text("raise ImportError\n")
    async with conversation(token=TOKEN) as chat:
        dsn = "https://abcdef0123456789@sentry.example.org/1"
        env = settings(chat, tmp_path / "data", SENTRY_DSN=dsn)
        env["PYTHONPATH"] = f"{hidden}{os.pathsep}{ROOT}"
        async with command(tmp_path, env=env) as process:
            ended = await process.ends()
    assert (ended.status, len(ended.complained)) == (2, 1)
    assert "pip install 'in-your-corner[sentry]'" in ended.complained[0]
    assert "abcdef" not in ended.complained[0]


def test_a_dsn_that_is_none_is_refused_without_showing_it() -> None:
    for given in ("sentry.example.org", "https://sentry.example.org/1", f"https://{WORDS}/1"):
        with pytest.raises(ValueError, match="is no DSN") as refused:
            Settings(sentry_dsn=given)  # type: ignore[arg-type]  # read as a secret
        assert given not in str(refused.value)


def test_missing_is_an_error_that_an_operator_can_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentry_sdk", None)
    chosen = Settings(sentry_dsn="https://abc@sentry.example.org/1")  # type: ignore[arg-type]  # same
    with pytest.raises(BotError, match=r"^SENTRY_DSN is set, and the package"), reporting(chosen):
        pass
