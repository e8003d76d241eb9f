"""Asking for a task by a form: what kind, and what it is about."""

from __future__ import annotations

from django import forms

from annotations.services.changes import GESTURE_LENGTH

NOT_ARGUMENTS = frozenset({"csrfmiddlewaretoken", "kind", "gesture"})


class StartForm(forms.Form):
    """A kind of task, and as arguments whatever else was sent: the kind knows which there are."""

    kind = forms.CharField(max_length=20)
    gesture = forms.CharField(required=False, max_length=GESTURE_LENGTH)

    def arguments(self) -> dict[str, str]:
        """Return what was sent besides, without what was left empty."""
        given = {name: str(value) for name, value in self.data.items() if name not in NOT_ARGUMENTS}
        return {name: value for name, value in given.items() if value}
