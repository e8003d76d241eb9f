"""Assignments: given once, submitted once, whatever is retried."""

from __future__ import annotations

import pytest

from annotations.services import assignments
from annotations.services.errors import KeyReused
from tests.cast import Cast
from tests.factories import make_version


def test_a_key_stands_for_an_assignment_of_one_person(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    assignments.start_assignment(actor=cast.manager, version=version, user=cast.annotator, gesture="once")
    with pytest.raises(KeyReused):
        assignments.start_assignment(actor=cast.manager, version=version, user=cast.other_annotator, gesture="once")
