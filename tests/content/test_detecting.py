"""The author's commands: what the detector makes of words, and how well it does."""

import json
from pathlib import Path

import pytest

from content.__main__ import main
from content.author.detecting import wilson


def corpus(folder: Path, *rows: object) -> str:
    file = folder / "texts.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(file)


def row(text: str, label: str, kind: str | None = None) -> dict[str, str | None]:
    return {"text": text, "label": label, "kind": kind}


def test_words_are_judged_and_it_is_said_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", "he", "slapped", "me"]) == 0
    assert capsys.readouterr().out == (
        "explicit (violence)\n  hit-me (violence, explicit) on “he slapped me”\n"
    )
    assert main(["detect", "a quiet dinner"]) == 0
    assert capsys.readouterr().out == "none\n  no rule fired\n"


def test_figures_with_intervals_then_each_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = corpus(
        tmp_path,
        row("he slapped me", "explicit", "violence"),
        row("she sang to me", "explicit", "fear"),
        row("i cant do this anymore", "unsure", "self_harm"),
        row("I don't like soup", "none"),
        row("he kicked me", "none"),
    )
    assert main(["detect-eval", file]) == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "explicit, found                  50.0 %  1 of 2  (95 %: 9.5 to 90.5)",
        "  violence                      100.0 %  1 of 1  (95 %: 20.7 to 100.0)",
        "  fear                            0.0 %  0 of 1  (95 %: 0.0 to 79.3)",
        "explicit, found or asked about   50.0 %  1 of 2  (95 %: 9.5 to 90.5)",
        "none, alarmed                    50.0 %  1 of 2  (95 %: 9.5 to 90.5)",
        "none, alarmed or asked about     50.0 %  1 of 2  (95 %: 9.5 to 90.5)",
        "",
        "Missed:",
        "  line 2, none: she sang to me",
        "",
        "False alarms and questions:",
        "  line 5, explicit: he kicked me",
        "    hit-me (violence, explicit) on “he kicked me”",
    ]
    assert main(["detect-eval", "--figures", file]) == 0
    assert "kicked" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "this is no JSON"),
        ("[]", "there is no text"),
        ('{"label": "none"}', "there is no text"),
        ('{"text": "a", "label": "some"}', "'some' is no label"),
        ('{"text": "a", "label": "none", "kind": "rude"}', "'rude' is no kind"),
    ],
)
def test_bad_input_is_one_line_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, what: str
) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "a", "label": "none"}\n' + line + "\n", "utf-8")
    assert main(["detect-eval", str(file)]) == 2
    told = capsys.readouterr().err
    assert f"texts.jsonl:2: {what}" in told
    assert told.count("\n") == 1


def test_a_file_that_is_missing_or_empty_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["detect-eval", str(tmp_path / "none.jsonl")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["detect-eval", corpus(tmp_path)]) == 2
    assert "there are no texts here" in capsys.readouterr().err


def test_the_interval_is_wilsons() -> None:
    assert [round(x, 4) for x in wilson(8, 10)] == [0.4902, 0.9433]
    assert [round(x, 4) for x in wilson(0, 10)] == [0.0, 0.2775]
    assert wilson(0, 0) == (0.0, 1.0)
