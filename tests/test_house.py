"""The rules of the house that a machine can check, and what a fresh machine installs."""

import re
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONG = 300
"""Lines: a longer file is a place to look, not a fault."""
LISTS = ("requirements.txt", "requirements-dev.txt")
CHECKS = {
    "style": ("-m", "ruff", "check", "--no-cache", "--quiet", "."),
    "format": ("-m", "ruff", "format", "--no-cache", "--check", "--quiet", "."),
    "types": ("-m", "mypy", "."),
    "imports": ("-c", "from importlinter.cli import lint_imports_command as lint; lint()"),
}
MACHINE = re.compile(r"(?<![\w.$}/-])/(?:home|Users|root|work|farm|tmp|opt|mnt)/[\w.-]+")
"""A path that stands on one machine only. /tmp/$… and the like are made on the spot."""


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(  # noqa: S603 - fixed words
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns),  # noqa: S607 - git is what the project is got with
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip(reason="this is no git checkout, so nothing says which files are ours")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file()]


@pytest.mark.parametrize("check", CHECKS)
def test_the_code_keeps(check: str) -> None:
    ran = subprocess.run(  # noqa: S603 - fixed words
        (sys.executable, *CHECKS[check]), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"


def _pins(name: str) -> dict[str, list[str]]:
    """Give every pin of a file with its hashes: the pin is "name==version"."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    return {line.split()[0]: re.findall(r"--hash=sha256:([0-9a-f]{64})\b", line) for line in lines}


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_one_version_with_hashes(name: str) -> None:
    pins = _pins(name)
    assert pins
    for pin, hashes in pins.items():
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[\w.]+", pin), pin
        assert hashes, pin


@pytest.mark.parametrize("name", LISTS)
def test_no_requirement_names_where_it_comes_from(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"://|^\s*-[^-]|--(?!hash=)|\s@\s", text, re.MULTILINE)


def test_everything_that_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["dependencies"] + project["optional-dependencies"]["dev"],
    }
    for name, wanted in asked.items():
        pinned = {pin.partition("==")[0] for pin in _pins(name)}
        assert {_name(requirement) for requirement in wanted} <= pinned


def _name(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_the_tests_run_on_what_the_bot_runs_on() -> None:
    run, dev = (_pins(name) for name in LISTS)
    assert {pin: run[pin] for pin in run} == {pin: dev.get(pin) for pin in run}


def test_no_file_names_a_path_of_one_machine() -> None:
    found = []
    for file in _tracked():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            match = MACHINE.search(line)
            if match and file != Path(__file__):
                found.append(f"{file.relative_to(ROOT)}:{number}: {match[0]}")
    assert not found, "\n".join(found)


def test_nothing_that_is_read_can_run_as_code() -> None:
    stored_code = re.compile(r"(?m)^\s*(import|from) (pickle|marshal|shelve|dill|jsonpickle)\b")
    ours = _tracked("bot/**.py", "scheduler/**.py", "content/**.py")
    assert len(ours) > 100
    assert not [file for file in ours if stored_code.search(file.read_text("utf-8"))]


def test_long_files_are_named() -> None:
    lengths = {file: len(file.read_text("utf-8").splitlines()) for file in _tracked("*.py")}
    long = [f"{file.relative_to(ROOT)} ({n})" for file, n in lengths.items() if n > LONG]
    if long:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn(f"long files: is each one room, or several? {long}", stacklevel=1)


def test_the_one_command_says_what_it_can_do() -> None:
    ran = subprocess.run(
        ("make", "-s", "help"),  # noqa: S607 - make is what the project is run with
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for target in ("run", "test", "preview", "licences"):
        assert f"make {target} " in ran.stdout
