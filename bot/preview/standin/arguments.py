"""Checked arguments with typed access, so that no method asks twice what a value is."""

from collections.abc import Mapping

from bot.preview.standin.checking import Upload
from bot.preview.standin.model import Json


class Arguments:
    """The arguments of one call; the rules table has seen to their types."""

    def __init__(self, checked: Mapping[str, object]) -> None:
        self._checked = checked

    def __getitem__(self, name: str) -> object:
        return self._checked.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self._checked

    def text(self, name: str) -> str:
        """Give a string, empty if absent."""
        value = self[name]
        return value if isinstance(value, str) else ""

    def number(self, name: str, default: int = 0) -> int:
        """Give an integer."""
        value = self[name]
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """Give a boolean, false if absent."""
        return self[name] is True

    def items(self, name: str) -> list[object]:
        """Give an array, empty if absent."""
        value = self[name]
        return value if isinstance(value, list) else []

    def numbers(self, name: str) -> list[int]:
        """Give the integers of an array."""
        return [item for item in self.items(name) if isinstance(item, int)]

    def strings(self, name: str) -> list[str]:
        """Give the strings of an array."""
        return [item for item in self.items(name) if isinstance(item, str)]

    def mapping(self, name: str) -> Json | None:
        """Give an object, if present."""
        value = self[name]
        return value if isinstance(value, dict) else None

    def upload(self, name: str) -> Upload | None:
        """Give a file, if one came with the call."""
        value = self[name]
        return value if isinstance(value, Upload) else None
