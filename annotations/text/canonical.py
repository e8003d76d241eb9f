"""What import does to a text: one leading BOM and the line ends, nothing else. What cannot be kept is refused."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from typing import Self

from annotations.text.characters import describe, is_blank, may_stand_in_name
from annotations.text.charset import KNOWN_CHARSETS, bom_encoding, guess_encoding, known_encoding
from annotations.text.lines import Position, position

__all__ = [
    "Decoded",
    "TextRefused",
    "canonicalise",
    "check_name",
    "decode",
    "is_blank",
    "require_words",
    "text_sha256",
    "with_headline",
]

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LINE_BREAK = re.compile(r"\s*\n\s*")
_PREVIEW_WIDTH = 24


class TextRefused(ValueError):
    """A text that cannot be taken as it is. The message says what, where, and how to mend it."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        offset: int | None = None,
        at: Position | None = None,
        byte_offset: int | None = None,
        guess: str | None = None,
        preview: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset
        self.line = at.line if at else None
        self.column = at.column if at else None
        self.byte_offset = byte_offset
        self.guess = guess
        self.preview = preview

    @classmethod
    def of_character(cls, text: str, offset: int, byte_offset: int | None = None) -> Self:
        """Refuse the character at this offset of a text, and at this one of its bytes."""
        at = position(text, offset)
        code, what = _why_refused(text[offset])
        message = f"The text holds {what} at {at}. Delete it and try again."
        return cls(code, message, offset=offset, at=at, byte_offset=byte_offset)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding that its bytes were in. A BOM is still there; `canonicalise` drops it."""

    text: str
    encoding: str


def canonicalise(text: str) -> str:
    """Drop one leading BOM and turn CRLF and CR into LF; refuse NUL, other C0 controls and lone surrogates."""
    refused = _REFUSED.search(text)
    if refused:
        raise TextRefused.of_character(text, refused.start())
    # One BOM is dropped, and doing it twice must change nothing: so a second one can be neither dropped nor kept.
    if text.startswith("\ufeff\ufeff"):
        message = "The text begins with more than one byte order mark (U+FEFF). Save it with one or none and try again."
        raise TextRefused("second_bom", message, offset=1, at=Position(1, 1))
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def require_words(text: str) -> str:
    """Return the text if something of it can be seen; refuse it as having no text otherwise."""
    if is_blank(text):
        raise TextRefused("blank", "There is no text: only white space or characters that cannot be seen.")
    return text


def decode(data: bytes, charset: str | None = None) -> Decoded:
    """Read bytes strictly: as their BOM says, else as the declared charset, else as UTF-8, else refuse them."""
    marked = bom_encoding(data)
    if marked:
        return _decode_as(data, marked, f"The file begins with a {marked} byte order mark but is not {marked}")
    if charset:
        declared = known_encoding(charset)
        if declared is None:
            known = ", ".join(KNOWN_CHARSETS)
            raise TextRefused("unknown_charset", f"The charset {charset!r:.60} is not known. Use one of: {known}.")
        try:
            return Decoded(data.decode(declared), declared)
        except UnicodeDecodeError:
            return _decode_as(data, "utf-8", f"The file is neither {declared} nor UTF-8")
    return _decode_as(data, "utf-8", "The file is not UTF-8")


def text_sha256(text: str) -> str:
    """Return the SHA-256 of the UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def with_headline(headline: str | None, body: str) -> str:
    """Return the canonical text of a story: a headline given apart becomes its first line, then a blank line."""
    body = canonicalise(body)
    line = _LINE_BREAK.sub(" ", canonicalise(headline or "").strip())
    if is_blank(line) or _folded(line) == _folded(_first_line(body)):
        return body
    return f"{line}\n\n{body}"


def check_name(text: str) -> str:
    """Return a name, or another line, unchanged; refuse one that is blank or holds what could deceive a reader."""
    if is_blank(text):
        raise TextRefused("blank", "It needs at least one character that can be seen.")
    if text.isascii() and text.isprintable():
        # Most ids are such, and a dataset has many: none of these characters is refused.
        return text
    for offset, char in enumerate(text):
        if not may_stand_in_name(text, offset):
            message = f"It may not hold {describe(char)} here (character {offset + 1}). Delete it and try again."
            raise TextRefused("name_character", message, offset=offset, at=Position(1, offset + 1))
    return text


def _why_refused(char: str) -> tuple[str, str]:
    if char == "\0":
        return "nul", "a NUL character (U+0000)"
    if "\ud800" <= char <= "\udfff":
        return "lone_surrogate", f"half a character, the lone surrogate U+{ord(char):04X},"
    return "control_character", f"the control character {describe(char)}"


def _decode_as(data: bytes, encoding: str, complaint: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, encoding, complaint, error.start) from error


def _undecodable(data: bytes, encoding: str, complaint: str, byte_offset: int) -> TextRefused:
    before = codecs.decode(data[:byte_offset], encoding)
    halves = _with_halves(data) if encoding == "utf-8" else None
    if halves:
        return TextRefused.of_character(halves, len(before), byte_offset)
    at = position(before, len(before))
    guess = guess_encoding(data)
    preview = _preview(data, byte_offset, guess) if guess else None
    message = f"{complaint}: byte {byte_offset} (0x{data[byte_offset]:02X}) at {at} fits no character. "
    message += f"It looks like {guess}, which would read: {preview!r}. " if guess else ""
    message += "Save it as UTF-8, or say which charset it is in."
    code = "not_utf8" if encoding == "utf-8" else "wrong_charset"
    return TextRefused(code, message, offset=len(before), at=at, byte_offset=byte_offset, guess=guess, preview=preview)


def _with_halves(data: bytes) -> str | None:
    """Return the text of bytes whose one fault is that halves of characters stand in them, so no other charset fits."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


def _preview(data: bytes, byte_offset: int, encoding: str) -> str:
    before = data[:byte_offset].decode(encoding, "ignore")[-_PREVIEW_WIDTH:]
    after = data[byte_offset:].decode(encoding, "ignore")[:_PREVIEW_WIDTH]
    return _LINE_BREAK.sub(" ", before + after).strip()


def _first_line(text: str) -> str:
    return text.lstrip("\n").partition("\n")[0]


def _folded(line: str) -> str:
    return " ".join(line.split())
