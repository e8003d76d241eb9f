"""What our own code and templates may not contain, whoever writes them next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CODE = sorted(path for folder in ("annotations", "newsnotes") for path in (ROOT / folder).rglob("*.py"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

# Each with what is wrong with it.
IN_TEMPLATES = {
    r"\|\s*safe\b|\{%\s*autoescape\b|safeseq": "marks text as safe",
    r"\shx-on|\son[a-z]+\s*=": "code in an attribute",
    r"\sstyle\s*=|<style": "a style that the Content-Security-Policy refuses",
    r"hx-(?:vals|headers)\s*=\s*['\"]?\s*js(?:on)?:": "a value that htmx evaluates",
    r"hx-trigger\s*=\s*\"[^\"]*\[": "a trigger filter, which needs eval",
    r"<script(?![^>]*\ssrc=)(?![^>]*application/json)": "an inline script",
    r"https?://(?!www\.w3\.org/)[^{\s\"<]*\.(?:js|css|woff2?)": "something loaded from elsewhere",
    r"javascript:": "code in an address",
    r"<iframe|<object|<embed|<base\s": "a door for foreign content",
}
IN_CODE = {
    r"\bmark_safe\b|\bSafeText\b|@\w*\.?html_safe": "marks text as safe",
    r"\beval\(|\bexec\(|\bpickle\b|\bmarshal\b|yaml\.load\b": "runs what it reads",
    r"\b(?:import|from) (?:requests|httpx|urllib3|aiohttp)\b|urllib\.request": "asks other servers",
    r"objects\.raw\(|\.extra\(|RawSQL": "SQL by hand",
    r"__regex|__iregex": "a regular expression that a person could write",
    r"\(\s*\*\*\s*request\.(?:GET|POST|data)": "a request that becomes arguments",
    r"csrf_exempt": "a form without its token",
    r"on_delete\s*=\s*models\.CASCADE|models\.CASCADE|models\.SET_NULL": "a row that goes with another",
    r"errors\s*=\s*[\"'](?:ignore|replace)[\"']": "a text that changes silently",
    r"\bprint\(": "a print",
}
IN_SCRIPTS = {
    r"\.(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write": "HTML made by hand",
    r"\beval\(|new Function|setTimeout\(\s*[\"']": "runs text",
    r"localStorage": "keeps something on a shared computer",
}
# Where one of these is right, and why.
ALLOWED = {
    # Only the addresses of the API answer without a token of a form: they look at no cookie.
    ("annotations/api/views/meta.py", "a form without its token"),
}


def found(paths: list[Path], patterns: dict[str, str]) -> list[str]:
    """Return each place where a pattern stands."""
    places = []
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        for pattern, reason in patterns.items():
            if (name, reason) in ALLOWED:
                continue
            for match in re.finditer(pattern, text):
                places.append(f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {reason}: {match.group()!r}")
    return places


@pytest.mark.parametrize(
    ("paths", "patterns"),
    [(TEMPLATES, IN_TEMPLATES), (CODE, IN_CODE), (SCRIPTS, IN_SCRIPTS)],
    ids=["templates", "code", "scripts"],
)
def test_there_is_nothing_of_the_kind(paths: list[Path], patterns: dict[str, str]) -> None:
    assert paths
    places = found(paths, patterns)
    assert not places, "\n".join(places)


def test_html_is_made_by_few() -> None:
    """``SafeString`` and ``format_html`` belong to the template tags, where tests look at what they make."""
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in CODE
        if re.search(r"\bSafeString\(|\bformat_html\(", path.read_text(encoding="utf-8"))
    }
    assert all(name.startswith("annotations/templatetags/") for name in makers), makers
