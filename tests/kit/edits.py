"""A writer at work: the shipped content in a folder of its own, changed by name, and read again."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from content import load
from content.schema import Program


class Edition:
    """A copy of the shipped content that can be changed; each change gives the edition again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = folder / "en"
        shutil.copytree(load.HERE / "en", self.words)
        shutil.copy(load.HERE / "program.yaml", folder)

    def read(self) -> Program:
        """Read it as the bot does at its start."""
        return load.load(self.folder)

    def removes(self, *days: str, keep_words: bool = False) -> "Edition":
        """Take days or weeks out of the program, and their files with them."""
        data = self._program()
        for step in data["steps"]:
            step["days"] = [day for day in step["days"] if day not in days]
        data["steps"] = [step for step in data["steps"] if step["days"]]
        data["weeks"] = [week for week in data["weeks"] if week not in days]
        data["gates"] = [gate for gate in data["gates"] if gate not in days]
        if keep_words:
            data["retired"] = list(days)
        self._write(data)
        for day in [] if keep_words else days:
            self._file(day).unlink()
        return self

    def renames(self, old: str, new: str, *, told: bool = True) -> "Edition":
        """Give a day or week another name; `told` says so in program.yaml."""
        text = (self.folder / "program.yaml").read_text("utf-8")
        text = re.sub(rf"\b{old}\b", new, text)
        if told and "renamed: {" in text:
            text = text.replace("renamed: {", f"renamed: {{{old}: {new}, ")
        elif told:
            text += f"\nrenamed: {{{old}: {new}}}\n"
        (self.folder / "program.yaml").write_text(text, encoding="utf-8")
        for file in self.words.rglob("*.md"):
            words = file.read_text("utf-8")
            file.write_text(words.replace(f"{old}-reflection", f"{new}-reflection"), "utf-8")
        self._file(old).rename(self._file(old).with_name(f"{new}.md"))
        return self

    def swaps(self, one: str, other: str) -> "Edition":
        """Let two days change places."""
        data = self._program()
        places = {one: other, other: one}
        for step in data["steps"]:
            step["days"] = [places.get(day, day) for day in step["days"]]
        self._write(data)
        return self

    def adds(self, name: str, after: str) -> "Edition":
        """Add a day or week with words of its own."""
        data = self._program()
        lists = [*(step["days"] for step in data["steps"]), data["weeks"]]
        place = next(one for one in lists if after in one)
        place.insert(place.index(after) + 1, name)
        self._write(data)
        words = "---\ntitle: A new one\n---\n# lesson\nA new lesson.\n\n# reflection\nAnd this?\n\n"
        text = f"{words}- [fine] Fine\n\n## after\nA new reply.\n"
        self._file(after).with_name(f"{name}.md").write_text(text, encoding="utf-8")
        return self

    def changes(self, file: str, old: str, new: str) -> "Edition":
        """Change words in a file."""
        path = self.words / file
        text = path.read_text("utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def _file(self, day: str) -> Path:
        return next(self.words.rglob(f"{day}.md"))

    def _program(self) -> dict[str, Any]:
        data: dict[str, Any] = yaml.safe_load((self.folder / "program.yaml").read_text("utf-8"))
        return data

    def _write(self, data: object) -> None:
        text = yaml.safe_dump(data, sort_keys=False)
        (self.folder / "program.yaml").write_text(text, encoding="utf-8")
