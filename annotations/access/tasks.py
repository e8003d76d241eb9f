"""Whose tasks a member sees: their own; managers, those of the whole project."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.access.members import Act, found, may
from annotations.models import Membership, Task


def visible_tasks(membership: Membership) -> QuerySet[Task]:
    """Return the tasks of the project that the member may see, cancel and ask for again, the newest first."""
    tasks = Task.objects.filter(project=membership.project).select_related("project", "asked_by")
    return tasks if may(membership, Act.MANAGE) else tasks.filter(asked_by=membership.user_id)


def get_task(membership: Membership, key: str) -> Task:
    """Return a task that the member may see. Raises ``Http404``."""
    return found(visible_tasks(membership), _("There is no such task."), key=key)
