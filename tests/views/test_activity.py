"""Who did how much: each number is that of the rows it leads to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from annotations import triggers
from annotations.models import Change
from annotations.reports.activity import MOST_STEPS, Span, activity
from annotations.services.assignments import submit_assignment
from annotations.services.errors import Invalid
from annotations.services.quotes import change_quote, delete_quote
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(cast: Cast, as_user: Any) -> StrictClient:
    """The manager's browser."""
    client: StrictClient = as_user(cast.manager)
    return client


def work(cast: Cast) -> None:
    """Let the annotator make two quotes, change one, delete one, and submit."""
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    first, second = (make_quote(own, cast.annotator, words) for words in ("“The bridge is safe,”", "moves a little"))
    change_quote(actor=cast.annotator, quote=first, revision=1, parts={"note": "Sure?"})
    delete_quote(actor=cast.annotator, quote=second, revision=1)
    own.refresh_from_db()
    submit_assignment(actor=cast.annotator, assignment=own, revision=own.revision)


def test_each_number_leads_to_the_rows_that_it_counts(manager: StrictClient, cast: Cast) -> None:
    work(cast)
    page = soup_of(manager.get(reverse("activity", args=["desk"])))
    row = next(row for row in page.select("#all-heading ~ .table-wrap tbody tr") if row.th.get_text() == "Annotator")  # type: ignore[union-attr]
    assert [cell.get_text() for cell in row.select("td")[:4]] == ["2", "1", "1", "1"]
    for link in page.select("main td:not([data-label=Minutes]) a"):
        rows = soup_of(manager.get(str(link["href"]))).select(".timeline > li")
        assert len(rows) == int(link.get_text())
    assert len(page.select(".chart rect")) == len(page.select(".chart ~ details tbody tr"))


def test_a_manager_who_annotates_a_story_is_told_nothing_of_others_work_on_it(
    manager: StrictClient, cast: Cast
) -> None:
    url = reverse("activity", args=["desk"])
    version = make_version(cast.project, cast.manager)
    make_assignment(version, cast.manager)
    before = soup_of(manager.get(url)).select_one("main").get_text()  # type: ignore[union-attr]
    make_quote(make_assignment(version, cast.annotator), cast.annotator, "moves a little")
    assert soup_of(manager.get(url)).select_one("main").get_text() == before  # type: ignore[union-attr]


def test_minutes_are_of_their_day_and_leave_out_long_pauses(cast: Cast) -> None:
    start = datetime(2026, 3, 2, 10, tzinfo=UTC)
    for minutes in (0, 2, 5, 60, 61, 24 * 60):
        make_version(cast.project, cast.manager, f"Story {minutes}")
        made = cast.changes.latest("pk")
        triggers.take_off(connection)
        Change.objects.filter(pk=made.pk).update(created_at=start + timedelta(minutes=minutes))
        triggers.put_on(connection)
    span = Span.of(date(2026, 3, 1), date(2026, 3, 8), "week")
    one = next(one for one in activity(cast.membership(cast.manager), span) if one.user == cast.manager)
    # The first of March is a Sunday.
    assert [(step.since.day, step.until.day, step.minutes) for step in one.steps] == [(1, 1, 0), (2, 8, 6)]
    assert one.last == Change.objects.latest("pk").created_at
    daily = Span.of(date(2026, 3, 1), date(2026, 3, 3), "day")
    one = next(one for one in activity(cast.membership(cast.manager), daily) if one.user == cast.manager)
    assert [step.minutes for step in one.steps] == [0, 6, 0]


def test_a_span_has_an_end_and_bounds() -> None:
    today = timezone.localdate()
    usual = Span.of(None, None, "week")
    assert (usual.until, (usual.until - usual.since).days) == (today, 27)
    assert Span.of(today + timedelta(days=3), None, "day").until == today + timedelta(days=3)
    for beyond in (date.min, date.max):
        with pytest.raises(Invalid, match="any history"):
            Span.of(None, beyond, "week")
    with pytest.raises(Invalid, match="ends before"):
        Span.of(date(2026, 3, 2), date(2026, 3, 1), "day")
    Span.of(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=MOST_STEPS - 1), "day")
    with pytest.raises(Invalid, match="the most"):
        Span.of(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=MOST_STEPS), "day")


@pytest.mark.parametrize("asked", ["by=year", "since=2026-03-02&until=2026-03-01", "colour=red", "page=2"])
def test_what_it_does_not_know_is_refused(manager: StrictClient, cast: Cast, asked: str) -> None:
    assert manager.get(f"{reverse('activity', args=['desk'])}?{asked}").status_code == 400
