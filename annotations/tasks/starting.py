"""Asking for a task: may this member, and does it make sense?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.access import require
from annotations.exports.records import Record
from annotations.models import Membership, Task
from annotations.services.errors import Invalid
from annotations.services.tasks import start_task
from annotations.tasks import KINDS


def start(*, membership: Membership, kind: str, arguments: Record | None = None, gesture: str | None = None) -> Task:
    """Ask for a task as a member of a project.

    Raises ``PermissionDenied``, ``Invalid`` for a kind or arguments that there are not, and what ``start_task`` raises.
    """
    if kind not in KINDS:
        told = {"kind": f"{kind:.60}", "known": ", ".join(KINDS)}
        raise Invalid(_("There is no task “%(kind)s”. There are: %(known)s.") % told, field="kind")
    found = KINDS[kind]
    if found.act is not None:
        require(membership, found.act)
    cleaned = found.clean(membership, arguments or {})
    return start_task(actor=membership.user, project=membership.project, kind=kind, arguments=cleaned, gesture=gesture)
