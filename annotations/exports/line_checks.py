"""Checks of single values in a line of a file, each with the path to what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models.fields import KEY_MAX_LENGTH

# So much of a wrong value is shown.
SHOWN = 60


class LineRefused(ValueError):
    """A line that cannot be taken: what is wrong, and the path, column or byte where."""

    def __init__(
        self, code: str, message: str, *, path: str = "", column: int | None = None, byte: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path
        self.column = column
        self.byte = byte

    def under(self, path: str) -> LineRefused:
        """Return the same refusal, seen from one level further up."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return LineRefused(self.code, self.message, path=f"{path}{joint}{self.path}")


def check_keys(value: Any, keys: frozenset[str], optional: frozenset[str] = frozenset()) -> None:
    """Refuse what is no object with these keys; those that are ``optional`` may be missing."""
    if type(value) is not dict:
        raise LineRefused("not_object", _("An object belongs here, not %(given)s.") % {"given": short(value)})
    if value.keys() == keys or value.keys() - optional == keys:
        return
    if unknown := sorted(value.keys() - keys - optional):
        raise LineRefused("unknown_key", _("The key %(key)s is not known.") % {"key": short(unknown[0])})
    missing = min(keys - value.keys())
    raise LineRefused("missing_key", _("The key %(key)s is missing.") % {"key": short(missing)})


def check_part(value: Record, name: str, check: Callable[[Any], None]) -> None:
    """Check one part of an object, and tell its name with what is wrong in it."""
    try:
        check(value[name])
    except LineRefused as refused:
        raise refused.under(name) from None


def check_rows(value: Record, name: str, check: Callable[[Any], None], *, unique: bool = True) -> None:
    """Check each row of a list; rows with an ``id`` must be ``unique``."""
    rows = list_of(value, name)
    for place, row in enumerate(rows):
        try:
            check(row)
        except LineRefused as refused:
            raise refused.under(f"{name}[{place}]") from None
    if unique:
        refuse_twice(value, name, [row["id"] for row in rows], ".id")


def refuse_twice(value: Record, name: str, found: list[Any], suffix: str = "") -> None:
    """Refuse a value that stands in a list twice."""
    if len(set(found)) == len(found):
        return
    place = next(place for place, one in enumerate(found) if one in found[:place])
    message = _("%(value)s stands here twice.") % {"value": short(found[place])}
    raise LineRefused("twice", message, path=f"{name}[{place}]{suffix}")


def list_of(value: Record, name: str) -> list[Any]:
    """Return the list under a name."""
    if type(value[name]) is not list:
        message = _("A list belongs here, not %(given)s.") % {"given": short(value[name])}
        raise LineRefused("not_list", message, path=name)
    return value[name]


def check_text(value: Record, name: str, length: int | None = None, *, nullable: bool = False) -> None:
    """Refuse what is no text, an empty one, or one of more than ``length`` characters."""
    text = value[name]
    if text is None and nullable:
        return
    if type(text) is not str:
        message = _("A text belongs here, not %(given)s.") % {"given": short(text)}
        raise LineRefused("not_text", message, path=name)
    if not text:
        message = _("This is empty. Write null instead.") if nullable else _("This is empty.")
        raise LineRefused("empty", message, path=name)
    if length is not None and len(text) > length:
        raise LineRefused("too_long", _("%(most)s characters are the most.") % {"most": length}, path=name)


def check_number(value: Record, name: str, least: int, most: int) -> None:
    """Refuse what is no whole number within these bounds."""
    number = value[name]
    if type(number) is not int or not least <= number <= most:
        message = _("A whole number from %(least)s to %(most)s belongs here.") % {"least": least, "most": most}
        raise LineRefused("number", message, path=name)


def check_flag(value: Record, name: str) -> None:
    """Refuse what is neither true nor false."""
    if type(value[name]) is not bool:
        message = _("true or false belongs here, not %(given)s.") % {"given": short(value[name])}
        raise LineRefused("not_flag", message, path=name)


def check_choice(value: Record, name: str, allowed: frozenset[str], *, nullable: bool = False) -> None:
    """Refuse what is none of the allowed values."""
    given = value[name]
    if (given is None and nullable) or (type(given) is str and given in allowed):
        return
    told = {"given": short(given), "known": ", ".join(sorted(allowed))}
    raise LineRefused("choice", _("%(given)s is none of: %(known)s.") % told, path=name)


def check_reference(value: Record, name: str, known: set[str], *, nullable: bool = True) -> None:
    """Refuse an id that this line does not list."""
    check_text(value, name, KEY_MAX_LENGTH, nullable=nullable)
    if value[name] is not None and value[name] not in known:
        message = _("This line lists no %(name)s %(key)s.") % {"name": name, "key": short(value[name])}
        raise LineRefused(f"unknown_{name}", message, path=name)


def short(value: Any) -> str:
    """Return a wrong value as a message shows it."""
    if isinstance(value, str):
        return f"“{value[:SHOWN]}…”" if len(value) > SHOWN else f"“{value}”"
    if isinstance(value, list | dict):
        return _("a list") if isinstance(value, list) else _("an object")
    words = {None: "null", True: "true", False: "false"}
    return str(value)[:SHOWN] if value not in words or type(value) in {int, float} else words[value]
