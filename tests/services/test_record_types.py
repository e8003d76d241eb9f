"""A type that nobody chose is the one that the quotation marks give, also where a record brings it."""

from __future__ import annotations

import pytest

from annotations.exports.records import ROLES, Record
from annotations.services.sample import sample_record
from annotations.services.shelf import Outcome
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import at
from tests.services.test_records import imported, with_text

pytestmark = pytest.mark.django_db


def test_a_type_that_the_quotation_marks_belie(cast: Cast) -> None:
    text = "“We go,” she said. He said so."
    record = with_text(sample_record("viola"), text)
    record["article"]["id"] = "go"
    blank: Record = {role: [] for role in ROLES} | {"speaker": None, "resolution": None, "no_source": None}
    blank |= {"parent": None, "labels": {}, "claims": [], "type_overridden": False}
    for words, said, true in (("He said so", "mixed", "indirect"), ("“We go,”", "indirect", "direct")):
        quote = blank | {"id": "q1", "type": said, "content": [at(text, words)]}
        (placement,) = imported(cast, record | {"quotes": [quote]})
        assert (placement.outcome, placement.path) == (Outcome.REFUSED, "quotes[0].type")
        assert f"“{true}”" in placement.reason
        assert not cast.changes.exists()
    chosen = quote | {"type_overridden": True}
    assert imported(cast, record | {"quotes": [chosen]})[0].outcome == Outcome.NEW
    assert list(verify()) == []


@pytest.mark.parametrize(("said", "outcome"), [("indirect", Outcome.NEW), ("direct", Outcome.REFUSED)])
def test_the_type_of_a_nested_quote_knows_its_parent(cast: Cast, said: str, outcome: Outcome) -> None:
    text = "“The mayor said she would resign,” Bo said."
    record = with_text(sample_record("viola"), text)
    record["article"]["id"] = "go"
    blank: Record = {role: [] for role in ROLES} | {"speaker": None, "resolution": None, "no_source": None}
    blank |= {"labels": {}, "claims": [], "type_overridden": False}
    outer = blank | {"id": "q1", "type": "direct", "parent": None}
    outer |= {"content": [at(text, "“The mayor said she would resign,”")]}
    inner = blank | {"id": "q2", "type": said, "parent": "q1", "content": [at(text, "she would resign")]}
    (placement,) = imported(cast, record | {"quotes": [outer, inner]})
    assert placement.outcome == outcome
    assert list(verify()) == []
