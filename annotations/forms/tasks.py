"""Asking for a task by a form: what kind, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from annotations.services.changes import GESTURE_LENGTH

NOT_ARGUMENTS = frozenset({"csrfmiddlewaretoken", "kind", "gesture"})


class StartForm(forms.Form):
    """A kind of task, and as arguments whatever else was sent: the kind knows which there are."""

    kind = forms.CharField(max_length=20)
    gesture = forms.CharField(required=False, max_length=GESTURE_LENGTH)

    def _sent(self) -> Iterable[tuple[str, list[str]]]:
        return self.data.lists() if isinstance(self.data, QueryDict) else ()

    def arguments(self) -> dict[str, Any]:
        """Return what was sent besides, without what was left empty; what was sent several times as a list."""
        given = {name: [value for value in sent if value] for name, sent in self._sent()}
        asked = {name: values for name, values in given.items() if values and name not in NOT_ARGUMENTS}
        return {name: values if len(values) > 1 else values[0] for name, values in asked.items()}
