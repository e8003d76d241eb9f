"""The annotation page: who finds it, what it shows, undo and redo, submitting and taking back."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotations.exports.dataset import block_records
from annotations.models import Assignment, Quote
from annotations.services import assignments as services
from annotations.services import quotes as quote_services
from annotations.services.looked_at import look_at
from annotations.services.quote_states import state_of
from annotations.services.verification import verify
from tests.cast import Cast
from tests.client import StrictClient, patch_page, soup_of
from tests.factories import at, make_assignment, make_quote, make_version
from tests.views.bench import Bench, plain, text_of_story

EVERYBODY_ELSE = ("other_annotator", "reviewer", "manager", "viewer", "outsider")
COMMANDS = ("assignment-undo", "assignment-redo", "assignment-submit", "assignment-reopen", "quote-create")
AWKWARD = (
    "Ein Titel\u00ad mit Trennstrich\n\n"
    "  \u201eGut\u201c, sagte 👩‍👩‍👧 <b>& Söhne</b>\u00a0\u202eabc\u202c.  \n"
    "\n\n\n\tكلمة\u200f\n\n\n"
)


@pytest.fixture(params=["htmx", "whole", "plain"])
def bench(request: pytest.FixtureRequest, cast: Cast, assignment: Assignment, as_user: Any) -> Bench:
    """The annotator's page."""
    return Bench(as_user(cast.annotator), assignment, request.param)


@pytest.fixture
def annotator(cast: Cast, assignment: Assignment, as_user: Any) -> StrictClient:
    """The annotator, signed in."""
    client: StrictClient = as_user(cast.annotator)
    return client


def submit(assignment: Assignment, cast: Cast) -> None:
    """Submit the assignment, as another window of the annotator does."""
    services.submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)


def complete(assignment: Assignment, cast: Cast) -> Quote:
    """Make a quote that lacks nothing."""
    return make_quote(
        assignment,
        cast.annotator,
        "nobody had measured it",
        resolution="none",
        no_source="passive",
        labels={"act": "statement", "engagement": "acknowledges", "factuality": "said"},
    )


def test_the_story_on_the_page_is_the_text(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    make_quote(assignment, cast.annotator, "“The bridge is safe,” said Mayor", source="Mayor Ada Holt")
    make_quote(assignment, cast.annotator, "🌉 He said", cue="He")
    response = annotator.get(reverse("assignment", args=[assignment.pk]))
    assert text_of_story(response) == assignment.version.text
    story = soup_of(response).find(id="story")
    assert story is not None
    assert story["data-length"] == str(len(assignment.version.text))
    assert story["data-sha256"] == assignment.version.sha256


def test_an_awkward_text_stays_itself(cast: Cast, as_user: Any) -> None:
    own = make_assignment(make_version(cast.project, cast.manager, AWKWARD), cast.annotator)
    assert text_of_story(as_user(cast.annotator).get(reverse("assignment", args=[own.pk]))) == own.version.text


def test_the_address_keeps_the_open_quote(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    quote = make_quote(assignment, cast.annotator, "The bridge is safe")
    soup = soup_of(annotator.get(reverse("assignment", args=[assignment.pk]), {"quote": quote.key}))
    assert soup.find(id="editor") is not None
    assert [mark.get_text() for mark in soup.select("mark.is-active")] == ["The bridge is safe"]


def test_a_quote_that_is_not_there_opens_nothing(annotator: StrictClient, assignment: Assignment) -> None:
    response = annotator.get(reverse("assignment", args=[assignment.pk]), {"quote": "q-nothere"})
    assert response.status_code == 200
    assert soup_of(response).find(id="editor") is None


def test_an_unknown_parameter_is_refused(annotator: StrictClient, assignment: Assignment) -> None:
    assert annotator.get(reverse("assignment", args=[assignment.pk]), {"qoute": "x"}).status_code == 400


def test_choosing_a_quote_brings_the_pieces_of_the_page(annotator: StrictClient, assignment: Assignment) -> None:
    response = annotator.get(reverse("assignment", args=[assignment.pk]), headers={"HX-Request": "true"})
    soup = soup_of(response)
    assert [tag["id"] for tag in soup.find_all(True, recursive=False)] == ["workbench", "steps"]


def test_choosing_a_quote_brings_only_what_changes(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    first = make_quote(assignment, cast.annotator, "The bridge is safe")
    second = make_quote(assignment, cast.annotator, "nobody had measured it")
    bench = Bench(annotator, assignment, "htmx")
    bench.open(first)
    address = reverse("assignment", args=[assignment.pk])
    response = annotator.get(address, {"quote": second.key}, headers=bench.headers())
    assert response.headers["HX-Reswap"] == "none"
    pieces = [str(tag["id"]) for tag in soup_of(response).find_all(True, recursive=False)]
    assert pieces == ["block-1", "block-3", "cards-1", "map-1", "cards-3", "map-3", "cast", "words", "steps"]
    patch_page(bench.soup, response, "workbench")
    assert plain(bench.soup, "workbench") == plain(soup_of(annotator.get(address, {"quote": second.key})), "workbench")


def test_a_page_that_is_stale_is_sent_as_a_whole(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    quote = make_quote(assignment, cast.annotator, "The bridge is safe")
    bench = Bench(annotator, assignment, "htmx")
    bench.open(quote)
    make_quote(assignment, cast.annotator, "nobody had measured it")
    response = bench.do("quote-type", quote.key, type="reported")
    assert "HX-Reswap" not in response.headers
    assert len(bench.soup.find_all("article", class_="quote-card")) == 2


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
def test_nobody_else_finds_the_page(cast: Cast, assignment: Assignment, as_user: Any, who: str) -> None:
    assert as_user(getattr(cast, who)).get(reverse("assignment", args=[assignment.pk])).status_code == 404


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("who", EVERYBODY_ELSE)
def test_nobody_else_finds_its_commands(
    cast: Cast, assignment: Assignment, as_user: Any, who: str, command: str
) -> None:
    url = reverse(command, args=[assignment.pk])
    assert as_user(getattr(cast, who)).post(url, {"revision": 1}).status_code == 404


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "assignment-submit"])
def test_commands_want_post(annotator: StrictClient, assignment: Assignment, command: str) -> None:
    assert annotator.get(reverse(command, args=[assignment.pk])).status_code == 405


def test_a_page_without_a_sign_in_leads_to_it(client: StrictClient, assignment: Assignment) -> None:
    response = client.get(reverse("assignment", args=[assignment.pk]))
    assert response.status_code == 302
    assert "next=" in response.headers["Location"]


def test_undo_and_redo_step_through_the_gestures(bench: Bench) -> None:
    text = bench.assignment.version.text
    bench.do("quote-create", **at(text, "The bridge is safe"))
    quote = bench.quote()
    bench.do("quote-type", quote.key, type="reported")
    bench.do("quote-labels", quote.key, {"label_set": "act"}, label="demand")
    bench.do("assignment-undo")
    assert state_of(quote)["labels"] == {}
    bench.do("assignment-undo")
    assert state_of(quote)["type"] == "direct"
    bench.do("assignment-undo")
    assert state_of(quote)["deleted"]
    assert bench.soup.find(id="undo").has_attr("disabled")
    for _ in range(3):
        bench.do("assignment-redo")
    assert (state_of(quote)["type"], state_of(quote)["labels"]) == ("reported", {"act": "demand"})
    assert bench.soup.find(id="redo").has_attr("disabled")


def test_undo_pressed_twice_with_one_key_steps_once(bench: Bench) -> None:
    text = bench.assignment.version.text
    bench.do("quote-create", **at(text, "The bridge is safe"))
    bench.do("quote-type", bench.quote().key, type="reported")
    fields = bench.form("assignment-undo")
    for _ in range(2):
        assert bench.post("assignment-undo", fields=fields).status_code in {200, 302}
    assert (state_of(bench.quote())["type"], state_of(bench.quote())["deleted"]) == ("direct", False)


def test_undo_on_a_page_that_is_stale_is_a_conflict(bench: Bench, cast: Cast) -> None:
    bench.do("quote-create", **at(bench.assignment.version.text, "The bridge is safe"))
    stale = bench.form("assignment-undo")
    make_quote(bench.assignment, cast.annotator, "it will stay open")
    response = bench.post("assignment-undo", fields=stale)
    assert response.status_code == 409
    assert soup_of(response).find(id="conflict") is not None
    assert Quote.objects.live().count() == 2


def test_progress_counts_what_is_complete(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    complete(assignment, cast)
    make_quote(assignment, cast.annotator, "The bridge is safe")
    steps = soup_of(annotator.get(reverse("assignment", args=[assignment.pk]))).find(id="steps")
    assert steps is not None
    assert "1 of 2 quotes, 2 paragraphs not looked at" in steps.get_text()


def test_submitting_says_plainly_what_is_missing(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    make_quote(
        assignment,
        cast.annotator,
        "The bridge is safe",
        source="Mayor Ada Holt",
        labels={"act": "statement", "factuality": "said"},
    )
    words = (
        soup_of(annotator.get(reverse("assignment-submit", args=[assignment.pk])))
        .find("main")
        .get_text(" ", strip=True)
    )
    assert "1 quote lacks something" in words
    assert "who is quoted" in words
    assert "Engagement" in words
    assert "Factuality" not in words


def test_an_incomplete_assignment_may_be_submitted_and_taken_back(
    annotator: StrictClient, assignment: Assignment, cast: Cast
) -> None:
    make_quote(assignment, cast.annotator, "The bridge is safe")
    url = reverse("assignment-submit", args=[assignment.pk])
    form = soup_of(annotator.get(url)).find("form", action=url)
    fields = {str(tag["name"]): str(tag["value"]) for tag in form.find_all("input")}
    refused = annotator.post(url, fields)
    assert refused.status_code == 422
    assert "still missing" in soup_of(refused).find(role="alert").get_text()
    assert annotator.post(url, {**fields, "confirmed": "1"}).status_code == 302
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.SUBMITTED
    soup = soup_of(annotator.get(reverse("assignment", args=[assignment.pk])))
    back = soup.find("form", action=reverse("assignment-reopen", args=[assignment.pk]))
    fields = {str(tag["name"]): str(tag["value"]) for tag in back.find_all("input")}
    assert annotator.post(str(back["action"]), fields).status_code == 302
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.IN_PROGRESS


def test_what_is_missing_is_one_click_away(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    quote = make_quote(assignment, cast.annotator, "The bridge is safe")
    soup = soup_of(annotator.get(reverse("assignment-submit", args=[assignment.pk])))
    page = reverse("assignment", args=[assignment.pk])
    (lacking,) = soup.select("section[aria-labelledby=lacking] a")
    assert lacking["href"] == f"{page}?quote={quote.key}#q-{quote.key}"
    gaps = [str(link["href"]) for link in soup.select("section[aria-labelledby=gaps] a")]
    blocks = soup_of(annotator.get(page)).select(".block.is-gap")
    assert gaps == [f"{page}#{block['id']}" for block in blocks]


def test_the_way_back_leads_to_what_is_missing(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    url, page = (reverse(name, args=[assignment.pk]) for name in ("assignment-submit", "assignment"))

    def first() -> tuple[str, str]:
        button = soup_of(annotator.get(url)).select_one("form .button--primary")
        assert button is not None
        return button.get_text(), str(button.get("href", ""))

    quote = make_quote(assignment, cast.annotator, "The bridge is safe")
    assert first() == ("Back to the story", f"{page}#block-0")
    numbers = [str(line["value"]) for line in soup_of(annotator.get(url)).select("section[aria-labelledby=gaps] li")]
    assert numbers == ["0", "2", "3"]
    assignment.refresh_from_db()
    span = {"start": 0, "end": assignment.version.length}
    look_at(actor=cast.annotator, assignment=assignment, revision=assignment.revision, span=span)
    assert first() == ("Back to the story", f"{page}?quote={quote.key}")
    assignment.refresh_from_db()
    quote_services.delete_quote(actor=cast.annotator, quote=quote, revision=quote.revision)
    assignment.refresh_from_db()
    look_at(actor=cast.annotator, assignment=assignment, revision=assignment.revision, span=span)
    assert first() == ("Submit", "")


def test_a_story_is_submitted_as_far_as_it_was_read(
    annotator: StrictClient, assignment: Assignment, cast: Cast
) -> None:
    url = reverse("assignment-submit", args=[assignment.pk])
    ends = [block["end"] for block in block_records(assignment.version)]
    span = {"start": 0, "end": ends[0]}
    look_at(actor=cast.annotator, assignment=assignment, revision=1, span=span)
    assert annotator.post(url, {"revision": 2, "read_up_to": ends[1]}).status_code == 422
    assert annotator.post(url, {"revision": 2, "read_up_to": ends[0] - 1, "confirmed": "1"}).status_code == 422
    assert annotator.post(url, {"revision": 2, "read_up_to": ends[0]}).status_code == 302
    assignment.refresh_from_db()
    assert assignment.read_up_to == ends[0]
    assert "read up to paragraph 0" in annotator.get(reverse("assignment", args=[assignment.pk])).content.decode()
    assert "partly read" in annotator.get(reverse("home")).content.decode()
    assert "Read up to paragraph 0" in annotator.get(reverse("assignment-read", args=[assignment.pk])).content.decode()
    assert list(verify()) == []


def test_who_read_the_last_paragraph_read_it_all(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    end = block_records(assignment.version)[-1]["end"]
    fields = {"revision": 1, "read_up_to": end, "confirmed": "1"}
    assert annotator.post(reverse("assignment-submit", args=[assignment.pk]), fields).status_code == 302
    assignment.refresh_from_db()
    assert assignment.read_up_to is None


def test_taking_back_takes_back_how_far_it_was_read(assignment: Assignment, cast: Cast) -> None:
    end = block_records(assignment.version)[0]["end"]
    services.submit_assignment(actor=cast.annotator, assignment=assignment, revision=1, read_up_to=end)
    assert assignment.read_up_to == end
    services.reopen_assignment(actor=cast.annotator, assignment=assignment, revision=2)
    assert assignment.read_up_to is None
    assert list(verify()) == []


def test_submitting_twice_with_one_key_is_once(annotator: StrictClient, assignment: Assignment) -> None:
    url, fields = (
        reverse("assignment-submit", args=[assignment.pk]),
        {"revision": 1, "gesture": "once", "confirmed": "1"},
    )
    assert [annotator.post(url, fields).status_code for _ in range(2)] == [302, 302]
    assignment.refresh_from_db()
    assert assignment.revision == 2


def test_submitting_what_moved_on_is_a_conflict(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    make_quote(assignment, cast.annotator, "The bridge is safe")
    response = annotator.post(reverse("assignment-submit", args=[assignment.pk]), {"revision": 1, "confirmed": "1"})
    assert response.status_code == 409
    assert "changed since you saw it" in response.content.decode()


def test_submitting_without_a_revision_is_refused(annotator: StrictClient, assignment: Assignment) -> None:
    assert annotator.post(reverse("assignment-submit", args=[assignment.pk]), {}).status_code == 422


def test_what_is_submitted_is_only_read(annotator: StrictClient, assignment: Assignment, cast: Cast) -> None:
    quote = make_quote(assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt")
    submit(assignment, cast)
    response = annotator.get(reverse("assignment", args=[assignment.pk]), {"quote": quote.key})
    soup = soup_of(response)
    actions = {str(form["action"]) for form in soup.select("main form, .steps form")}
    assert actions == {reverse("assignment-reopen", args=[assignment.pk])}
    assert "Mayor Ada Holt" in soup.select_one(".quote-card.is-active").get_text()
    assert text_of_story(response) == assignment.version.text


def test_a_gesture_on_what_is_submitted_is_refused(bench: Bench, cast: Cast) -> None:
    fields = {**bench.form("quote-create"), **at(bench.assignment.version.text, "The bridge is safe")}
    submit(bench.assignment, cast)
    response = bench.post("quote-create", fields=fields)
    assert response.status_code == 409
    assert "Take it back" in soup_of(response).find(id="conflict").get_text()
    assert not Quote.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_quotes(
    annotator: StrictClient, assignment: Assignment, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    text = assignment.version.text
    for words in ("The bridge is safe", "it will stay open", "moves a little", "nobody had measured it", "denied this"):
        span = [at(text, words)]
        quote_services.create_quote(actor=cast.annotator, assignment=assignment, parts={"content": span})
    with django_assert_max_num_queries(20):
        annotator.get(reverse("assignment", args=[assignment.pk]), {"quote": Quote.objects.first().key})


@pytest.mark.parametrize("command", ["assignment-submit", "assignment-reopen"])
def test_a_key_that_cannot_be_is_refused(annotator: StrictClient, assignment: Assignment, command: str) -> None:
    fields = {"revision": 1, "gesture": "a\u200bb", "confirmed": "1"}
    response = annotator.post(reverse(command, args=[assignment.pk]), fields)
    assert response.status_code == 422
    assert "idempotency key" in response.content.decode()
