"""Fixtures of the API tests."""

from __future__ import annotations

import pytest

from annotations.models import ApiToken, Assignment, Quote
from annotations.services.claims import NewClaim
from annotations.services.speakers import NewSpeaker
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import make_quote


@pytest.fixture
def annotator(cast: Cast) -> Program:
    """A program of the annotator that may write."""
    return program_of(cast.annotator)


@pytest.fixture
def reader(cast: Cast) -> Program:
    """A program of the annotator that may only read."""
    return program_of(cast.annotator, ApiToken.Scope.READ)


@pytest.fixture
def outsider(cast: Cast) -> Program:
    """A program of somebody who belongs to another desk."""
    return program_of(cast.outsider)


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote of the annotator with everything."""
    return make_quote(
        assignment,
        cast.annotator,
        "“The bridge is safe,”",
        source="Mayor Ada Holt",
        cue="said",
        speaker=NewSpeaker("Ada Holt", description="mayor"),
        labels={"act": "statement"},
        claims=[{"claim": NewClaim("The bridge is safe."), "stance": "asserts"}],
    )
