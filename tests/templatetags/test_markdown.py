"""Markdown: what people write can only be read."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from annotations.services.guidelines import GUIDELINES_LENGTH
from annotations.templatetags.markdown import ATTRIBUTES, TAGS, shown_clauses

HOSTILE = [
    "[x](javascript:__x=1)",
    "[x](data:text/html,<script>1</script>)",
    "[x](vbscript:1)",
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<svg><style><img src=x onerror=__x=1></style></svg>",
    "![](http://127.0.0.1/)",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<a hx-get=//evil hx-trigger=load>x</a>",
    "<div style='position:fixed' onclick=alert(1)>x</div>",
    '[x](https://example.org "onmouseover=alert(1)")',
    "<https://example.org/\"onmouseover='x'>",
    "{{ 7 }}{% load i18n %}",
]


def markdown(text: str) -> str:
    """Return all that is shown of guidelines."""
    preamble, clauses = shown_clauses(text)
    return preamble + "".join(f"<h2>{clause.heading}</h2>{clause.body}" for clause in clauses)


def assert_harmless(html: str) -> None:
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in TAGS
        assert set(tag.attrs) <= ATTRIBUTES.get(tag.name, set()) | ({"rel"} if tag.name == "a" else set())
        assert str(tag.get("href", "https:")).split(":")[0] in {"http", "https", "mailto"} or "/" in tag["href"][:1]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    assert_harmless(markdown(text))


MARKS = st.sampled_from(
    ["[", "](", "javascript:", ")", "<", ">", "`", "*", "_", "\n", "|---|\n", "# ", "&#x6a;", "<!--", "a"]
)


@given(st.lists(st.one_of(MARKS, st.text(max_size=4)), max_size=40).map("".join))
def test_no_text_gets_another_tag_through(text: str) -> None:
    for tag in BeautifulSoup(markdown(text), "html.parser").find_all(True):
        assert tag.name in TAGS
        assert str(tag.get("href", "")).split(":")[0].lower() not in {"javascript", "data", "vbscript"}


def test_what_guidelines_need() -> None:
    html = markdown(
        "# One\n\n*a* **b** `c`\n\n- x\n\n1. y\n\n> z\n\n| a | b |\n|---|---|\n| c | d |\n\n[l](https://example.org)"
    )
    page = BeautifulSoup(html, "html.parser")
    assert {tag.name for tag in page.find_all(True)} == TAGS & {tag.name for tag in page.find_all(True)}
    assert page.h2.get_text() == "One"
    assert page.a["rel"] == ["noopener", "nofollow", "ugc"]
    assert [cell.get_text() for cell in page.find_all("td")] == ["c", "d"]


@pytest.mark.parametrize("piece", ["[", "*a", "<!--", "> ", "`", "![", "[a](", "| a "])
def test_long_repetitions_are_rendered(piece: str) -> None:
    assert_harmless(markdown(piece * (GUIDELINES_LENGTH // len(piece))))
