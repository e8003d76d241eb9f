"""Which encoding a file is in: by its byte order mark, by name, or as a guess that a person must confirm."""

import codecs
import re

_BOMS = (
    # UTF-32 little-endian begins with the bytes of UTF-16 little-endian, so it is asked first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A declared list: Python knows codecs that are no charsets of texts (rot13, unicode_escape) and some that are slow.
KNOWN_CHARSETS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii",
    "iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8",
    "iso-8859-9", "iso-8859-10", "iso-8859-11", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1257", "windows-1258", "mac-roman", "mac-cyrillic", "koi8-r", "koi8-u", "cp437", "cp850", "cp852",
    "cp866", "cp874", "shift_jis", "cp932", "euc-jp", "iso-2022-jp", "gb2312", "gbk", "gb18030", "big5",
    "big5-hkscs", "euc-kr", "cp949",
)  # fmt: skip
_BY_CODEC = {codecs.lookup(name).name: name for name in KNOWN_CHARSETS}
# A name of the web that Python does not know.
_ALIASES = {"windows-874": "cp874"}
# Without a BOM the web reads the bare names as little-endian.
_BARE = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_NAME = re.compile(r"[A-Za-z0-9][\w.:\-]{0,39}", re.ASCII)
_SAMPLE_BYTES = 4096
_KANA = re.compile("[\u3040-\u30ff]")


def bom_encoding(data: bytes) -> str | None:
    """Return the encoding that the byte order mark names, or None without one."""
    return next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)


def known_encoding(charset: str) -> str | None:
    """Return our name of a declared charset, whatever alias was used, or None if it is not on the list."""
    name = charset.strip()
    if not _NAME.fullmatch(name):
        return None
    try:
        codec = codecs.lookup(_ALIASES.get(name.lower(), name)).name
    except LookupError:
        return None
    known = _BY_CODEC.get(codec)
    return _BARE.get(known, known) if known else None


def guess_encoding(data: bytes) -> str | None:
    """Return a likely encoding of bytes that are not UTF-8, for a person to confirm; None if nothing fits."""
    sample = data[:_SAMPLE_BYTES]
    if sample.count(0) * 4 > len(sample):
        return "utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be"
    high = sum(byte >= 0x80 for byte in sample)
    letters = sum(bytes((byte,)).isalpha() for byte in sample)
    if high <= letters and _fits(sample, "windows-1252"):
        return "windows-1252"
    for encoding in ("shift_jis", "euc-jp"):
        if _fits(sample, encoding) and len(_KANA.findall(_read(sample, encoding))) * 8 > high:
            return encoding
    # The small letters of Cyrillic lie at the top; the common Chinese characters lie below them.
    cyrillic = sum(byte >= 0xE0 for byte in sample) * 2 > high
    order = ("windows-1251", "gb18030") if cyrillic else ("gb18030", "windows-1251")
    return next((encoding for encoding in (*order, "windows-1252") if _fits(sample, encoding)), None)


def _fits(sample: bytes, encoding: str) -> bool:
    return "\ufffd" not in _read(sample, encoding)


def _read(sample: bytes, encoding: str) -> str:
    # The incremental decoder keeps a character that the end of the sample cuts in two.
    return codecs.getincrementaldecoder(encoding)("replace").decode(sample)
