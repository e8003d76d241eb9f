"""Pages on agreement: what stands on them, that every number opens its quotes, and who sees what."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from annotations.models import Annotator, Assignment, Quote
from annotations.services.agreement import Question
from annotations.views.agreement_pages import command
from annotations.views.agreement_rows import span_pieces
from tests.agreeing import copied, make_reading, other_version, submitted, two_readings
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_version

pytestmark = pytest.mark.django_db

PAGES = ("agreement", "agreement-pairs", "agreement-answers", "agreement-time", "agreement-quotes")
COUNT = re.compile(r"of (\d+)$")


@pytest.fixture
def both(cast: Cast) -> list[Assignment]:
    """The same story by two annotators."""
    return two_readings(cast)


@pytest.fixture
def reviewer(cast: Cast, as_user: Any) -> StrictClient:
    """The reviewer's browser."""
    client: StrictClient = as_user(cast.reviewer)
    return client


def page(client: StrictClient, name: str, query: str = "") -> BeautifulSoup:
    """Read a page."""
    answer = client.get(reverse(name, args=["desk"]) + query)
    assert answer.status_code == 200, answer.content
    return soup_of(answer)


def listed(client: StrictClient, url: str) -> int:
    """Return how many quotes stand behind an address."""
    found = soup_of(client.get(url)).select_one(".pagination p")
    if found is None:
        return 0
    match = COUNT.search(found.get_text(strip=True))
    assert match
    return int(match[1])


def cells(soup: BeautifulSoup, heading: str) -> list[Tag]:
    """Return the cells of a row of a table."""
    head = next(one for one in soup.select("main th[scope=row]") if one.get_text(strip=True) == heading)
    return head.find_next_siblings("td")


def link(cell: Tag) -> str:
    """Return where a number leads."""
    found = cell.select_one("a")
    assert found is not None
    return str(found["href"])


def test_figures_open_the_quotes_behind_them(reviewer: StrictClient, both: list[Assignment]) -> None:
    soup = page(reviewer, "agreement")
    value, interval, count = cells(soup, "Quotes that overlap by half, F1")
    assert value.get_text(strip=True) == "0.800"
    assert "at least two stories" in interval.get_text()
    assert (count.get_text(strip=True), listed(reviewer, link(count)), listed(reviewer, link(value))) == ("3", 3, 1)
    value, _interval, count = cells(soup, "Speaker, Cohen’s kappa")
    assert value.get_text(strip=True) == "0.000"
    assert (count.get_text(strip=True), listed(reviewer, link(count)), listed(reviewer, link(value))) == ("2", 2, 1)
    value, reason, _count = cells(soup, "Act, Cohen’s kappa")
    assert (value.get_text(strip=True), value.select("a")) == ("–", [])
    assert "cannot be told from chance" in reason.get_text()


def test_every_answer_and_every_month_opens_as_many_quotes_as_it_says(
    reviewer: StrictClient, cast: Cast, both: list[Assignment]
) -> None:
    name = both[0].annotator and both[0].annotator.pseudonym
    for query in ("", f"?annotator={name}"):
        numbers = page(reviewer, "agreement-answers", query).select("main table a")
        # Type: direct and indirect. Resolution: explicit twice, once anaphoric with both. Act.
        assert len(numbers) >= 4
        assert [int(one.get_text()) for one in numbers] == [listed(reviewer, str(one["href"])) for one in numbers]
    value, stories = page(reviewer, "agreement-time", "?metric=speaker-accuracy&unit=week").select("main tbody td")
    assert (value.get_text(strip=True), stories.get_text(strip=True)) == ("0.500", "1")
    assert (listed(reviewer, link(value)), listed(reviewer, link(stories))) == (1, 2)


def test_a_pair_leads_to_its_own_figures(reviewer: StrictClient, cast: Cast, both: list[Assignment]) -> None:
    submitted(make_reading(both[0].version, cast.manager))
    soup = page(reviewer, "agreement-pairs", "?metric=speaker-accuracy")
    # Annotator, Manager, Other_Annotator by name or pseudonym: each with the two others.
    assert len(soup.select("main tbody td a")) == 6
    row = next(one for one in soup.select("main tbody tr") if one.th and one.th.get_text(strip=True) == "Annotator")
    found = {str(cell["data-label"]): cell for cell in row.select("td") if cell.a}
    assert {name: cell.a.get_text() for name, cell in found.items() if cell.a} == {
        "Manager": "1.000",
        "Other_Annotator": "0.500",
    }
    assert "heat-5" in found["Manager"]["class"]
    assert "heat-1" in found["Other_Annotator"]["class"]
    two = soup_of(reviewer.get(link(found["Other_Annotator"])))
    assert "2 annotators" in two.get_text()
    assert cells(two, "Speaker, share of the same")[0].get_text(strip=True) == "0.500"


def test_against_the_gold_each_annotator_has_a_line(reviewer: StrictClient, cast: Cast, both: list[Assignment]) -> None:
    copied(cast, both[1], annotator="machine", without=1)
    Annotator.objects.filter(pseudonym="machine").update(kind=Annotator.Kind.SUGGESTER)
    copied(cast, both[1], annotator=None)
    soup = page(reviewer, "agreement", "?against=gold")
    recall = {
        one.get_text(strip=True): one.find_next_siblings("td")[1].get_text(" ", strip=True)
        for one in soup.select("main th[scope=row]")
    }
    assert recall == {"Annotator": "0.667", "Other_Annotator": "1.000", "machine (suggester)": "0.667"}
    only = page(reviewer, "agreement-quotes", "?against=gold&annotator=machine&part=quote")
    assert [side.get_text(" ", strip=True) for side in only.select(".beside__side--missing")] == [
        "machine (suggester) : Mayor Opens Bridge has no such quote"
    ]
    assert [
        row.get_text(strip=True) for row in page(reviewer, "agreement-pairs", "?against=gold").select("thead th")
    ] == [
        "Annotator",
        "gold",
    ]


def test_quotes_stand_beside_each_other_with_what_differs_marked(
    reviewer: StrictClient, cast: Cast, both: list[Assignment]
) -> None:
    name = both[0].annotator and both[0].annotator.pseudonym
    rows = page(reviewer, "agreement-quotes", f"?annotator={name}").select(".use")
    (speaker,) = [row for row in rows if "Ben Ruiz" in row.get_text()]
    assert [tag.get_text() for tag in speaker.select(".tag")] == ["Speaker"]
    assert [mark.get_text() for mark in speaker.select("mark")] == ["Ada Holt", "Ben Ruiz"]
    theirs = Quote.objects.get(assignment=both[1], speaker__label="Ben Ruiz")
    address = str(speaker.select("a")[1]["href"])
    assert address == f"{reverse('assignment-read', args=[both[1].pk])}#q-{theirs.key}"
    assert soup_of(reviewer.get(address)).select_one(f"#q-{theirs.key}") is not None


@given(st.data())
def test_pieces_are_the_words_and_mark_what_the_other_left_out(data: st.DataObject) -> None:
    text = "abcdefghij"
    spans = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10)).filter(lambda one: one[0] < one[1]), max_size=3)
    own, other = (
        [{"start": start, "end": end, "exact": text[start:end]} for start, end in sorted(set(data.draw(spans)))]
        for _ in range(2)
    )
    pieces = list(span_pieces(own, other))
    if own:
        assert "".join(words for words, _ in pieces) == " … ".join(span["exact"] for span in own)
    held = {place for span in other for place in range(span["start"], span["end"])}
    marked = {letter for words, differs in pieces if differs for letter in words}
    left_out = {text[place] for span in own for place in range(span["start"], span["end"]) if place not in held}
    assert marked == left_out if own else marked <= set("none")


@pytest.mark.parametrize("name", PAGES)
def test_annotators_are_refused_and_nothing_to_compare_is_said(cast: Cast, as_user: Any, name: str) -> None:
    for user in (cast.annotator, cast.viewer):
        assert as_user(user).get(reverse(name, args=["desk"])).status_code == 403
    assert "Nothing to compare yet" in page(as_user(cast.reviewer), name).get_text()


@pytest.mark.parametrize("name", PAGES)
def test_who_annotates_a_story_sees_nothing_of_it(cast: Cast, as_user: Any, name: str) -> None:
    """Not even after submitting it oneself, until there is gold."""
    version = make_version(cast.project, cast.manager)
    submitted(make_reading(version, cast.manager))
    before = page(as_user(cast.manager), name).select_one("main")
    both = two_readings(cast, version)
    assert page(as_user(cast.manager), name).select_one("main") == before
    assert "2 annotators" not in str(before)
    assert "1 story in common" in page(as_user(cast.reviewer), name).get_text()
    copied(cast, both[1], annotator=None)
    assert "3 annotators" in page(as_user(cast.manager), name).get_text()


def test_only_declared_filters(reviewer: StrictClient, cast: Cast, both: list[Assignment]) -> None:
    wrong = ["x=1", "annotator=nobody", "against=all", "submitted_from=1.5.2026", "outlet=Nowhere", "page=0"]
    for query in (*wrong, "part=colour", "show=all&show=same", "metric=content-iou-f1"):
        assert reviewer.get(f"{reverse('agreement-quotes', args=['desk'])}?{query}").status_code == 400, query
    for query in ("metric=content", "page=1", "part=type"):
        assert reviewer.get(f"{reverse('agreement-pairs', args=['desk'])}?{query}").status_code == 400, query
    for query in ("?submitted_to=2001-01-01", "?submitted_from=2999-01-01"):
        assert "No story fits" in page(reviewer, "agreement", query).get_text()


def test_a_list_of_many_quotes_asks_no_more_of_the_database(
    reviewer: StrictClient, cast: Cast, both: list[Assignment]
) -> None:
    counts = []
    address = f"{reverse('agreement-quotes', args=['desk'])}?show=all"
    for number in range(2):
        reviewer.get(address)
        with CaptureQueriesContext(connection) as queries:
            reviewer.get(address)
        counts.append(len(queries))
        two_readings(cast, other_version(cast, number))
    assert counts[0] == counts[1]


def test_what_has_no_room_is_said_with_the_command(
    reviewer: StrictClient, cast: Cast, both: list[Assignment], monkeypatch: pytest.MonkeyPatch
) -> None:
    two_readings(cast, other_version(cast))
    monkeypatch.setattr("annotations.views.agreement_pages.MOST_PAIRS", 1)
    words = page(reviewer, "agreement").get_text(" ", strip=True)
    assert "1 story that was submitted earlier has no room" in words
    assert "manage.py agreement --project desk" in words


def test_the_command_asks_what_the_page_asks() -> None:
    two = Question(annotator="a-1", other="a-2", outlet="The Bay", submitted_from=date(2026, 5, 1))
    asked = command(two, "desk")
    assert asked == ("manage.py agreement --project desk --pair a-1 a-2 --outlet 'The Bay' --submitted-from 2026-05-01")
    assert command(Question(against_gold=True, annotator="a-1"), "desk").endswith("--against-gold --annotator a-1")
