"""The schema of the copy that /export makes, as JSON Schema: made from the types themselves.

`python -m bot export-schema` prints it; docs/export.schema.json is what it printed.
"""

from typing import Any, Final, get_type_hints

import msgspec
from msgspec import inspect

from bot.export import FORMAT, SECRET
from scheduler.core.decision import Record
from scheduler.core.enrolment import Enrolment
from scheduler.store.names import Kind

Schema = dict[str, Any]
ISO: Final[Schema] = {"type": "string", "format": "date-time"}
WHOLE: Final[Schema] = {"type": "integer"}
PLAIN: Final = {
    inspect.IntType: "integer",
    inspect.FloatType: "number",
    inspect.StrType: "string",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
}


def schema() -> Schema:
    """Give the schema of the whole file; every field is always there, and no other."""
    known: dict[str, Schema] = {}
    words, state = _named(Record, known), _named(Enrolment, known)
    known[Record.__name__]["properties"]["at"] = ISO
    known[Enrolment.__name__]["properties"][SECRET] = {"type": "boolean"}
    update = {"type": "object"}
    parts: dict[str, Schema] = {
        "format": {"const": FORMAT},
        "names_left_out": WHOLE,
        "in_place_of_names": {"type": "string"},
        "words": {"type": "array", "items": words},
        "state": state,
        "messages": {"type": "array", "items": _object({"id": WHOLE, "at": ISO})},
        "due": {
            "type": "object",
            "propertyNames": {"enum": sorted(Kind)},
            "additionalProperties": ISO,
        },
        "updates": _object(
            {
                "waiting": {"type": "array", "items": update},
                "given_up": {"type": "array", "items": update},
                "looked_at": {"anyOf": [ISO, {"type": "null"}]},
            }
        ),
        "revision": WHOLE,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A copy of all that In Your Corner keeps of one person",
        **_object(parts),
        "$defs": dict(sorted(known.items())),
    }


def _object(parts: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": parts,
        "required": list(parts),
        "additionalProperties": False,
    }


def _named(cls: type[msgspec.Struct], known: dict[str, Schema]) -> Schema:
    """Describe a struct under its name, and give the reference to it."""
    if cls.__name__ not in known:
        known[cls.__name__] = {}  # it may hold its own kind
        fields = get_type_hints(cls)
        parts = {
            name: _of(inspect.type_info(fields[name]), known) for name in cls.__struct_fields__
        }
        told = " ".join((cls.__doc__ or "").split())
        known[cls.__name__] = {"description": told, **_object(parts)}
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _of(kind: inspect.Type, known: dict[str, Schema]) -> Schema:  # noqa: PLR0911 - a table
    match kind:
        case inspect.StructType(cls=cls):
            return _named(cls, known)
        case inspect.EnumType(cls=cls):
            return {"enum": [str(one.value) for one in cls]}
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return {"type": "array", "items": _of(item, known)}
        case inspect.TupleType(item_types=items):
            return {"type": "array", "items": {"anyOf": [_of(one, known) for one in items]}}
        case inspect.DictType(value_type=inspect.AnyType()):
            return {"type": "object"}
        case inspect.DictType(value_type=value):
            return {"type": "object", "additionalProperties": _of(value, known)}
        case inspect.UnionType(types=types):
            return {"anyOf": [_of(one, known) for one in types]}
        case _:
            return {"type": PLAIN[type(kind)]}


def text() -> str:
    """Write it as it stands in docs/export.schema.json."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
