"""Commands on quotes: each works with htmx and without any script, and leaves the page as a reload shows it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Assignment, Claim, Quote, Speaker
from annotations.services import quotes as services
from annotations.services.assignments import start_assignment
from annotations.services.quote_states import state_of
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import STORY, at, make_quote
from tests.views.bench import Bench, said

COMMANDS = (
    "quote-mark",
    "quote-unmark",
    "quote-delete",
    "quote-speaker",
    "quote-new-speaker",
    "quote-type",
    "quote-resolution",
    "quote-labels",
    "quote-parent",
    "quote-claims",
    "quote-stance",
)


@pytest.fixture(params=["htmx", "whole", "plain"])
def bench(request: pytest.FixtureRequest, cast: Cast, assignment: Assignment, as_user: Any) -> Bench:
    """The annotator's page."""
    return Bench(as_user(cast.annotator), assignment, request.param)


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote of the annotator, with a source and a cue."""
    return make_quote(
        assignment, cast.annotator, "The bridge is safe", source="Mayor Ada Holt", cue="said", speaker=None
    )


def other_write(quote: Quote, **parts: Any) -> Quote:
    """Change the quote as another window of the same person does."""
    user = quote.assignment.annotator.user  # type: ignore[union-attr]
    assert user is not None
    return services.change_quote(
        actor=user,
        quote=quote,
        revision=state_of(quote)["revision"],
        parts=parts,  # type: ignore[arg-type]
    )


def test_selected_words_make_a_quote(bench: Bench) -> None:
    bench.do("quote-create", **at(STORY, "“The bridge is safe,”"))
    state = state_of(bench.quote())
    assert [span["exact"] for span in state["content"]] == ["“The bridge is safe,”"]
    assert state["type"] == "direct"
    assert bench.soup.find("article", class_="is-active") is not None


def test_offsets_count_code_points(bench: Bench) -> None:
    bench.do("quote-create", **at(STORY, "nobody had measured it"))
    assert state_of(bench.quote())["content"][0]["exact"] == "nobody had measured it"


def test_words_that_are_not_at_the_offsets_are_refused(bench: Bench) -> None:
    span = at(STORY, "The bridge is safe") | {"exact": "The pier is safe"}
    response = bench.post("quote-create", fields={**bench.form("quote-create"), **span})
    assert response.status_code == 422
    assert "not the words of the story" in said(soup_of(response))
    assert not Quote.objects.exists()


def test_offsets_without_words_are_refused(bench: Bench) -> None:
    span = {"start": "3", "end": "9"}
    assert bench.post("quote-create", fields={**bench.form("quote-create"), **span}).status_code == 422


def test_line_breaks_of_a_form_are_those_of_the_story(bench: Bench) -> None:
    span = at(STORY, "open.”\n\nAccording")
    bench.do("quote-create", **span | {"exact": span["exact"].replace("\n", "\r\n")})
    assert state_of(bench.quote())["content"][0]["exact"] == "open.”\n\nAccording"


def test_pasted_words_make_a_quote(bench: Bench) -> None:
    bench.do("quote-create", words="engineers told the council")
    assert state_of(bench.quote())["content"][0]["exact"] == "engineers told the council"


def test_pasted_words_in_several_places_are_asked_about(bench: Bench) -> None:
    response = bench.post("quote-create", fields={**bench.form("quote-create"), "words": "the"})
    assert response.status_code == 422
    soup = soup_of(response)
    assert "more than once" in said(soup)
    places = [str(tag["value"]) for tag in soup.find_all("input", attrs={"name": "place"})]
    assert len(places) > 1
    assert soup.find(id="words-field").get_text() == "the"
    bench.do("quote-create", words="the", place=places[1])
    assert [state_of(bench.quote())["content"][0]["start"]] == [int(places[1].split("-")[0])]


def test_whole_words_come_before_parts_of_words(bench: Bench) -> None:
    response = bench.post("quote-create", fields={**bench.form("quote-create"), "words": "it"})
    places = soup_of(response).find_all("input", attrs={"name": "place"})
    assert [place["value"] for place in places] == [
        f"{start}-{start + 2}" for start in (STORY.index("it will"), len(STORY) - 3)
    ]


def test_words_that_are_nowhere_are_refused(bench: Bench) -> None:
    response = bench.post("quote-create", fields={**bench.form("quote-create"), "words": "Nobody wrote this here"})
    assert response.status_code == 422
    assert said(soup_of(response))


def test_no_words_at_all_are_refused(bench: Bench) -> None:
    response = bench.post("quote-create", fields=bench.form("quote-create"))
    assert response.status_code == 422
    assert "Select words" in said(soup_of(response))


@pytest.mark.parametrize("role", ["content", "source", "cue", "addressee"])
def test_words_are_marked_in_each_role(bench: Bench, quote: Quote, role: str) -> None:
    bench.open(quote)
    span = at(STORY, "it will stay open")
    bench.do("quote-mark", quote.key, role=role, **span)
    assert span in state_of(quote)[role]


def test_marking_again_mends_the_edges(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-mark", quote.key, role="source", **at(STORY, "Ada Holt"))
    assert [span["exact"] for span in state_of(quote)["source"]] == ["Ada Holt"]


def test_the_whole_content_is_replaced(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-mark", quote.key, role="replace", **at(STORY, "it will stay open"))
    assert [span["exact"] for span in state_of(quote)["content"]] == ["it will stay open"]


def test_spans_are_removed_one_by_one(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-mark", quote.key, role="cue", **at(STORY, "According to"))
    start = str(at(STORY, "said")["start"])
    bench.do("quote-unmark", quote.key, {"role": "cue", "start": start})
    assert [span["exact"] for span in state_of(quote)["cue"]] == ["According to"]


def test_the_last_words_of_a_content_stay(bench: Bench, quote: Quote) -> None:
    span = at(STORY, "The bridge is safe")
    fields = {"role": "content", "start": span["start"], "end": span["end"], "revision": 1}
    assert bench.post("quote-unmark", quote.key, fields).status_code == 422


def test_a_speaker_is_made_and_then_chosen_by_name(bench: Bench, quote: Quote, cast: Cast) -> None:
    bench.open(quote)
    bench.do("quote-new-speaker", quote.key, label="Ada Holt", kind="person", description="mayor")
    assert Speaker.objects.get().label == "Ada Holt"
    other = make_quote(bench.assignment, cast.annotator, "it will stay open")
    bench.open(other)
    bench.do("quote-speaker", other.key, {"name": ""}, name="ada  holt")
    assert state_of(other)["speaker"] == Speaker.objects.get().key


def test_a_speaker_of_the_cast_is_chosen_by_button_and_taken_away(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-new-speaker", quote.key, label="Ada Holt")
    bench.do("quote-speaker", quote.key, {"name": ""}, speaker="nobody")
    assert state_of(quote)["speaker"] is None
    bench.do("assignment-undo")
    button = bench.soup.find("button", attrs={"name": "speaker", "aria-pressed": "true"})
    assert button is not None
    assert button["value"] == Speaker.objects.get().key


def test_an_unknown_name_opens_the_form_for_a_new_speaker(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    response = bench.post("quote-speaker", quote.key, {**bench.form("quote-speaker", quote.key), "name": "Cy Moss"})
    assert response.status_code == 422
    soup = soup_of(response)
    assert soup.find(id="new-speaker-label")["value"] == "Cy Moss"
    assert "Cy Moss" in said(soup)


def test_two_speakers_of_one_name_are_told_apart(bench: Bench, quote: Quote, cast: Cast) -> None:
    mayor = NewSpeaker("Ada Holt", description="mayor")
    make_quote(bench.assignment, cast.annotator, "nobody had measured it", speaker=mayor)
    make_quote(bench.assignment, cast.annotator, "moves a little", speaker=NewSpeaker("Ada Holt", description="baker"))
    bench.open(quote)
    bench.do("quote-new-speaker", quote.key, label="Ada Holt", description="baker")
    bench.do("quote-speaker", quote.key, {"name": ""}, speaker="nobody")
    response = bench.post("quote-speaker", quote.key, {**bench.form("quote-speaker", quote.key), "name": "Ada Holt"})
    assert response.status_code == 422
    assert len(soup_of(response).select("#editor button[name=speaker]")) == 2
    bench.do("quote-speaker", quote.key, {"name": ""}, name="Ada Holt — mayor")
    assert Speaker.objects.get(key=state_of(quote)["speaker"]).description == "mayor"


def test_the_type_is_chosen_and_left_to_the_marks_again(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-type", quote.key, type="reported")
    assert (state_of(quote)["type"], state_of(quote)["type_overridden"]) == ("reported", True)
    bench.do("quote-type", quote.key, type="derived")
    assert not state_of(quote)["type_overridden"]


def test_no_source_has_its_reason(bench: Bench, cast: Cast) -> None:
    bare = make_quote(bench.assignment, cast.annotator, "nobody had measured it")
    bench.open(bare)
    bench.do("quote-resolution", bare.key, resolution="none:passive")
    assert (state_of(bare)["resolution"], state_of(bare)["no_source"]) == ("none", "passive")


def test_a_resolution_that_cannot_be_is_refused_at_its_form(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    fields = {**bench.form("quote-resolution", quote.key), "resolution": "implicit"}
    response = bench.post("quote-resolution", quote.key, fields)
    assert response.status_code == 422
    assert "unmark the source" in said(soup_of(response))


def test_labels_are_answered_and_taken_back(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-labels", quote.key, {"label_set": "act"}, label="demand")
    bench.do("quote-labels", quote.key, {"label_set": "factuality"}, label="said")
    assert state_of(quote)["labels"] == {"act": "demand", "factuality": "said"}
    bench.do("quote-labels", quote.key, {"label_set": "act"}, label="")
    assert state_of(quote)["labels"] == {"factuality": "said"}


def test_claims_are_found_or_made_and_removed(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-claims", quote.key, claim="The bridge  is safe.", stance="asserts")
    bench.do("quote-claims", quote.key, claim="the bridge is safe.", stance="doubts")
    claim = Claim.objects.get()
    assert state_of(quote)["claims"] == [{"claim": claim.key, "stance": "doubts"}]
    bench.do("quote-stance", quote.key, {"stance": "doubts"}, stance="denies")
    assert state_of(quote)["claims"] == [{"claim": claim.key, "stance": "denies"}]
    bench.do("quote-stance", quote.key, {"stance": ""})
    assert state_of(quote)["claims"] == []


def test_the_parent_is_chosen_none_and_derived(bench: Bench, quote: Quote, cast: Cast) -> None:
    outer = make_quote(bench.assignment, cast.annotator, "“The bridge is safe,” said Mayor Ada Holt")
    bench.open(quote)
    assert state_of(quote)["parent"] == outer.key
    bench.do("quote-parent", quote.key, parent="")
    assert (state_of(quote)["parent"], state_of(quote)["parent_overridden"]) == (None, True)
    bench.do("quote-parent", quote.key, parent=outer.key)
    assert state_of(quote)["parent"] == outer.key
    bench.do("quote-parent", quote.key, parent="derived")
    assert not state_of(quote)["parent_overridden"]


def test_deleting_hides_and_undo_brings_back(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-delete", quote.key)
    assert state_of(quote)["deleted"]
    assert bench.soup.find("article", class_="quote-card") is None
    bench.do("assignment-undo")
    assert not state_of(quote)["deleted"]
    assert bench.at.endswith(f"quote={quote.key}")


def test_what_was_typed_stays_after_a_refusal(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    typed = {"claim": "Bad \u202e claim", "stance": "doubts"}
    response = bench.post("quote-claims", quote.key, {**bench.form("quote-claims", quote.key), **typed})
    assert response.status_code == 422
    soup = soup_of(response)
    assert soup.find(id="claim-text")["value"] == typed["claim"]
    assert soup.find(id="claim-stance").find("option", selected=True)["value"] == "doubts"


def test_pressing_twice_does_it_once(bench: Bench) -> None:
    fields = {**bench.form("quote-create"), **at(STORY, "The bridge is safe")}
    for _ in range(2):
        assert bench.post("quote-create", fields=fields).status_code in {200, 302}
    assert Quote.objects.count() == 1


@pytest.mark.parametrize(
    ("command", "filled"),
    [
        ("quote-mark", {"role": "content", **at(STORY, "it will stay open")}),
        ("quote-claims", {"claim": "The bridge is safe.", "stance": "asserts"}),
        ("quote-new-speaker", {"label": "Ada Holt", "kind": "person"}),
        ("quote-delete", {}),
    ],
)
def test_a_retry_after_further_work_writes_nothing(
    bench: Bench, quote: Quote, command: str, filled: dict[str, Any]
) -> None:
    bench.open(quote)
    fields = {**bench.form(command, quote.key), **filled}
    assert bench.post(command, quote.key, fields).status_code in {200, 302}
    if command != "quote-delete":
        other_write(quote, labels={"act": "demand"})
    before, gestures = state_of(quote), bench.gestures()
    assert bench.post(command, quote.key, fields).status_code in {200, 302}
    assert (state_of(quote), bench.gestures()) == (before, gestures)


def test_a_key_used_for_something_else_is_refused(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    fields = bench.form("quote-type", quote.key)
    bench.post("quote-type", quote.key, {**fields, "type": "reported"})
    assert bench.post("quote-type", quote.key, {**fields, "type": "free_indirect"}).status_code == 409
    assert state_of(quote)["type"] == "reported"


def test_a_stale_revision_shows_both_states_and_writes_nothing(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    stale = {**bench.form("quote-type", quote.key), "type": "reported"}
    other_write(quote, type="free_indirect")
    response = bench.post("quote-type", quote.key, stale)
    assert response.status_code == 409
    conflict = soup_of(response).find(id="conflict")
    assert conflict is not None
    row = next(row for row in conflict.find_all("tr") if "Type" in row.get_text())
    assert [cell.get_text() for cell in row.find_all("td")] == ["free indirect", "reported"]
    assert state_of(quote)["type"] == "free_indirect"


def test_mine_is_applied_on_top_by_choice(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    stale = {**bench.form("quote-mark", quote.key), "role": "addressee", **at(STORY, "the council")}
    other_write(quote, labels={"act": "statement"})
    conflict = soup_of(bench.post("quote-mark", quote.key, stale)).find(id="conflict")
    assert conflict is not None
    form = conflict.find("form")
    fields = {str(tag["name"]): str(tag.get("value", "")) for tag in form.find_all("input")}
    assert bench.client.post(str(form["action"]), fields).status_code == 302
    state = state_of(quote)
    assert state["labels"] == {"act": "statement"}
    assert [span["exact"] for span in state["addressee"]] == ["the council"]


def test_a_conflict_is_put_where_nothing_else_is_lost(cast: Cast, quote: Quote, as_user: Any) -> None:
    bench = Bench(as_user(cast.annotator), quote.assignment, "htmx")
    bench.open(quote)
    stale = {**bench.form("quote-type", quote.key), "type": "reported"}
    other_write(quote, type="free_indirect")
    headers = bench.post("quote-type", quote.key, stale).headers
    assert (headers["HX-Retarget"], headers["HX-Reswap"]) == ("#notice", "innerHTML")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_want_post(bench: Bench, quote: Quote, command: str) -> None:
    assert bench.client.get(bench.url(command, quote.key)).status_code == 405


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("who", ["other_annotator", "reviewer", "manager", "viewer", "outsider"])
def test_nobody_else_finds_them(cast: Cast, quote: Quote, as_user: Any, who: str, command: str) -> None:
    client = as_user(getattr(cast, who))
    url = reverse(command, args=[quote.assignment_id, quote.key])
    assert client.post(url, {"revision": 1}).status_code == 404


def test_a_quote_of_another_assignment_is_not_found(bench: Bench) -> None:
    assert bench.post("quote-delete", "q-nothere", {"revision": 1}).status_code == 404


def test_without_a_sign_in_a_gesture_asks_for_one(cast: Cast, quote: Quote, client: Any) -> None:
    response = client.htmx(reverse("quote-delete", args=[quote.assignment_id, quote.key]), {"revision": 1})
    assert response.status_code == 401
    assert response.headers["HX-Trigger"] == "sign-in-needed"


def test_speakers_and_claims_are_offered_while_typing(bench: Bench, quote: Quote) -> None:
    bench.open(quote)
    bench.do("quote-new-speaker", quote.key, label="Ada Holt", description="mayor")
    bench.do("quote-claims", quote.key, claim="The bridge is safe.", stance="asserts")
    speakers = bench.client.get(bench.url("speaker-options"), {"name": "ada"}).content.decode()
    claims = bench.client.get(bench.url("claim-options"), {"claim": "BRIDGE"}).content.decode()
    assert "Ada Holt — mayor" in speakers
    assert "The bridge is safe." in claims


def test_what_another_annotator_introduced_in_this_story_is_not_offered(cast: Cast, quote: Quote, as_user: Any) -> None:
    mine = Bench(as_user(cast.annotator), quote.assignment, "plain")
    mine.open(quote)
    mine.do("quote-new-speaker", quote.key, label="Ada Holt")
    theirs = start_assignment(actor=cast.other_annotator, version=quote.assignment.version)
    other = as_user(cast.other_annotator)
    assert "Ada" not in other.get(reverse("speaker-options", args=[theirs.pk]), {"name": "a"}).content.decode()
