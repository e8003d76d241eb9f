"""Claims: the list, one of them, rewording, merging and taking a merge back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Change, Claim
from annotations.services.claims import NewClaim, change_claim, create_claim, merge_claims
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_version
from tests.views.reading import make_gold, make_work

URL = "/projects/desk/claims/"
SAFE = "The bridge is safe."


def add(cast: Cast, text: str) -> Claim:
    return create_claim(project=cast.project, actor=cast.manager, new=NewClaim(text))


def listed(client: Any, query: str = "") -> dict[str, int]:
    response = client.get(URL + query)
    assert response.status_code == 200, response.content
    rows = soup_of(response).select("tbody tr")
    return {row.a.get_text(): int(row.find("td").get_text()) for row in rows}


def test_list_and_search(cast: Cast, as_user: Any) -> None:
    make_gold(cast.project, cast.manager)
    client = as_user(cast.viewer)
    assert listed(client)["Russia has refused military contact with the United States since it invaded Ukraine."] == 3
    assert len(listed(client, "?q=MILITARY+contact&order=last")) == 1
    assert client.get(URL + "?order=added").status_code == 400
    assert client.get(URL + "?text=x").status_code == 400


def test_what_others_link_is_not_counted(cast: Cast, as_user: Any) -> None:
    claim = add(cast, SAFE)
    version = make_version(cast.project, cast.manager)
    make_work(version, cast.annotator, claims=[{"claim": claim.key, "stance": "asserts"}])
    make_work(version, cast.other_annotator, "nobody had", claims=[{"claim": NewClaim("Secret."), "stance": "denies"}])
    make_assignment(version, cast.reviewer)
    assert listed(as_user(cast.annotator)) == {SAFE: 1}
    assert listed(as_user(cast.reviewer)) == {SAFE: 0}
    assert as_user(cast.reviewer).get(URL + "secret/").status_code == 404


def test_one_claim_with_stances_and_what_was_merged_into_it(cast: Cast, as_user: Any) -> None:
    safe, same = add(cast, SAFE), add(cast, "The bridge is in good order.")
    version = make_version(cast.project, cast.manager)
    make_work(version, cast.annotator, claims=[{"claim": same.key, "stance": "denies"}])
    merge_claims(actor=cast.manager, claim=same, into=safe, revision=same.revision)
    client = as_user(cast.annotator)
    page = soup_of(client.get(f"{URL}{safe.key}/"))
    assert page.select_one(".use .tag").get_text() == "denies"
    assert listed(client) == {SAFE: 1}
    assert SAFE in soup_of(client.get(f"{URL}{same.key}/")).select_one(".message").get_text()


def test_rewording_with_a_conflict(cast: Cast, as_user: Any) -> None:
    claim = add(cast, SAFE)
    client = as_user(cast.reviewer)
    form = {"text": "The old bridge\r\nis safe.", "revision": "1", "gesture": "g1"}
    change_claim(actor=cast.manager, claim=claim, revision=1, text="The bridge is quite safe.")
    response = client.post(f"{URL}{claim.key}/edit/", form)
    assert response.status_code == 409
    page = soup_of(response)
    assert "The bridge is quite safe." in page.select_one(".error-summary").get_text()
    assert "The old bridge" in page.textarea.get_text()
    hidden = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    assert client.post(f"{URL}{claim.key}/edit/", form | hidden)["Location"] == f"{URL}{claim.key}/"
    claim.refresh_from_db()
    assert claim.text == "The old bridge is safe."
    assert Change.objects.filter(subject_kind="claim", action="change").count() == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "a\u202eb"])
def test_bad_words_are_refused(cast: Cast, as_user: Any, text: str) -> None:
    claim = add(cast, SAFE)
    response = as_user(cast.manager).post(f"{URL}{claim.key}/edit/", {"text": text, "revision": 1})
    assert response.status_code == 422


def test_merging_and_taking_it_back(cast: Cast, as_user: Any) -> None:
    safe, same = add(cast, SAFE), add(cast, "The bridge is in good order.")
    client = as_user(cast.manager)
    choices = soup_of(client.get(f"{URL}{same.key}/merge/")).select("input[type=radio]")
    assert [choice["value"] for choice in choices] == [safe.key]
    assert client.post(f"{URL}{same.key}/merge/", {"into": safe.key, "revision": 1}).status_code == 302
    same.refresh_from_db()
    assert same.merged_into == safe
    page = soup_of(client.get(f"{URL}{same.key}/"))
    form = {field["name"]: field["value"] for field in page.select(".page-head form input")}
    assert client.post(f"{URL}{same.key}/unmerge/", form).status_code == 302
    same.refresh_from_db()
    assert same.merged_into is None
    assert client.post(f"{URL}{same.key}/unmerge/", {}).status_code == 302
    assert client.post(f"{URL}{same.key}/merge/", {"into": same.key, "revision": same.revision}).status_code == 422


@pytest.mark.parametrize("path", ["edit/", "merge/", "unmerge/"])
def test_only_reviewers_and_managers_change_claims(cast: Cast, as_user: Any, path: str) -> None:
    claim = add(cast, SAFE)
    for person in (cast.annotator, cast.viewer):
        assert as_user(person).post(f"{URL}{claim.key}/{path}", {"revision": 1}).status_code == 403
    assert as_user(cast.outsider).post(f"{URL}{claim.key}/{path}").status_code == 404


def test_strangers_and_wrong_methods(cast: Cast, as_user: Any) -> None:
    claim = add(cast, SAFE)
    for path in ("", f"{claim.key}/"):
        assert as_user(cast.outsider).get(URL + path).status_code == 404
        assert as_user(cast.manager).post(URL + path).status_code == 405
    assert as_user(cast.manager).get(f"{URL}{claim.key}/unmerge/").status_code == 405


def test_more_rows_take_no_more_queries(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.viewer)
    add(cast, SAFE)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    make_gold(cast.project, cast.manager)
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(many) == len(few)
