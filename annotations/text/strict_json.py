"""JSON read strictly: what two readers could understand differently is refused, with the path to it."""

import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

MAX_DEPTH = 32
MAX_DIGITS = 1000
_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


class JsonRefused(ValueError):
    """JSON that cannot be taken. ``path`` leads to the fault, or ``column`` where it is no JSON at all."""

    def __init__(self, code: str, message: str, *, path: str = "", column: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path
        self.column = column


class _Fault:
    """Stands in a parsed value where something must be refused, until its path is known."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message


def loads(data: str | bytes) -> Any:
    """Return the value of a JSON text, which as bytes is in UTF-8.

    Refused are: keys that stand twice in an object, NaN and infinite numbers, NUL and lone surrogates in strings,
    very long numbers, and nesting deeper than ``MAX_DEPTH``.
    """
    text = _decoded(data) if isinstance(data, bytes) else data
    value, has_fault = _parse(text)
    if _is_deep(value):
        raise _too_deep()
    if has_fault or _ESCAPE.search(text):
        for path, found in _walk(value, ""):
            _refuse(path, found)
    return value


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise JsonRefused("not_utf8", f"JSON is in UTF-8: byte {error.start} fits no character.") from None


def _parse(text: str) -> tuple[Any, bool]:
    try:
        reader = _Reader()
        return reader.decode(text), reader.has_fault
    except json.JSONDecodeError as error:
        raise JsonRefused("not_json", f"This is no JSON: {error.msg}.", column=error.pos + 1) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        # Python reads no number of thousands of digits. A slower reader finds out where it stands.
        reader = _Reader(parse_int=_Reader.short_int)
        return reader.decode(text), True


class _Reader(json.JSONDecoder):
    """A decoder that keeps a fault in its place instead of taking the last, or the nearest, value."""

    def __init__(self, parse_int: Callable[[str], Any] | None = None) -> None:
        super().__init__(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_float=self._float,
            parse_int=parse_int,
        )
        self.has_fault = False

    def _fault(self, code: str, message: str) -> _Fault:
        self.has_fault = True
        return _Fault(code, message)

    def _object(self, pairs: list[tuple[str, Any]]) -> Any:
        value = dict(pairs)
        if len(value) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            return self._fault("duplicate_key", f"The key {twice!r:.80} stands twice in one object.")
        return value

    def _constant(self, name: str) -> Any:
        return self._fault("not_a_number", f"{name} is no JSON number.")

    def _float(self, digits: str) -> Any:
        value = float(digits)
        return value if math.isfinite(value) else self._fault("number_too_large", f"{digits:.40} is too large.")

    @staticmethod
    def short_int(digits: str) -> Any:
        """Return a number, or a fault in its place."""
        if len(digits) > MAX_DIGITS:
            return _Fault("number_too_large", f"A number of {len(digits)} digits is too large.")
        return int(digits)


def _is_deep(value: Any) -> bool:
    level = [value] if type(value) in {dict, list} else []
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        children = [list(one.values()) if type(one) is dict else one for one in level]
        level = [child for found in children for child in found if type(child) in {dict, list}]
    return bool(level)


def _too_deep() -> JsonRefused:
    return JsonRefused("too_deep", f"This is nested deeper than {MAX_DEPTH} levels.")


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, child in value.items():
            _refuse(path, key)
            yield from _walk(child, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _walk(child, f"{path}[{place}]")
    else:
        yield path, value


def _refuse(path: str, value: Any) -> None:
    if isinstance(value, _Fault):
        raise JsonRefused(value.code, value.message, path=path)
    if isinstance(value, str) and (found := _UNKEPT.search(value)):
        what = "a NUL character" if found.group() == "\0" else f"half a character (U+{ord(found.group()):04X})"
        raise JsonRefused("bad_character", f"The text holds {what} at character {found.start() + 1}.", path=path)
