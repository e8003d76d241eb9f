"""What a member sees of what a task brought forth."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404
from django.utils.translation import gettext as _

from annotations.exports.records import Record
from annotations.models import Membership, Task
from annotations.services.task_files import file_of
from annotations.tasks import KINDS
from annotations.tasks.kinds import from_others


def withheld(membership: Membership, task: Task) -> str:
    """Return why the member does not see the result of a task that they see; nothing where they do."""
    rule = KINDS[task.kind].withheld if task.kind in KINDS else from_others
    return rule(membership, task)


def shown_result(membership: Membership, task: Task) -> Record | None:
    """Return the result of a task as far as the member sees it; None where there is none."""
    result: Record | None = task.result
    return None if result is None or withheld(membership, task) else result


def get_file(membership: Membership, task: Task, name: str) -> Path:
    """Return a file that the result of a task names. Raises ``Http404``, also where it is gone by now."""
    path = None if withheld(membership, task) else file_of(task, name)
    if path is None:
        raise Http404(_("There is no such file, or no longer: files of tasks are deleted after some days."))
    return path
