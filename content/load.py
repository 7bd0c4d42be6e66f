"""The files of a folder to one Program, or to every fault in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from content import markup, pieces, sections, structure, validate, yamltext
from content.errors import ContentError, Fault, Flaw
from content.schema import ENGLISH, Program, Prompt, Words, code

HERE = Path(__file__).parent
LABELS = "labels.yaml"


@dataclass(frozen=True, slots=True)
class Read:
    """What a folder holds, as far as it could be read, and its faults in the order of files.

    `own` names the prompts and labels that each language has words of its own for; `allowed`
    the values that a prompt's file declares for itself; `label_lines` where a label stands.
    """

    program: Program
    outline: structure.Outline
    faults: tuple[Fault, ...]
    allowed: Mapping[str, frozenset[str]]
    label_lines: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Tongue:
    """One language as read."""

    prompts: Mapping[str, Prompt]
    labels: Mapping[str, yamltext.Entry]
    allowed: Mapping[str, frozenset[str]]
    faults: tuple[Fault, ...]


def load(folder: Path | None = None, languages: Collection[str] | None = None) -> Program:
    """Read the content of a folder (this package's own by default), in all or these languages.

    Raises ContentError with all faults of all files, and OSError where the folder can't be read.
    """
    found = read(folder or HERE, languages)
    if found.faults:
        raise ContentError(found.faults)
    return found.program


@cache
def shipped() -> Program:
    """Give this package's own content, read once a process."""
    return load()


def read(folder: Path, languages: Collection[str] | None = None) -> Read:
    """Read a folder as far as possible, with every fault. Raises OSError if it can't be listed."""
    text, faults = _text(folder / structure.FILE, folder)
    outline, more = structure.outline(text) if text else structure.outline("steps: []")
    faults += more if text else []
    tongues = {
        path.name: _tongue(path, folder)
        for path in sorted(folder.iterdir())
        if (path / LABELS).is_file() and (languages is None or path.name in {*languages, ENGLISH})
    }
    if ENGLISH not in tongues:
        advice = f"add {ENGLISH}/{LABELS} and the words"
        faults.append(Fault(ENGLISH, 1, "there are no English words", advice))
    program, more = _program(outline, tongues)
    faults += more
    faults += [fault for tongue in tongues.values() for fault in tongue.faults]
    if outline.structure.steps:  # else each file would be told that it names unknown things
        faults += validate.faults(program, outline)
    return Read(
        program,
        outline,
        tuple(sorted(set(faults))),
        {name: names for tongue in tongues.values() for name, names in tongue.allowed.items()},
        {tag: {k: e.line for k, e in t.labels.items()} for tag, t in tongues.items()},
    )


def _program(
    outline: structure.Outline, tongues: Mapping[str, _Tongue]
) -> tuple[Program, list[Fault]]:
    english = tongues.get(ENGLISH, _Tongue({}, {}, {}, ()))
    words = {tag: _words(tag, tongue, english) for tag, tongue in tongues.items()}
    by_code, faults = _codes(words)
    program = Program(
        outline.structure,
        words,
        outline.facts,
        outline.placeholders,
        by_code,
        frozenset(entry.text for entry in outline.safe_path_omits),
        outline.renamed,
    )
    return program, faults


def _words(tag: str, tongue: _Tongue, english: _Tongue) -> Words:
    own = {*tongue.prompts, *tongue.labels}
    labels = {**english.labels, **tongue.labels}
    direction = Locale.parse(tag, sep="-").text_direction if _known(tag) else "ltr"
    return Words(
        tag,
        "rtl" if direction == "rtl" else "ltr",
        {**english.prompts, **tongue.prompts},
        {key: entry.text for key, entry in labels.items()},
        frozenset({*english.prompts, *english.labels} - own),
    )


def _known(tag: str) -> bool:
    try:
        return Locale.parse(tag, sep="-") is not None
    except (UnknownLocaleError, ValueError):
        return False


def _codes(words: Mapping[str, Words]) -> tuple[dict[str, tuple[str, str]], list[Fault]]:
    """Give every button its code; two with one code are a fault."""
    codes: dict[str, tuple[str, str]] = {}
    faults = []
    for prompt in (prompt for own in words.values() for prompt in own.prompts.values()):
        for button in (button for row in prompt.all_rows() for button in row):
            meant = (prompt.id, button.value)
            other = codes.setdefault(code(*meant), meant)
            if other != meant:
                what = f"'{button.value}' has the same code as '{other[1]}' of {other[0]}"
                faults.append(Fault(prompt.file, prompt.line, what, "rename the value"))
    return codes, faults


def _tongue(path: Path, folder: Path) -> _Tongue:
    """Read one language's folder."""
    labels, faults = _labels(path / LABELS, folder)
    if not _known(path.name):
        where = path.relative_to(folder).as_posix()
        faults.append(
            Fault(where, 1, f"'{path.name}' is no language", "name it by its tag, like pt")
        )
    markdown = markup.reader()
    prompts: dict[str, Prompt] = {}
    allowed: dict[str, frozenset[str]] = {}
    for file in sorted(path.rglob("*.md")):
        text, more = _text(file, folder)
        faults += more
        if more:
            continue
        page = sections.read(text, file.relative_to(folder).as_posix(), file.stem, markdown)
        faults += page.faults
        for prompt in page.prompts:
            other = prompts.setdefault(prompt.id, prompt)
            if other is not prompt:
                what = f"{prompt.id} stands in {other.file} too"
                faults.append(Fault(prompt.file, prompt.line, what, "rename one of the files"))
            allowed[prompt.id] = page.placeholders
    return _Tongue(prompts, labels, allowed, tuple(faults))


def _labels(path: Path, folder: Path) -> tuple[Mapping[str, yamltext.Entry], list[Fault]]:
    file = path.relative_to(folder).as_posix()
    text, faults = _text(path, folder)
    root, more = yamltext.read(text, file)
    faults += more
    for key, entry in root.fields.items():
        read_label = pieces.template(entry.text)
        if not entry.text:
            faults.append(Fault(file, entry.line, f"'{key}' has no text", "write one"))
        elif isinstance(read_label, Flaw):
            faults.append(read_label.at(file, entry.line))
        elif _known(path.parent.name):
            flaws = validate.plural_flaws(read_label, path.parent.name)
            faults += (flaw.at(file, entry.line) for flaw in flaws)
    return root.fields, faults


def _text(path: Path, folder: Path) -> tuple[str, list[Fault]]:
    file = path.relative_to(folder).as_posix()
    try:
        return path.read_text(encoding="utf-8-sig"), []
    except UnicodeDecodeError:
        return "", [Fault(file, 1, "this is no UTF-8 text", "save it as UTF-8")]
    except OSError as error:
        return "", [Fault(file, 1, f"it can't be read ({error.strerror})", "see that it is there")]
