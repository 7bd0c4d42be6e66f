"""YAML with places: every scalar is text ("no" is no boolean), every key knows its line."""

from dataclasses import dataclass, field

import yaml

from content.errors import Fault


@dataclass(frozen=True, slots=True)
class Entry:
    """A text, a list or a mapping, with the line on which it begins."""

    line: int
    text: str = ""
    items: tuple["Entry", ...] = ()
    fields: dict[str, "Entry"] = field(default_factory=dict)

    def get(self, key: str) -> "Entry":
        """Give a field, or an empty entry."""
        return self.fields.get(key, Entry(self.line))

    def listed(self) -> tuple["Entry", ...]:
        """Give the entries of a list; a text by itself counts as the only one."""
        return self.items or ((self,) if self.text else ())

    def texts(self) -> tuple[str, ...]:
        """Give the texts of a list; a text by itself counts as the only one."""
        return tuple(entry.text for entry in self.listed())


def read(text: str, file: str, first: int = 1) -> tuple[Entry, list[Fault]]:
    """Read YAML that begins on line `first` of a file."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first + min(mark.line if mark else 0, text.rstrip().count("\n"))
        what = f"this is no YAML: {error.problem}"
        return Entry(first), [Fault(file, line, what, "put texts with ':' or '#' in quotes")]
    except yaml.YAMLError:
        what = "this is no YAML: it holds characters that can't be shown"
        return Entry(first), [Fault(file, first, what, "take them out")]
    faults: list[Fault] = []
    return (_entry(root, file, first, faults) if root else Entry(first)), faults


def _entry(node: yaml.Node, file: str, first: int, faults: list[Fault]) -> Entry:
    line = first + node.start_mark.line
    match node:
        case yaml.ScalarNode():
            return Entry(line, text=node.value)
        case yaml.SequenceNode():
            return Entry(line, items=tuple(_entry(n, file, first, faults) for n in node.value))
        case _:
            return Entry(line, fields=_fields(node, file, first, faults))


def _fields(node: yaml.Node, file: str, first: int, faults: list[Fault]) -> dict[str, Entry]:
    fields: dict[str, Entry] = {}
    for key, value in node.value:
        line = first + key.start_mark.line
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not name:
            faults.append(Fault(file, line, "a key is no text", "write 'key: …'"))
        if name in fields:
            faults.append(Fault(file, line, f"'{name}' stands here twice", "keep one"))
        empty = isinstance(value, yaml.ScalarNode) and not value.value
        fields[name] = Entry(line) if empty else _entry(value, file, first, faults)
    return fields
