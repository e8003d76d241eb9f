"""Edit forms that bring back what stood earlier: filled with it, and saved like any other change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from annotations.access import visible_changes
from annotations.exports.records import Record
from annotations.http import SignedInRequest
from annotations.models import Change, Membership
from annotations.services.changes import new_gesture, state_at
from annotations.views.pages import refuse_unknown, whole_number


def filled_in(
    request: SignedInRequest,
    membership: Membership,
    subject: tuple[Change.Subject, str],
    present: Record,
    initial_of: Callable[[Record], dict[str, Any]],
) -> dict[str, Any]:
    """Return what an edit form shows: the present state, or that of the revision which the address names as ``to``.

    Either is saved over the present one. Raises ``Http404``, ``BadRequest``.
    """
    refuse_unknown(request, {"to"})
    revision, state = whole_number(request, "to"), present
    if revision is not None:
        kind, key = subject
        earlier = state_at(visible_changes(membership).filter(subject_kind=kind, subject_key=key), revision)
        if earlier is None:
            raise Http404(_("History keeps no such state."))
        # An import tells less of a story than a correction.
        state = {**present, **earlier}
    return {**initial_of(state), "revision": present["revision"], "gesture": new_gesture()}
