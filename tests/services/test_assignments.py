"""Assignments: given once, submitted once, whatever is retried."""

from __future__ import annotations

import pytest

from annotations.services import assignments
from annotations.services.errors import KeyReused
from tests.cast import Cast
from tests.factories import make_assignment, make_version


def test_a_key_stands_for_an_assignment_of_one_person(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    assignments.start_assignment(actor=cast.manager, version=version, user=cast.annotator, gesture="once")
    with pytest.raises(KeyReused):
        assignments.start_assignment(actor=cast.manager, version=version, user=cast.other_annotator, gesture="once")


def test_a_story_whose_record_brought_no_blocks_can_be_submitted(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    type(version).objects.filter(pk=version.pk).update(blocks=[])
    version.refresh_from_db()
    own = make_assignment(version, cast.annotator)
    assert assignments.submit_assignment(actor=cast.annotator, assignment=own, revision=1).status == "submitted"
