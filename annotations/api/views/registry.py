"""What speakers and claims have in common: each write answers with the row as it left it, and meets conflicts alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.response import Response

from annotations import access
from annotations.access import Act
from annotations.api import gestures
from annotations.api.etags import seen_revision
from annotations.api.operations import answer_header
from annotations.api.views.base import ApiView
from annotations.exports.records import Record
from annotations.models import Change, Claim, Membership, Speaker
from annotations.services.changes import state_at
from annotations.services.errors import Conflict, Invalid

Row = TypeVar("Row", Speaker, Claim)

LOCATION = answer_header("Location", "Its address.", 201)
ETAG = answer_header("ETag", "What a later write says it has seen.", 200, 201)
MADE = (
    "One that is the same is answered instead, and whether it was there is not told. While you annotate a story of"
    " which others make quotes too, it is made with a quote of yours, and refused here (422, `blind`)."
)


@dataclass(frozen=True)
class Noun(Generic[Row]):
    """Where the two differ."""

    subject: Change.Subject
    address: str
    get: Callable[[Membership, str], Row]
    offered: Callable[[Membership, str], Row | None]
    state_of: Callable[[Row], Record]
    # A row as the API tells it, from what history keeps of it.
    record: Callable[[Row, Record], Record]
    merge: Callable[..., Row]
    unmerge: Callable[..., Row]


class RegistryView(ApiView, Generic[Row]):
    """An address that writes one speaker or claim."""

    noun: Noun[Row]

    def left(self, row: Row, gesture: str, *, made: bool = False) -> Response:
        """Answer with the row as the gesture left it, or as it stands if that changed nothing of it."""
        now = self.noun.state_of(row)
        then = gestures.state_after(self.user, gesture, self.noun.subject, row.key) or now
        # In one order: PostgreSQL keeps another in history, which would tell what was made from what was here.
        state = {name: then.get(name, value) for name, value in now.items()}
        location = reverse(self.noun.address, args=[self.membership.project.slug, row.key]) if made else ""
        return self.written(self.noun.record(row, state), status=201 if made else 200, location=location)

    def changed(self, key: str, act: Act, change: Callable[..., Row]) -> Response:
        """Let ``change`` write the row that was seen, once."""
        access.require(self.membership, act)
        row = self.noun.get(self.membership, key)
        revision, gesture = seen_revision(self.request, self.body), self.gesture()
        try:
            change(row=row, revision=revision, gesture=gesture)
        except Conflict as conflict:
            state = conflict.current or self.noun.state_of(self.noun.get(self.membership, key))
            conflict.current, conflict.details["yours"] = self.noun.record(row, state), self.body
            raise
        return self.left(row, gesture)

    def merged(self, key: str) -> Response:
        """Let the row stand for the one that the body names."""

        def merge(row: Row, revision: int, gesture: str) -> Row:
            into = self.noun.offered(self.membership, self.body["into"])
            if into is None:
                message = _("There is nothing “%(key)s” here to merge into.") % {"key": self.body["into"]}
                raise Invalid(message, field="into", code="unknown")
            return self.noun.merge(actor=self.user, row=row, into=into, revision=revision, gesture=gesture)

        return self.changed(key, Act.MERGE, merge)

    def unmerged(self, key: str) -> Response:
        """Take the merge of the row back."""

        def unmerge(**asked: Any) -> Row:
            return self.noun.unmerge(actor=self.user, **asked)

        return self.changed(key, Act.MERGE, unmerge)

    def seen_state(self, row: Row, revision: int) -> Record:
        """Return the row as it stood when it was seen: a retry asks for the same as the request before it."""
        changes = Change.objects.filter(project=row.project_id, subject_kind=self.noun.subject, subject_key=row.key)
        return state_at(changes, revision) or self.noun.state_of(row)
