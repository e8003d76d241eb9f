"""Tasks as they stand after this and that."""

from __future__ import annotations

from django.db.models.functions import Now

from annotations.models import Project, Task, User
from annotations.services.task_files import new_file
from annotations.services.task_leases import fail_task, finish_task, lease_end
from annotations.services.tasks import change, start_task

FILE = "labels.txt"


def taken(task: Task, worker: str = "a worker") -> Task:
    """Let a worker take this very task, whosever turn it is."""
    lease = {"lease_until": lease_end(), "started_at": Now()}
    change(task, state=Task.State.RUNNING, worker=worker, attempts=task.attempts + 1, **lease)
    return task


def make_tasks(project: Project, owner: User) -> dict[str, Task]:
    """Give somebody a task that waits, one that failed, and one that wrote a file."""
    waiting, failed, done = (
        start_task(actor=owner, project=project, kind=kind, arguments={}) for kind in ("verify", "verify", "export")
    )
    fail_task(taken(failed), "There was no room.")
    with new_file(taken(done), FILE) as file:
        file.write(f"Labels of {owner.username}".encode())
    counts = {"articles": 1, "assignments": 1, "quotes": 1}
    finish_task(done, {"counts": counts, "files": [{"name": FILE}]})
    return {"task": waiting, "failed_task": failed, "done_task": done}
