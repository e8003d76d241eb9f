"""Classes of characters that several modules need: invisible ones, and those that a name may not hold."""

import unicodedata

# Format characters (category Cf) that do show: Arabic, Syriac and Kaithi signs that enclose the digits after them.
PREPENDED_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Letters, marks and symbols that show nothing although their category says otherwise.
_BLANK_LOOKING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def is_invisible(char: str) -> bool:
    """Say whether a character is white space, zero-width, a control or a format character."""
    if char.isspace() or char in _BLANK_LOOKING:
        return True
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) in _INVISIBLE_CATEGORIES and char not in PREPENDED_SIGNS


def is_blank(text: str) -> bool:
    """Say whether nothing of the text can be seen: only white space or zero-width and format characters."""
    return all(is_invisible(char) for char in text)


def may_stand_in_name(char: str) -> bool:
    """Say whether a name may hold a character: no control, bidirectional control, zero-width or line separator."""
    if char in _BLANK_LOOKING or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
        return False
    return unicodedata.category(char) != "Cf" or char in PREPENDED_SIGNS


def describe(char: str) -> str:
    """Name a character so that a person can look for it: `U+200B ZERO WIDTH SPACE`."""
    name = _CONTROL_NAMES.get(char) or unicodedata.name(char, "")
    return f"U+{ord(char):04X} {name}".rstrip()


_CONTROL_NAMES = {"\0": "NUL", "\x08": "BACKSPACE", "\x0b": "VERTICAL TAB", "\x0c": "FORM FEED", "\x1b": "ESCAPE"}
