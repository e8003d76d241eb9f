"""Asking for a task: may this member, and does it make sense?"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.access import Act, require
from annotations.exports.records import Record
from annotations.models import Membership, Task
from annotations.services import uploads
from annotations.services.errors import Invalid
from annotations.services.line_files import READERS
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


def start_import(
    *,
    membership: Membership,
    pieces: Iterable[bytes],
    name: str = "",
    file_format: str,
    update: bool = False,
    gesture: str | None = None,
) -> Task:
    """Take a file in and ask for its import; the file comes in ``pieces``, and is never in memory as a whole.

    Raises ``PermissionDenied``, ``Invalid`` for a file that cannot be taken, and what ``start_task`` raises.
    """
    require(membership, Act.IMPORT)
    if file_format not in READERS:
        told = {"known": ", ".join(READERS)}
        raise Invalid(_("A file comes in one of these formats: %(known)s.") % told, field="format")
    with uploads.received(pieces) as upload:
        arguments: Record = {
            "name": name[: uploads.NAME_LENGTH],
            "format": file_format,
            "update": update,
            "bytes": upload.size,
            "sha256": upload.sha256,
        }
        # A worker sees the task once its file is there.
        with transaction.atomic():
            task = start_task(
                actor=membership.user,
                project=membership.project,
                kind=Task.Kind.IMPORT,
                arguments=arguments,
                gesture=gesture,
            )
            uploads.keep(upload, task)
    return task
