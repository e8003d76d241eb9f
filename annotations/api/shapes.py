"""The shape of what is sent and answered, as JSON Schema: one declaration documents it and checks it.

``check`` knows the keywords that our own shapes use and no others. It is stricter than the standard in one point:
1.0 is no whole number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Shape = Mapping[str, Any]

MAX_REVISION = 2**31 - 1


def string(*, longest: int, shortest: int = 0, **keywords: Any) -> Shape:
    """Return the shape of a text."""
    return {"type": "string", "minLength": shortest, "maxLength": longest, **keywords}


def whole(*, least: int = 0, most: int = MAX_REVISION, **keywords: Any) -> Shape:
    """Return the shape of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most, **keywords}


def choice(values: Sequence[str], **keywords: Any) -> Shape:
    """Return the shape of one of some words."""
    return {"type": "string", "enum": list(values), **keywords}


def listing(items: Shape, *, most: int | None = None, least: int = 0, **keywords: Any) -> Shape:
    """Return the shape of a list."""
    limits = {"maxItems": most} if most is not None else {}
    return {"type": "array", "items": items, "minItems": least, **limits, **keywords}


def record(properties: Mapping[str, Shape], *, optional: Sequence[str] = (), **keywords: Any) -> Shape:
    """Return the shape of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        **keywords,
    }


def optional_record(properties: Mapping[str, Shape], **keywords: Any) -> Shape:
    """Return the shape of an object each property of which may be left out."""
    return record(properties, optional=list(properties), **keywords)


def nullable(shape: Shape) -> Shape:
    """Return the shape of something or nothing."""
    return {"anyOf": [shape, {"type": "null"}]}


def reference(name: str) -> Shape:
    """Return a reference to a shape that ``openapi.COMPONENTS`` names."""
    return {"$ref": f"#/components/schemas/{name}"}


TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "number": lambda value: type(value) in {int, float},
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}
NAMES = {
    "string": gettext_lazy("a text"),
    "integer": gettext_lazy("a whole number"),
    "number": gettext_lazy("a number"),
    "boolean": gettext_lazy("true or false"),
    "array": gettext_lazy("a list"),
    "object": gettext_lazy("an object"),
    "null": "null",
}


def faults(value: Any, shape: Shape, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the place and the reason of everything in ``value`` that is not of this shape."""
    branches = shape.get("anyOf", [shape])
    branch = next((one for one in branches if TYPES[one["type"]](value)), None)
    if branch is None:
        wanted = _(" or ").join(str(NAMES[one["type"]]) for one in branches)
        yield path, _("It must be %(wanted)s.") % {"wanted": wanted}
        return
    yield from CHECKS.get(branch["type"], _no_faults)(value, branch, path)


def _no_faults(value: Any, shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    yield from ()


def _string_faults(value: str, shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    if "enum" in shape and value not in shape["enum"]:
        yield path, _("It must be one of: %(known)s.") % {"known": ", ".join(shape["enum"])}
    if len(value) < shape.get("minLength", 0):
        yield path, _("It is empty.")
    if len(value) > shape.get("maxLength", len(value)):
        yield path, _("It is longer than %(most)s characters.") % {"most": shape["maxLength"]}


def _number_faults(value: float, shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    least, most = shape.get("minimum", value), shape.get("maximum", value)
    if not least <= value <= most:
        yield path, _("It must be between %(least)s and %(most)s.") % {"least": least, "most": most}


def _array_faults(value: list[Any], shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    if len(value) < shape["minItems"]:
        yield path, _("It is empty.")
    if len(value) > shape.get("maxItems", len(value)):
        yield path, _("It has more than %(most)s entries.") % {"most": shape["maxItems"]}
        return
    for index, item in enumerate(value):
        yield from faults(item, shape["items"], f"{path}[{index}]")


def _object_faults(value: dict[str, Any], shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    properties, others = shape.get("properties", {}), shape["additionalProperties"]
    inside = f"{path}." if path else ""
    for name in shape.get("required", ()):
        if name not in value:
            yield f"{inside}{name}", _("It is missing.")
    for name, needed in shape.get("dependentRequired", {}).items():
        if name in value:
            missing = [one for one in needed if one not in value]
            yield from ((f"{inside}{one}", _("It is needed with %(name)s.") % {"name": name}) for one in missing)
    if len(value) > shape.get("maxProperties", len(value)):
        yield path, _("It has more than %(most)s entries.") % {"most": shape["maxProperties"]}
        return
    for name, item in value.items():
        if name in properties:
            yield from faults(item, properties[name], f"{inside}{name}")
        elif others is False:
            yield f"{inside}{name:.60}", _("There is no such field here.")
        else:
            yield from faults(item, others, f"{inside}{name:.60}")


CHECKS: dict[str, Callable[[Any, Shape, str], Iterator[tuple[str, str]]]] = {
    "string": _string_faults,
    "integer": _number_faults,
    "number": _number_faults,
    "array": _array_faults,
    "object": _object_faults,
}


TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
WORDS = nullable(TEXT)
OFFSET = whole(description="Code points.")
REVISION = whole(least=1)
ID = whole(least=1, most=2**63 - 1)
