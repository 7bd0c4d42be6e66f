"""A language made by a test: every letter of the English words in another script.

Placeholders, markup, commands and the values of buttons stay; a plural gets each form that the
language needs. Whatever Latin letters a participant still receives are hard-coded English.
"""

import json
import re
import shutil
from pathlib import Path

import yaml
from babel import Locale

from content import load
from content.load import LABELS
from content.schema import Program

SCRIPTS = {
    "ru": "абцдефгхийклмнопярстувжшыз",
    "ar": "ابكدهفغحيجقلمنوپخرستعڤطصثز",
    "he": "אבגדהוזחטיכלמנספצקרשתךםןףץ",
}
"""A letter for each of a to z."""
_KEPT = re.compile(
    r"""
    \{\{ | \}\} | \{[^{}]*\}                                # placeholders
    | ^\s*-\ \[[a-z0-9-]+\] | \ \|\ \[[a-z0-9-]+\]          # values of buttons
    | (?<![\w/])/[a-z]+\d?\b | \]\([^)]*\)                 # commands, addresses
    """,
    re.MULTILINE | re.VERBOSE,
)
_PLURAL = re.compile(r"\{([a-z_]+)\|([^{}]*)\}")


class Tongue:
    """English in other letters, as a language of this tag ("ru", "ar", "he")."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        letters = SCRIPTS[tag]
        self._table = str.maketrans(
            {chr(97 + n): letter for n, letter in enumerate(letters)}
            | {chr(65 + n): letter.upper() for n, letter in enumerate(letters)}
        )
        self._forms = (*sorted(Locale.parse(tag).plural_form.tags - {"other"}), "other")

    def __call__(self, english: str) -> str:
        """Say something of the English words in this language."""
        parts, done = [], 0
        for kept in _KEPT.finditer(english):
            parts += [english[done : kept.start()].translate(self._table), self._form(kept[0])]
            done = kept.end()
        return "".join([*parts, english[done:].translate(self._table)])

    def _form(self, kept: str) -> str:
        plural = _PLURAL.fullmatch(kept)
        if plural is None:
            return kept
        forms = dict(form.split(":", 1) for form in plural[2].split("|"))
        said = (f"{tag}:{self(forms.get(tag, forms['other']))}" for tag in self._forms)
        return f"{{{plural[1]}|{'|'.join(said)}}}"

    def writes(self, folder: Path) -> Program:
        """Add the language to a copy of the shipped content, and read it."""
        shutil.copytree(load.HERE / "en", folder / "en", dirs_exist_ok=True)
        shutil.copy(load.HERE / "program.yaml", folder)
        for file in sorted((load.HERE / "en").rglob("*.md")):
            path = folder / self.tag / file.relative_to(load.HERE / "en")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._page(file.read_text("utf-8")), encoding="utf-8")
        labels = yaml.load((load.HERE / "en" / LABELS).read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - every scalar is text
        lines = [f'"{k}": {json.dumps(self(v), ensure_ascii=False)}\n' for k, v in labels.items()]
        (folder / self.tag / LABELS).write_text("".join(lines), encoding="utf-8")
        return load.load(folder)

    def _page(self, source: str) -> str:
        """Write a file of words: its head and its headings stay, but for the title."""
        _, head, body = source.split("---\n", 2) if source.startswith("---\n") else ("", "", source)
        titled = re.sub(
            r"(?m)^title: (.*)$",
            lambda match: f"title: {json.dumps(self(match[1].strip(chr(34))), ensure_ascii=False)}",
            head,
        )
        blocks = [b if b.startswith("#") else self(b) for b in re.split(r"(?m)^(#+ .*)$", body)]
        return f"---\n{titled}---\n{''.join(blocks)}"
