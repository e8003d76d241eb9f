"""History of a quote, in words."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Claim, Quote, Speaker
from annotations.services.claims import NewClaim, change_claim
from annotations.services.quote_parts import QuoteParts
from annotations.services.quotes import change_quote, delete_quote
from annotations.services.records import import_records
from annotations.services.sample import sample_record
from annotations.services.speakers import NewSpeaker, change_speaker
from annotations.services.undo import undo
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_version
from tests.views.reading import make_gold, make_work


@pytest.fixture
def quote(cast: Cast) -> Quote:
    """A quote that was made, given a speaker with answers, and deleted."""
    quote = make_work(make_version(cast.project, cast.manager), cast.annotator)
    parts = {
        "speaker": NewSpeaker("Ada Holt"),
        "labels": {"act": "demand"},
        "claims": [{"claim": NewClaim("The bridge is safe."), "stance": "asserts"}],
    }
    quote = change_quote(actor=cast.annotator, quote=quote, revision=1, parts=parts)  # type: ignore[arg-type]
    return delete_quote(actor=cast.annotator, quote=quote, revision=quote.revision)


def url(quote: Quote) -> str:
    return f"/projects/desk/quotes/{quote.key}/history/"


def entries(page: Any) -> list[dict[str, tuple[str, ...]]]:
    """Return each entry as its parts, each with what stood before and after."""
    return [
        {
            row.th.get_text(): tuple(told(row.select_one(f"[data-label={when}]")) for when in ("Before", "After"))
            for row in entry.select(".compared tbody tr")
        }
        for entry in page.select(".timeline > li")
    ]


def told(cell: Any) -> str:
    """Return the words of one side, where there are any."""
    return "" if cell is None or cell.select_one(".muted") else str(cell.get_text())


def test_each_change_part_by_part_the_latest_first(cast: Cast, as_user: Any, quote: Quote) -> None:
    page = soup_of(as_user(cast.annotator).get(url(quote)))
    deleted, changed, made = entries(page)
    assert deleted == {"Deleted": ("", "yes")}
    assert changed["Speaker"] == ("", "Ada Holt")
    assert changed["Act"] == ("", "demand")
    assert changed["Claim “The bridge is safe.”"] == ("", "asserts")
    assert made["Content"] == ("", "The bridge is safe")
    assert "Annotator" in page.select_one(".timeline").get_text()
    assert page.select_one(".tag--bad").get_text() == "deleted"


def test_names_are_those_of_the_time(cast: Cast, as_user: Any, quote: Quote) -> None:
    claim, speaker = Claim.objects.get(), Speaker.objects.get()
    change_claim(actor=cast.manager, claim=claim, revision=1, text="The bridge is sound.")
    change_speaker(actor=cast.manager, speaker=speaker, revision=1, new=NewSpeaker("Ada J. Holt"))
    assignment = quote.assignment
    assignment.refresh_from_db()
    undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    parts: QuoteParts = {"claims": [{"claim": claim.key, "stance": "denies"}], "speaker": None}
    change_quote(actor=cast.annotator, quote=quote, revision=4, parts=parts)
    latest, _undone, _deleted, changed, _made = entries(soup_of(as_user(cast.annotator).get(url(quote))))
    assert latest["Claim “The bridge is sound.”"] == ("asserts", "denies")
    assert latest["Speaker"] == ("Ada J. Holt", "")
    assert changed["Claim “The bridge is safe.”"] == ("", "asserts")
    assert changed["Speaker"] == ("", "Ada Holt")


def test_an_undo_is_told(cast: Cast, as_user: Any, quote: Quote) -> None:
    assignment = quote.assignment
    assignment.refresh_from_db()
    undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    page = soup_of(as_user(cast.annotator).get(url(quote)))
    assert "undid" in page.select(".timeline > li")[0].get_text()
    assert entries(page)[0] == {"Deleted": ("yes", "")}


def test_a_reviewer_sees_it_unless_blind(cast: Cast, as_user: Any, quote: Quote) -> None:
    client = as_user(cast.reviewer)
    assert client.get(url(quote)).status_code == 200
    make_work(quote.assignment.version, cast.reviewer, "nobody had")
    assert client.get(url(quote)).status_code == 404


def test_a_quote_of_gold_is_everybodys_to_look_at(cast: Cast, as_user: Any) -> None:
    make_gold(cast.project, cast.manager)
    response = as_user(cast.viewer).get("/projects/desk/quotes/q01/history/")
    assert response.status_code == 200
    assert "Russian defense officials" in response.content.decode()


@pytest.mark.parametrize("who", ["other_annotator", "viewer", "outsider"])
def test_others_do_not_see_it(cast: Cast, as_user: Any, quote: Quote, who: str) -> None:
    assert as_user(getattr(cast, who)).get(url(quote)).status_code == 404


def test_quotes_of_an_imported_story_are_counted_in_its_history(cast: Cast, as_user: Any) -> None:
    import_records(actor=cast.manager, project=cast.project, records=[sample_record("kirby")])
    page = soup_of(as_user(cast.manager).get("/projects/desk/articles/kirby/history/"))
    assert "23 quotes" in page.get_text()
    assert "{" not in page.select_one("main").get_text()  # type: ignore[union-attr]


def test_wrong_method_and_parameters(cast: Cast, as_user: Any, quote: Quote) -> None:
    client = as_user(cast.annotator)
    assert client.post(url(quote)).status_code == 405
    assert client.get(url(quote) + "?order=x").status_code == 400
    assert client.get(url(quote) + "?page=2").status_code == 404
