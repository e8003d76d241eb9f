"""Classes of characters that several modules need: invisible ones, and those that a name may not hold."""

import re
import unicodedata

from annotations.text.graphemes import pictograph_class

# Format characters (category Cf) that do show: Arabic, Syriac and Kaithi signs that enclose the digits after them.
PREPENDED_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Letters, marks and symbols that show nothing although their category says otherwise.
_BLANK_LOOKING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Persian and the scripts of India spell words with them, and emoji are built with one: ZERO WIDTH (NON-)JOINER.
JOINERS = frozenset("\u200c\u200d")
_JOINED = re.compile(f"[{pictograph_class()}\U0001f3fb-\U0001f3ff]")
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
    # Most texts show something at once, in ASCII; a dataset has a span for every few words.
    return not ("!" <= text[:1] <= "~") and all(is_invisible(char) for char in text)


def may_stand_in_name(text: str, offset: int) -> bool:
    """Say whether a name may hold this character of it: no control, bidi control, zero-width or line separator.

    A joiner may stand where it joins or parts something: between two letters, marks or emoji.
    """
    char = text[offset]
    if char in JOINERS:
        return 0 < offset < len(text) - 1 and _is_joined(text[offset - 1]) and _is_joined(text[offset + 1])
    if char in _BLANK_LOOKING or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}:
        return False
    return unicodedata.category(char) != "Cf" or char in PREPENDED_SIGNS


def _is_joined(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM" or _JOINED.match(char) is not None


def describe(char: str) -> str:
    """Name a character so that a person can look for it: `U+200B ZERO WIDTH SPACE`."""
    name = _CONTROL_NAMES.get(char) or unicodedata.name(char, "")
    return f"U+{ord(char):04X} {name}".rstrip()


_CONTROL_NAMES = {"\0": "NUL", "\x08": "BACKSPACE", "\x0b": "VERTICAL TAB", "\x0c": "FORM FEED", "\x1b": "ESCAPE"}
