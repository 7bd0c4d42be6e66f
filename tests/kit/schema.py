"""As much of JSON Schema as the copy's schema uses."""

from typing import Any, TypeAlias

Plain: TypeAlias = Any
"""Data as JSON has it."""


def fits(value: Plain, schema: Plain, known: Plain) -> bool:  # noqa: PLR0911 - a table
    """Tell whether plain data is as a schema says, as far as ours says anything."""
    if "$ref" in schema:
        return fits(value, known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        return any(fits(value, one, known) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    match schema["type"]:
        case "object":
            parts, more = schema.get("properties", {}), schema.get("additionalProperties", True)
            there = isinstance(value, dict) and set(schema.get("required", ())) <= set(value)
            return there and all(
                fits(one, parts[name], known) if name in parts else _more(one, more, known)
                for name, one in value.items()
            )
        case "array":
            return isinstance(value, list) and all(fits(x, schema["items"], known) for x in value)
        case "string":
            return isinstance(value, str)
        case "integer" | "number" as kind:
            numbers = (int,) if kind == "integer" else (int, float)
            return isinstance(value, numbers) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return value is None


def _more(value: Plain, more: Plain, known: Plain) -> bool:
    return more if isinstance(more, bool) else fits(value, more, known)
