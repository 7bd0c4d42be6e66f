"""The authors' command line: check the words, draw the program, read it, guard its source."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from content import detector, structure
from content.author import ages, choosing, detecting, drawing, learning, pages, runs, wiring
from content.author.check import check
from content.author.story import Story, story
from content.errors import ContentError
from content.helplines import Helplines
from content.load import HERE, load
from content.schema import ENGLISH

FAULTS, USAGE = 1, 2
PICTURE = Path("docs", "pictures", "map.svg")
PAGE = Path("program.html")


class WrongLanguageError(Exception):
    """A language was asked for in which there are no words."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when there are faults, 2 when it can't be run."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except ContentError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return FAULTS
    except OSError as error:
        advice = "name another file or folder"
        print(f"{error.filename}: it can't be used ({error.strerror}) - {advice}", file=sys.stderr)
    except (
        detecting.BadCorpusError,
        choosing.WrongBranchError,
        WrongLanguageError,
        ValueError,
    ) as error:
        print(error, file=sys.stderr)
    return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m content", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = _command(commands, "check", _check, "look for faults in the words, in every language")
    command.add_argument("folder", nargs="?", type=Path, default=HERE, metavar="FOLDER")

    command = _command(commands, "map", _map, "draw the program as a picture (SVG)")
    _output(command, PICTURE, "FILE.svg")

    command = _command(commands, "read", _read, "write the program as one long page (HTML)")
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = (
        f"Branches, each with the values that it can have:\n{_branches()}\n\n"
        "What isn't given stays open: all its branches are on the page."
    )
    command.add_argument(
        "--branch",
        action="append",
        default=[],
        metavar="FACT=VALUE",
        help="only what somebody receives of whom this is true; as often as needed",
    )
    _output(command, PAGE, "FILE.html")

    told = "hash the source article's runs of words, for check to find what was taken over"
    command = _command(commands, "runs", _runs, told)
    command.add_argument("article", type=Path, metavar="ARTICLE.txt")

    told = "count the helplines whose sources are old; red only for a new one without a fresh"
    command = commands.add_parser("helplines", help=told, description=told)
    command.add_argument(
        "--on", type=date.fromisoformat, metavar="DATE", help="as of this day (default: today)"
    )
    command.set_defaults(run=_helplines)
    told = "judge some words as the bot would, and say which rule fired on which of them"
    command = _command(commands, "detect", _detect, told)
    command.add_argument("words", nargs="+", metavar="WORDS")
    command.add_argument("--language", default=ENGLISH, metavar="TAG", help="English, if not given")

    told = "measure the detector on labelled texts: found, false alarms, and each mistake"
    command = _command(commands, "detect-eval", _detect_eval, told)
    command.add_argument(
        "file",
        type=Path,
        metavar="FILE.jsonl",
        help='a line each: {"text": …, "label": none|unsure|explicit, '
        '"kind": self_harm|violence|fear}',
    )
    command.add_argument("--figures", action="store_true", help="no texts, only the figures")

    told = "learn the detector's weights from labelled texts, several files by several writers"
    command = _command(commands, "detect-learn", _detect_learn, told)
    command.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    return parser


def _helplines(given: Any) -> int:  # noqa: ANN401 - as argparse gives it
    """Print how old the helplines are in one line, and one line for each fault."""
    found = Helplines.load()
    on = given.on or datetime.now(UTC).date()  # for people at their desk: no Clock
    print(ages.report(found, on))
    wrong = list(ages.faults(found))
    for fault in wrong:
        print(fault)
    return FAULTS if wrong else 0


def _command(commands: Any, name: str, run: Callable[[Any], int], told: str) -> Any:  # noqa: ANN401 - argparse's own kinds are private
    command = commands.add_parser(name, help=told, description=f"{told[:1].upper()}{told[1:]}.")
    command.set_defaults(run=run)
    if name != "check":
        told = "the content, if not the one beside this code"
        command.add_argument("--folder", type=Path, default=HERE, help=told)
    return command


def _output(command: argparse.ArgumentParser, default: Path, shown: str) -> None:
    command.add_argument("--language", default=ENGLISH, metavar="TAG", help="English, if not given")
    told = f"where to write it; {default.as_posix()}, if not given"
    command.add_argument("file", nargs="?", type=Path, default=default, metavar=shown, help=told)


def _branches() -> str:
    outline, _ = structure.outline((HERE / structure.FILE).read_text(encoding="utf-8"))
    return choosing.listing(outline.facts)


def _check(given: argparse.Namespace) -> int:
    """Print a line for each fault and one of counts."""
    found = check(given.folder)
    for fault in found.faults:
        print(replace(fault, file=_shown(given.folder / fault.file)))
    files = len({fault.file for fault in found.faults})
    print(f"{len(found.faults)} fault(s) in {files} file(s)" if files else found.counts)
    return FAULTS if files else 0


def _map(given: argparse.Namespace) -> int:
    return _written(given.file, drawing.draw(_story(given)))


def _read(given: argparse.Namespace) -> int:
    told = _story(given)
    return _written(given.file, pages.page(told, choosing.known(given.branch, told.program.facts)))


def _runs(given: argparse.Namespace) -> int:
    source = given.article.read_text(encoding="utf-8")
    return _written(given.folder / runs.RUNS, runs.written(source))


def _detect(given: argparse.Namespace) -> int:
    """Print the verdict and why. The words go nowhere else."""
    detectors = detector.load(given.folder)
    for line in detecting.explain(" ".join(given.words), given.language, detectors):
        print(line)
    return 0


def _detect_eval(given: argparse.Namespace) -> int:
    cases = detecting.read(given.file, _shown(given.file))
    found = detecting.judged(cases, detector.load(given.folder))
    for line in detecting.figures(found):
        print(line)
    for line in () if given.figures else detecting.mistakes(found):
        print(line)
    return 0


def _detect_learn(given: argparse.Namespace) -> int:
    """Write the weights anew, and print how they do on texts left out while learning."""
    rules, faults = detector.rules.load(given.folder, ENGLISH)
    if faults:
        raise ContentError(faults)
    bare = detector.Detector(rules)
    files = {
        path: learning.samples(detecting.read(path, _shown(path)), bare) for path in given.files
    }
    learned = learning.learn(files, bare, lambda told: print(f"{told} …", file=sys.stderr))
    for line in learning.figures(learned):
        print(line)
    text = "\n".join(learning.written(learned.weights)) + "\n"
    return _written(given.folder / ENGLISH / detector.weights.FILE, text)


def _story(given: argparse.Namespace) -> Story:
    program = load(given.folder)
    if given.language not in program.words:
        known = ", ".join(sorted(program.words))
        raise WrongLanguageError(f"there are no words in '{given.language}': use {known}")
    return story(program, given.language, wiring.read(given.folder), given.folder)


def _written(file: Path, text: str) -> int:
    file.write_text(text, encoding="utf-8", newline="\n")
    print(f"{_shown(file)} is written ({len(text.encode()) // 1000} kB)")
    return 0


def _shown(path: Path) -> str:
    """Give a path as it is shortest from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


if __name__ == "__main__":
    sys.exit(main())
