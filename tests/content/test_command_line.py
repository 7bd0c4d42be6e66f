"""The authors' commands: how they are used, what they say, and with which status they end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from content.__main__ import main
from content.load import HERE
from tests.content.folder import day, write

USES = [
    ([], 2), (["draw"], 2), (["check", "a", "b"], 2), (["runs"], 2), (["read", "--branch"], 2),
    (["--help"], 0), (["check", "--help"], 0), (["map", "--help"], 0), (["read", "--help"], 0),
    (["runs", "--help"], 0),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "status"), USES)
def test_the_command_line_tells_how_it_is_used(
    arguments: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == status
    printed = capsys.readouterr()
    assert "usage: python -m content" in printed.out + printed.err


def test_it_is_a_program_of_its_own() -> None:
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    command = [sys.executable, "-m", "content", "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    assert done.returncode == 0
    assert all(f"    {name} " in done.stdout for name in ("check", "map", "read", "runs"))


def test_help_lists_every_branch(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["read", "--help"])
    printed = capsys.readouterr().out
    assert "  path=open|safe|unasked\n" in printed
    assert "  who=family|in-laws|" in printed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["read", "--branch", "path"], "'path' is no branch: write FACT=VALUE with one of path,"),
        (["read", "--branch", "road=safe"], "'road=safe' is no branch: write FACT=VALUE"),
        (["read", "--branch", "path=lost"], "'path' is never 'lost': use open, safe"),
        (["map", "--language", "xx"], "there are no words in 'xx': use en"),
        (["read", "--language", "xx"], "there are no words in 'xx': use en"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    tmp_path: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path)
    assert main([*arguments, "--folder", str(folder), str(tmp_path / "out")]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(told)
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["map", "read"])
def test_words_with_faults_are_not_drawn_but_told(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "words", day("path is safe", "road is safe"))
    assert main([command, "--folder", str(folder), str(tmp_path / "out")]) == 1
    assert "the fact 'road' is unknown" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["map", "read"])
def test_a_place_where_nothing_can_be_written_is_one_line(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere" / "out"
    assert main([command, "--folder", str(write(tmp_path / "words")), str(nowhere)]) == 2
    assert capsys.readouterr().err.startswith(f"{nowhere}: it can't be used (No such file")
