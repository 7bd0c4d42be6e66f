"""`make audit` says how much was audited, and is red for anything less than all of it."""

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.audit.__main__ import Pin, apart, faults, main, pins

ROOT = Path(__file__).parents[1]
LIST = """\
alpha==1.0 \\
    --hash=sha256:{0}
beta==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:{0}
beta==1.5 ; sys_platform != 'win32' \\
    --hash=sha256:{0}
    # via alpha
""".format("a" * 64)
ALPHA, BETA, OLD_BETA = (
    Pin(name, version, ("sha256:" + "a" * 64,))
    for name, version in (("alpha", "1.0"), ("beta", "2.0"), ("beta", "1.5"))
)
needs_pip_audit = pytest.mark.skipif(
    find_spec("pip_audit") is None, reason="pip-audit is not installed; make test installs it"
)


class Database(HTTPServer):
    """A stand-in for the database: knows of one fault in beta 1.5, and what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.asked: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/query"


class _Desk(BaseHTTPRequestHandler):
    server: Database

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        query = json.loads(self.rfile.read(length))
        name, version = query["package"]["name"], query["version"]
        self.server.asked.append((name, version))
        events = {"events": [{"introduced": "0"}, {"fixed": "1.6"}], "type": "ECOSYSTEM"}
        package = {"name": "beta", "ecosystem": "PyPI"}
        fault = {"id": "OSV-1", "affected": [{"package": package, "ranges": [events]}]}
        found = {"vulns": [fault]} if (name, version) == ("beta", "1.5") else {}
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def database() -> Iterator[Database]:
    with Database() as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "requirements.txt"
    made.write_text(LIST)
    return made


def test_every_pin_is_read_whatever_platform_it_is_for(file: Path) -> None:
    assert list(pins(file)) == [ALPHA, BETA, OLD_BETA]
    assert apart(pins(file)) == [[ALPHA, OLD_BETA], [BETA]]
    real = [len(list(pins(ROOT / name))) for name in ("requirements.txt", "requirements-dev.txt")]
    assert real[0] > 30
    assert real[1] > real[0]


def test_what_was_left_out_or_skipped_is_told_and_counts_as_a_fault() -> None:
    skipped = {"name": "beta", "skip_reason": "Dependency not found on PyPI:\n  beta (2.0)"}
    found: list[dict[str, Any]] = [{"name": "alpha", "version": "1.0", "vulns": []}, skipped]
    assert list(faults([ALPHA, BETA], found)) == [
        "beta 2.0: could not be audited (Dependency not found on PyPI: beta (2.0))"
    ]
    assert list(faults([ALPHA], [])) == ["alpha 1.0: could not be audited (it was left out)"]
    other = [{"name": "alpha", "version": "1.1", "vulns": []}]
    assert list(faults([ALPHA], other)) == ["alpha 1.0: could not be audited (it was left out)"]


@needs_pip_audit
def test_every_package_is_looked_up_and_a_fault_is_red(
    file: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(file), "--url", database.url]) == 1
    assert sorted(database.asked) == [("alpha", "1.0"), ("beta", "1.5"), ("beta", "2.0")]
    assert capsys.readouterr().out.splitlines() == [
        "beta 1.5: OSV-1 - mended in 1.6",
        "audit: 3 of 3 packages audited, 1 known to be faulty",
    ]


@needs_pip_audit
def test_without_faults_it_is_green_and_says_how_many(
    file: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(LIST.replace("1.5", "1.6"))
    assert main([str(file), "--url", database.url]) == 0
    assert capsys.readouterr().out == "audit: 3 of 3 packages audited, none known to be faulty\n"


@needs_pip_audit
def test_a_database_out_of_reach_is_told_in_one_line_and_is_red(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(file), "--url", "http://127.0.0.1:9/v1/query"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "audit: nothing was audited: the database of known faults at 127.0.0.1:9 could not be"
        " reached, for 3 packages\n"
    )


def test_an_empty_list_is_no_audit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.audit.__main__.find_spec", lambda _name: True)
    (tmp_path / "none.txt").write_text("")
    assert main([str(tmp_path / "none.txt")]) == 1
    assert "0 of 0" in capsys.readouterr().out


def test_without_the_tool_it_is_red(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.audit.__main__.find_spec", lambda _name: None)
    assert main([str(file)]) == 2
    assert "pip-audit is not installed" in capsys.readouterr().err


def test_the_make_target_runs_it_on_all_that_is_pinned() -> None:
    told = subprocess.run(
        ("make", "-n", "audit"),  # noqa: S607 - make is what the project is run with
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-m tests.audit requirements-dev.txt" in told.stdout
    run, dev = ({str(p) for p in pins(ROOT / f"requirements{x}.txt")} for x in ("", "-dev"))
    assert run <= dev, "the development file holds all of the other"
